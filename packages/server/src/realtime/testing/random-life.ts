// Random lives of the clients of one player, over all their connections and all nodes: what may happen, and what must be true in the end.
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { until } from './given-sessions.ts'
import type { Fate } from './lossy-broker.ts'
import type { MemoryClient } from './memory-client.ts'
import type { NodeWorld } from './node-world.ts'

/** Something that happens. `at`, from 0 to below 1, names the client or the node that it happens to. */
export type LifeAct =
  | { readonly kind: 'publish'; readonly fate: Fate; readonly count: number; readonly isAwaited: boolean }
  | {
      readonly kind:
        | 'drop'
        | 'come back'
        | 'release'
        | 'lose'
        | 'wait'
        | 'turn'
        | 'stop node'
        | 'kill node'
        | 'cut broker'
        | 'mend broker'
      readonly at: number
    }

export const LIFE_FATES: readonly Fate[] = ['arrives', 'is lost', 'arrives twice', 'is late']

/** Acts besides publishing; those that happen to a client come more often than those that happen to a node. */
export const LIFE_ACTS = [
  'drop',
  'drop',
  'come back',
  'come back',
  'release',
  'lose',
  'wait',
  'turn',
  'turn',
  'stop node',
  'kill node',
  'cut broker',
  'mend broker',
] as const

/** What clients saw: how many publications, and over how many connections. */
export interface LifeFigures {
  readonly published: number
  readonly received: number
  readonly connections: number
  readonly recovered: number
}

/** Our words for it: the network broke, or the node said goodbye. */
const GOODBYES: readonly (number | null)[] = [null, 1006, 3001]
/** By then every position was compared with the store. */
const CHECKED_MS = 41_000

/** One client over all its connections. */
class Watcher {
  readonly connections: MemoryClient[] = []
  readonly #begin: (known: MemoryClient['known']) => MemoryClient

  constructor(begin: (known: MemoryClient['known']) => MemoryClient) {
    this.#begin = begin
  }

  get current(): MemoryClient | undefined {
    return this.connections.at(-1)
  }

  /** What the last connection that was let in knows. */
  get known(): MemoryClient['known'] {
    return this.connections.findLast((client) => client.known !== null)?.known ?? null
  }

  comeBack(): void {
    if (this.current !== undefined && this.current.closeCode === null) return
    this.connections.push(this.#begin(this.known))
  }
}

/** The clients of one player, from their first connection to the last status. */
export class RandomLife {
  readonly #world: NodeWorld
  readonly #userId: string
  readonly #watchers: readonly Watcher[]
  readonly #published: Promise<void>[] = []

  private constructor(world: NodeWorld, userId: string, auth: string, watcherCount: number) {
    this.#world = world
    this.#userId = userId
    this.#watchers = Array.from(
      { length: watcherCount },
      () => new Watcher((known) => world.begin(auth, userId, known)),
    )
  }

  static async of(world: NodeWorld, userId: string, watcherCount: number): Promise<RandomLife> {
    return new RandomLife(world, userId, await world.shop.token(userId), watcherCount)
  }

  /** Lives it to its end. @throws when the end does not come */
  async live(acts: readonly LifeAct[]): Promise<void> {
    for (const watcher of this.#watchers) watcher.comeBack()
    await until('the first connections', () => this.#watchers.every(({ known }) => known !== null))
    for (const act of acts) await this.#do(act)
    await Promise.all(this.#published)
    for (const [index, { broker }] of this.#world.nodes.entries()) {
      broker.fate = 'is lost'
      this.#world.mend(index)
    }
    for (const watcher of this.#watchers) watcher.comeBack()
    await until('the last connections', () => this.#watchers.every(({ current }) => current?.subscribed != null))
    await this.#world.pass(CHECKED_MS)
    const last = this.#published.length
    await until('the last status', () => this.#watchers.every(({ known }) => known?.offset === last))
  }

  /** Holds what the clients saw against what was published: everything once, in its order, and nobody was sent away. */
  check(): LifeFigures {
    const all = this.#published.map((_, index) => index + 1)
    for (const { connections } of this.#watchers) {
      assert.deepEqual(
        connections.flatMap((client) => client.offsets),
        all,
      )
      const codes = connections.map((client) => client.closeCode)
      assert.deepEqual(
        codes.filter((code) => !GOODBYES.includes(code)),
        [],
      )
      assert.equal(codes.at(-1), null)
    }
    const connections = this.#watchers.flatMap((watcher) => watcher.connections)
    return {
      published: all.length,
      received: all.length * this.#watchers.length,
      connections: connections.length,
      recovered: connections.filter(({ subscribed }) => subscribed?.recovered === true).length,
    }
  }

  /** Leaves the nodes to the next life. */
  leave(): void {
    for (const { current } of this.#watchers) current?.drop()
    for (const { broker } of this.#world.nodes) broker.fate = 'arrives'
  }

  async #do(act: LifeAct): Promise<void> {
    const { nodes } = this.#world
    if (act.kind === 'publish') return this.#publish(act)
    const index = Math.floor(act.at * nodes.length)
    const node = nodes[index]
    const watcher = this.#watchers[Math.floor(act.at * this.#watchers.length)]
    if (act.kind === 'drop') watcher?.current?.drop()
    else if (act.kind === 'come back') watcher?.comeBack()
    else if (act.kind === 'release') node?.broker.release()
    else if (act.kind === 'lose') node?.broker.lose()
    else if (act.kind === 'cut broker') node?.broker.cut()
    else if (act.kind === 'mend broker') this.#world.mend(index)
    else if (act.kind === 'wait') await this.#world.pass(5_000)
    else if (act.kind === 'turn') await nextTurn()
    else await this.#world.replace(index, act.kind === 'kill node')
  }

  async #publish({ fate, count, isAwaited }: Extract<LifeAct, { kind: 'publish' }>): Promise<void> {
    for (const { broker } of this.#world.nodes) broker.fate = fate
    for (let index = 0; index < count; index++) {
      const status = String(this.#published.length)
      this.#published.push(this.#world.shop.publish({ userId: this.#userId, orderId: 1, status }))
    }
    if (isAwaited) await Promise.all(this.#published)
  }
}
