// Random lives of a client: it drops and comes back, hints are lost, late and repeated; it still knows everything once.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { eachStore, type TestEngine } from '../platform/store/testing/index.ts'
import { type GivenSessions, givenSessions, until } from './testing/given-sessions.ts'
import { givenShop, type Shop } from './testing/given-shop.ts'
import type { Fate } from './testing/lossy-broker.ts'
import type { MemoryClient } from './testing/memory-client.ts'

/** On SQLite in memory most of them, because there they cost least. */
const HISTORIES: Readonly<Record<TestEngine, number>> = { 'sqlite memory': 200, 'sqlite file': 20, postgres: 20 }

type Act =
  | { readonly kind: 'publish'; readonly fate: Fate; readonly count: number; readonly isAwaited: boolean }
  | { readonly kind: 'drop' | 'come back' | 'release' | 'lose' | 'wait' | 'turn' }

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('publish' as const),
      fate: fc.constantFrom<Fate>('arrives', 'is lost', 'arrives twice', 'is late'),
      count: fc.integer({ min: 1, max: 3 }),
      isAwaited: fc.boolean(),
    }),
    fc.record({ kind: fc.constantFrom('drop' as const, 'come back', 'release', 'lose', 'wait', 'turn') }),
  ),
  { minLength: 5, maxLength: 30 },
)

/** One client over all its connections. */
class Life {
  readonly #given: GivenSessions
  readonly #shop: Shop
  readonly #userId: string
  readonly #auth: string
  readonly #published: Promise<void>[] = []
  readonly connections: MemoryClient[] = []

  constructor(given: GivenSessions, shop: Shop, userId: string, auth: string) {
    this.#given = given
    this.#shop = shop
    this.#userId = userId
    this.#auth = auth
  }

  get #current(): MemoryClient | undefined {
    return this.connections.at(-1)
  }

  get publishedCount(): number {
    return this.#published.length
  }

  /** What the last connection that was let in knows. */
  get known(): MemoryClient['known'] {
    return this.connections.findLast((client) => client.known !== null)?.known ?? null
  }

  comeBack(): void {
    if (this.#current !== undefined && this.#current.closeCode === null) return
    this.connections.push(this.#given.begin(this.#auth, this.#userId, this.known))
  }

  async live(chosen: readonly Act[]): Promise<void> {
    this.comeBack()
    await until('the first connection', () => this.known !== null)
    for (const act of chosen) await this.do(act)
    await this.end()
  }

  check(): void {
    const seen = this.connections.flatMap((client) => client.offsets)
    assert.deepEqual(
      seen,
      Array.from({ length: this.publishedCount }, (_, index) => index + 1),
    )
    const codes = this.connections.map((client) => client.closeCode ?? 'open')
    assert.deepEqual(
      codes.filter((code) => code !== 1006),
      ['open'],
    )
  }

  drop(): void {
    this.#current?.drop()
  }

  async do(act: Act): Promise<void> {
    const { broker, pass } = this.#given
    if (act.kind === 'publish') await this.#publish(act)
    else if (act.kind === 'drop') this.drop()
    else if (act.kind === 'come back') this.comeBack()
    else if (act.kind === 'release') broker.release()
    else if (act.kind === 'lose') broker.lose()
    else if (act.kind === 'wait') await pass(5_000)
    else await nextTurn()
  }

  /** Connects for the last time and waits for everything. */
  async end(): Promise<void> {
    await Promise.all(this.#published)
    this.comeBack()
    await until('the connection', () => this.#current?.subscribed !== null || this.#current.closeCode !== null)
    await this.#given.pass(41_000)
    await until('the last status', () => this.known?.offset === this.publishedCount)
  }

  async #publish({ fate, count, isAwaited }: Extract<Act, { kind: 'publish' }>): Promise<void> {
    this.#given.broker.fate = fate
    for (let index = 0; index < count; index++) {
      const status = String(this.publishedCount)
      this.#published.push(this.#shop.publish({ userId: this.#userId, orderId: 1, status }))
    }
    if (isAwaited) await Promise.all(this.#published)
  }
}

eachStore((engine) => {
  test(`${engine}: ${HISTORIES[engine]} random histories: no hole, nothing twice, and the last status arrives`, async (t) => {
    const shop = await givenShop(t, engine)
    const given = givenSessions(t, shop)
    let number = 0
    const property = fc.asyncProperty(acts, async (chosen) => {
      number += 1
      const userId = `player-${number}`
      const life = new Life(given, shop, userId, await shop.token(userId))
      try {
        await life.live(chosen)
        life.check()
      } finally {
        // Also of one that failed: the next, a smaller one in search of the fault, has the node for itself.
        life.drop()
      }
    })
    await fc.assert(property, { numRuns: HISTORIES[engine] })
    await until('that all are gone', () => given.sessions.connectionCount === 0)
  })
})
