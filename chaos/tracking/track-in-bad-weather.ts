// Tracks orders with the client package while servers die, sockets break, clocks jump and tokens run out; looks at every outcome.
import { setTimeout as delay } from 'node:timers/promises'
import { createTracker, type Outcome, ordertrailEndpoints } from '@ordertrail/client/track'
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { type DevSession, devSession } from '@ordertrail/server/dev-tools'
import { hmacToken } from '../../packages/server/src/acceptance/testing/forged-tokens.ts'
import { type SpawnedServer, spawnServer } from '../spawn-server.ts'
import { startWire, type Wire } from '../stage/wire.ts'

/** One round: a store of its own. `random` gives numbers from 0 to 1. */
export interface WeatherOptions {
  /** Folder for SQLite's file. */
  readonly path: string
  readonly players: number
  readonly ordersPerPlayer: number
  /** Orders meet their fates within this time, while the weather is bad. */
  readonly spreadMs: number
  readonly random: () => number
}

/** What came of it. */
export interface WeatherOutcome {
  readonly trackings: number
  readonly kills: number
  readonly cuts: number
  readonly clockJumps: number
  /** Tokens that were given out beyond the first of each player. */
  readonly renewedTokens: number
  readonly byOutcome: Readonly<Record<string, number>>
  readonly statusesBySocket: number
  readonly violations: readonly string[]
}

/** What is done to an order, and so how its tracking has to end. */
type Fate = 'done' | 'canceled' | 'timeout'

interface Tracked {
  readonly orderId: number
  readonly token: string
  readonly fate: Fate
  readonly told: string[]
  readonly outcome: Promise<Outcome>
}

const SKU = 'gold_100'
/** In whole seconds, so a token lives for one or two. */
const TOKEN_LIFE_S = 2
/** The server believes clocks that are so far apart. */
const CLOCK_SKEW_S = 5
/** Real polling is slower; the game would only wait longer. */
const POLL_MS = 250
/** Unpaid orders are given up after it; the others have time enough to never be. */
const UNPAID_MS = 7_000
const TIMEOUT_MS = 120_000
/** Longer than a connection may live. */
const SKIP_MINUTES = 6
const HOUR_MS = 3_600_000
/** With a tenth of a second between them: far longer than a server needs to start. */
const TRIES_MAX = 300
const LIFE: readonly string[] = ['new', 'paid', 'done', 'canceled']

/** Runs one round. */
export async function trackInBadWeather(options: WeatherOptions): Promise<WeatherOutcome> {
  const proxy = await startWire(() => weather.end)
  const weather: Weather = new Weather(options, proxy)
  try {
    await weather.start()
    return await trackAll(options, proxy, weather)
  } finally {
    await weather.stop()
    await proxy.stop()
  }
}

async function trackAll(options: WeatherOptions, proxy: Wire, weather: Weather): Promise<WeatherOutcome> {
  let tokens = 0
  let bySocket = 0
  const tracked: Tracked[] = []
  for (let player = 0; player < options.players; player += 1) {
    const userId = `player-${player}`
    const tracker = createTracker({
      projectId: DEV_PROJECT.projectId,
      token: () => {
        tokens += 1
        return shortToken(userId)
      },
      endpoints: ordertrailEndpoints(proxy.url),
    })
    for (let index = 0; index < options.ordersPerPlayer; index += 1) {
      const fate = fateOf(options.random())
      const { orderId, token } = await weather.session.placeOrder(shortToken(userId), SKU)
      const told: string[] = []
      const outcome = tracker.trackOrder(orderId, {
        pollMs: POLL_MS,
        timeoutMs: fate === 'timeout' ? UNPAID_MS : TIMEOUT_MS,
        onStatus: ({ status, via }) => {
          told.push(status)
          if (via !== 'poll') bySocket += 1
        },
      })
      tracked.push({ orderId, token, fate, told, outcome })
    }
  }
  const storm = weather.rage()
  await Promise.all(tracked.map((order) => meetFate(order, options, weather)))
  await storm.end()
  const violations = (await Promise.all(tracked.map(violationsOf))).flat()
  const byOutcome: Record<string, number> = {}
  for (const { outcome } of tracked) {
    const { kind } = await outcome
    byOutcome[kind] = (byOutcome[kind] ?? 0) + 1
  }
  return {
    trackings: tracked.length,
    ...weather.counts,
    renewedTokens: tokens - options.players,
    byOutcome,
    statusesBySocket: bySocket,
    violations,
  }
}

function fateOf(random: number): Fate {
  if (random < 0.1) return 'timeout'
  return random < 0.35 ? 'canceled' : 'done'
}

/** Signed as the project's login would. */
function shortToken(userId: string): string {
  const now = Math.floor(Date.now() / 1_000)
  const claims = { iss: 'chaos', sub: userId, iat: now, exp: now + TOKEN_LIFE_S - CLOCK_SKEW_S }
  return hmacToken(DEV_PROJECT.loginSecret, { claims })
}

/** Pays or cancels at a random moment, again and again until the server has said so; an order that never heard of it is a violation. */
async function meetFate(
  { orderId, token, fate }: Tracked,
  { random, spreadMs }: WeatherOptions,
  weather: Weather,
): Promise<void> {
  if (fate === 'timeout') return
  await delay(random() * spreadMs)
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    try {
      if (fate === 'done') await weather.session.pay(token, 'paid')
      else await cancel(weather.url, orderId)
      return
    } catch {
      // The answer was lost, or says that it was done before.
      const status = await weather.statusOf(orderId)
      if (status === fate) return
      await delay(100)
    }
  }
}

async function cancel(url: string, orderId: number): Promise<void> {
  const { projectId, apiKey } = DEV_PROJECT
  const response = await fetch(`${url}/v1/projects/${projectId}/orders/${orderId}/cancel`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${projectId}:${apiKey}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: '{}',
  })
  if (!response.ok) throw new Error(`cancel was answered with ${response.status}`)
}

async function violationsOf({ orderId, fate, told, outcome }: Tracked): Promise<readonly string[]> {
  const end = await outcome
  const found: string[] = []
  if (end.kind !== fate) found.push(`order ${orderId}: ${fate} became ${JSON.stringify(end)}, told ${told.join(' ')}`)
  if ((end.kind === 'done' || end.kind === 'canceled') && end.order?.content.items[0]?.sku !== SKU) {
    found.push(`order ${orderId}: the content is ${JSON.stringify(end.order)}`)
  }
  const places = told.map((status) => LIFE.indexOf(status))
  if (places.some((place, index) => place < 0 || place <= (places[index - 1] ?? -1))) {
    found.push(`order ${orderId}: told ${told.join(' ')}`)
  }
  return found
}

/** The server, its wire, and what happens to them. */
class Weather {
  readonly #options: WeatherOptions
  readonly #proxy: Wire
  #server: SpawnedServer | undefined
  readonly counts = { kills: 0, cuts: 0, clockJumps: 0 }

  constructor(options: WeatherOptions, proxy: Wire) {
    this.#options = options
    this.#proxy = proxy
  }

  /** Where the server is now, without the wire. */
  get url(): string {
    return this.#server?.url ?? 'http://127.0.0.1:9'
  }

  /** The other end of the wire; null: nowhere. */
  get end(): { readonly port: number; readonly host: string } | null {
    return this.#server === undefined ? null : { port: Number(new URL(this.url).port), host: '127.0.0.1' }
  }

  get session(): DevSession {
    return devSession(this.url)
  }

  async start(): Promise<void> {
    this.#server = await spawnServer({ path: this.#options.path })
  }

  async stop(): Promise<void> {
    await this.#server?.kill()
  }

  async statusOf(orderId: number): Promise<string | null> {
    for (let player = 0; player < this.#options.players; player += 1) {
      const view = await this.session.getOrder(shortToken(`player-${player}`), orderId).catch(() => null)
      if (view !== null) return view.status
    }
    return null
  }

  /** Kills once, and lets everything else happen at random until it is ended; then the sky is clear. */
  rage(): { end(): Promise<void> } {
    let isOver = false
    const run = async (): Promise<void> => {
      while (!isOver) {
        await delay(150 + this.#options.random() * 500)
        await this.#strike(this.#options.random())
      }
      if (this.counts.kills === 0) await this.#kill()
    }
    const ended = run()
    return {
      end: async () => {
        isOver = true
        await ended
      },
    }
  }

  async #strike(random: number): Promise<void> {
    if (random < 0.1) await this.#kill()
    else if (random < 0.55) this.#cut()
    else if (random < 0.75) await this.#skip()
    else if (random < 0.9) this.#jump()
  }

  async #kill(): Promise<void> {
    this.counts.kills += 1
    const server = this.#server
    this.#server = undefined
    await server?.kill()
    this.#proxy.cut()
    await this.start()
  }

  #cut(): void {
    this.counts.cuts += 1
    this.#proxy.cut()
  }

  /** Moves the server's clock, so that connections are older than they may become. */
  async #skip(): Promise<void> {
    this.counts.clockJumps += 1
    await this.session.skipMinutes(SKIP_MINUTES).catch(() => undefined)
  }

  /** Moves the clock of this process, where the game runs, for a moment. */
  #jump(): void {
    this.counts.clockJumps += 1
    const real = Date.now
    const byMs = this.#options.random() < 0.5 ? HOUR_MS : -HOUR_MS
    Date.now = () => real() + byMs
    setImmediate(() => {
      Date.now = real
    })
  }
}
