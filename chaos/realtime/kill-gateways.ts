// Kills nodes, the broker between them and the database below them, while official clients watch their orders move.
import { setTimeout as delay } from 'node:timers/promises'
import { devSession } from 'ordertrail'
import { type SpawnedServer, spawnServer } from '../spawn-server.ts'
import { startWire, type Wire } from '../stage/wire.ts'
import { type WatchingClient, watchPlayer } from './watching-client.ts'

/** Something that can be taken away and brought back. */
export interface Killable {
  kill(): Promise<void>
  start(): Promise<void>
}

/** A server that can also fall silent. */
export interface Freezable extends Killable {
  freeze(): Promise<void>
  thaw(): Promise<void>
}

/** Where the nodes live. */
export interface GatewaysPlace {
  readonly databaseUrl: string
  readonly database: Freezable
  /** Null: hints go over the database. */
  readonly nats: (Freezable & { readonly url: string }) | null
  /** Offset of the newest publication of each of these channels' parties, by user id. */
  topsOf(userIds: readonly string[]): Promise<ReadonlyMap<string, number>>
}

/** What to do. */
export interface KillGatewaysOptions {
  readonly place: GatewaysPlace
  readonly rounds: number
  readonly nodes: number
  readonly clients: number
  readonly random: () => number
  readonly report: (line: string) => void
}

/** What came of it. `lastStatusMs`: from the end of the load until the last client had everything. */
export interface KillGatewaysOutcome {
  readonly targets: ReadonlyMap<string, number>
  readonly orders: number
  readonly published: number
  readonly received: number
  readonly connections: number
  readonly unrecovered: number
  readonly lastStatusMs: number
  readonly violations: readonly string[]
}

const LIFE_MS_MIN = 200
const LIFE_MS_MAX = 1_500
const SILENCE_MS = 7_000
/** Positions are compared at least every 40 s, and a client may be on its way back. */
const LAST_STATUS_MS_MAX = 60_000
const LOOK_MS = 50
const BREATH_MS = 100

interface Run {
  readonly options: KillGatewaysOptions
  readonly nodes: (SpawnedServer | null)[]
  readonly balancer: Wire
  readonly targets: Map<string, number>
}

/** Kills and restarts; then waits until every client has everything, and compares with the store. */
export async function killGateways(options: KillGatewaysOptions): Promise<KillGatewaysOutcome> {
  const nodes: Run['nodes'] = []
  const chooseNode = () => endOf(anyOf(nodes, options.random))
  const run: Run = { options, nodes, balancer: await startWire(chooseNode), targets: new Map() }
  const clients: WatchingClient[] = []
  try {
    for (let node = 0; node < options.nodes; node++) nodes.push(await startNode(run))
    clients.push(...(await startClients(run)))
    const load = startLoad(run, clients)
    for (let round = 1; round <= options.rounds; round++) await oneRound(run, round)
    const orders = await load.stop()
    return { ...(await inspect(run, clients)), orders, targets: run.targets }
  } finally {
    for (const client of clients) client.stop()
    await run.balancer.stop()
    await Promise.all(nodes.map((node) => node?.kill()))
  }
}

function startNode({ options: { place } }: Run): Promise<SpawnedServer> {
  const broker = place.nats === null ? 'postgres' : 'nats'
  const settings = { ORDERTRAIL_BROKER: broker, ORDERTRAIL_RATE_LIMITS: 'off', ORDERTRAIL_LOG_LEVEL: 'error' }
  const nats: Record<string, string> = place.nats === null ? {} : { ORDERTRAIL_NATS_URL: place.nats.url }
  return spawnServer({ databaseUrl: place.databaseUrl }, { ...settings, ...nats })
}

function anyOf(nodes: Run['nodes'], random: () => number): SpawnedServer | null {
  const there = nodes.filter((node) => node !== null)
  return there[Math.floor(random() * there.length)] ?? null
}

function endOf(node: SpawnedServer | null): { readonly port: number; readonly host: string } | null {
  return node === null ? null : { port: Number(new URL(node.url).port), host: '127.0.0.1' }
}

async function startClients({ options, nodes, balancer }: Run): Promise<readonly WatchingClient[]> {
  const session = devSession((nodes[0] as SpawnedServer).url)
  const url = `ws://127.0.0.1:${balancer.port}/connection/websocket`
  const userIds = Array.from({ length: options.clients }, (_, index) => `watcher-${index}`)
  const clients = await Promise.all(
    userIds.map(async (userId) => watchPlayer(url, userId, await session.userToken(userId))),
  )
  while (clients.some(({ connections }) => connections === 0)) await delay(LOOK_MS)
  return clients
}

/** Buyers, one for each client: each places and pays orders on any node, and goes on when that fails. */
function startLoad({ nodes, options }: Run, clients: readonly WatchingClient[]) {
  let isStopping = false
  let orders = 0
  const buy = async (userId: string): Promise<void> => {
    while (!isStopping) {
      try {
        const place = async () => devSession(anyOf(nodes, options.random)?.url ?? 'http://127.0.0.1:1')
        const { token } = await (await place()).placeOrder(await (await place()).userToken(userId), 'gold_100')
        await (await place()).pay(token, 'paid')
        orders += 1
      } catch {
        // What became of it is in the store; the next one is another order.
      }
      await delay(BREATH_MS)
    }
  }
  const buyers = Promise.all(clients.map(({ userId }) => buy(userId)))
  return {
    stop: async (): Promise<number> => {
      isStopping = true
      await buyers
      return orders
    },
  }
}

/** One thing is taken away at a random moment, and comes back. */
async function oneRound(run: Run, round: number): Promise<void> {
  const { random, rounds, report } = run.options
  await delay(LIFE_MS_MIN + random() * (LIFE_MS_MAX - LIFE_MS_MIN))
  const [target, harm] = chooseHarm(run)
  await harm()
  run.targets.set(target, (run.targets.get(target) ?? 0) + 1)
  report(`round ${round} of ${rounds}: ${target}`)
}

/** Nodes most of the time. */
function chooseHarm(run: Run): readonly [target: string, harm: () => Promise<void>] {
  const { random, place } = run.options
  const draw = random()
  if (draw < 0.1) return ['PostgreSQL killed', () => outage(run, place.database)]
  if (draw < 0.13) return ['PostgreSQL frozen', () => silence(place.database)]
  const { nats } = place
  if (nats !== null && draw < 0.27) return ['NATS killed', () => outage(run, nats)]
  if (nats !== null && draw < 0.3) return ['NATS frozen', () => silence(nats)]
  return ['node killed', () => replaceNode(run)]
}

async function replaceNode(run: Run): Promise<void> {
  const index = Math.floor(run.options.random() * run.nodes.length)
  const node = run.nodes[index]
  run.nodes[index] = null
  await node?.kill()
  run.nodes[index] = await startNode(run)
}

async function outage({ options: { random } }: Run, what: Killable): Promise<void> {
  await what.kill()
  await delay(random() * LIFE_MS_MAX)
  await what.start()
}

/** Longer than brokers wait for an answer. */
async function silence(what: Freezable): Promise<void> {
  await what.freeze()
  await delay(SILENCE_MS)
  await what.thaw()
}

async function inspect(
  { options }: Run,
  clients: readonly WatchingClient[],
): Promise<Omit<KillGatewaysOutcome, 'orders' | 'targets'>> {
  const from = performance.now()
  const tops = await options.place.topsOf(clients.map(({ userId }) => userId))
  const isBehind = ({ userId, position }: WatchingClient): boolean => position !== (tops.get(userId) ?? 0)
  while (clients.some(isBehind) && performance.now() - from < LAST_STATUS_MS_MAX) await delay(LOOK_MS)
  const lastStatusMs = Math.round(performance.now() - from)
  const behind = clients
    .filter(isBehind)
    .map(({ userId, position }) => `${userId}: the store is at ${tops.get(userId)}, the client at ${position}`)
  const published = [...tops.values()].reduce((sum, top) => sum + top, 0)
  const received = clients.reduce((sum, { statuses }) => sum + statuses.length, 0)
  const missing = received === published ? [] : [`${published} were published, clients were given ${received}`]
  const sumOf = (member: 'connections' | 'unrecovered'): number => clients.reduce((sum, each) => sum + each[member], 0)
  return {
    published,
    received,
    connections: sumOf('connections'),
    unrecovered: sumOf('unrecovered'),
    lastStatusMs,
    violations: [...clients.flatMap(({ violations }) => violations), ...behind, ...missing],
  }
}
