// How many webhooks leave per second, with their attempts recorded, and how soon after its commit does one leave?
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type Child, startChild } from './frame/child.ts'
import { installPeers, peerVersion } from './frame/peers.ts'
import {
  type Answer,
  type Bar,
  type BenchRun,
  type Figure,
  isChosen,
  type Question,
  type Sizes,
  sizeOf,
} from './frame/question.ts'
import { percentile } from './frame/statistics.ts'
import type { PeerInput, PeerJob, PeerMessage } from './peers/peer.ts'
import {
  type Databases,
  ENGINE_TITLES,
  type EngineName,
  type Place,
  startDatabases,
  withStore,
} from './stage/databases.ts'
import type { ReceiverQuestion, ReceiverReady } from './stage/receiver.ts'
import { pointAt, type SeededOrder, seedPlace, WEBHOOK_SECRET } from './stage/seed.ts'
import { startServer } from './stage/server.ts'
import { type Drain, watchDrain } from './stage/watch-drain.ts'
import { watchLatency } from './stage/watch-latency.ts'

const RECEIVER = join(import.meta.dirname, 'stage', 'receiver.ts')
const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const FULFILMENTS = ['api', 'acknowledged'] as const
const PEER_FILES = { 'graphile-worker': 'peers/graphile-worker.ts', 'pg-boss': 'peers/pg-boss.ts' } as const
const PEERS = ['graphile-worker', 'pg-boss'] as const

/** Each project is an endpoint of its own; together they may use all room that a process has. */
const PROJECTS = 4
const PACE_PER_SECOND = 1_000
const ENQUEUED_AT_ONCE = 1_000

const BARS: Readonly<Record<EngineName, Bar>> = {
  sqlite: { kind: 'at_least', value: 6_000 },
  postgres: { kind: 'at_least', value: 4_000 },
}
const LATENCY_BAR: Bar = { kind: 'at_most', value: 250 }

/**
 * Length of one run. A round in full takes about fifteen seconds. In one of five the threads that compile took up to a sixth of the CPU
 * time, which says nothing of a process that does the same for days: 208 instead of 254 to 264 µs a webhook on SQLite.
 */
interface Size {
  readonly rounds: number
  readonly orders: number
  readonly pacedOrders: number
}

const SIZES: Sizes<Size> = {
  full: { rounds: 5, orders: 90_000, pacedOrders: 12_000 },
  quick: { rounds: 3, orders: 6_000, pacedOrders: 4_000 },
}

type Fulfilment = (typeof FULFILMENTS)[number]
type PeerName = (typeof PEERS)[number]

/** Everything the rounds need. */
interface Stage {
  readonly run: BenchRun
  readonly size: Size
  readonly databases: Databases
  readonly receiver: Child<ReceiverQuestion> & { readonly first: ReceiverReady }
}

/** The question. */
export const deliveries: Question = {
  title: 'Webhooks per second with attempt rows, and time from commit to first byte',
  ask: async (run) => {
    installPeers(run.report)
    const databases = await startDatabases(run.folder)
    const receiver = await startChild<ReceiverQuestion, ReceiverReady>(RECEIVER, null)
    try {
      return await measure({ run, size: sizeOf(run, SIZES), databases, receiver })
    } finally {
      await receiver.stop()
      await databases.stop()
    }
  },
}

/** One contender of the race: its name, its bar, and one round of it. */
interface Contender {
  readonly name: string
  readonly bar: Bar | null
  readonly race: () => Promise<Drain>
}

async function measure(stage: Stage): Promise<Answer> {
  const all = [...ownContenders(stage), ...peerContenders(stage)]
  const contenders = all.filter(({ name }) => isChosen(stage.run, name))
  const drains = new Map<string, Drain[]>(contenders.map(({ name }) => [name, []]))
  // In turns, so that a busy minute of the machine falls on all of them.
  for (let round = 1; round <= stage.size.rounds; round += 1) {
    for (const { name, race } of contenders) {
      const drain = await race()
      drains.get(name)?.push(drain)
      stage.run.report(`round ${round}: ${name} ${Math.round(drain.perSecond)}/s ${costText(drain)}`)
    }
  }
  const latencies = await measureLatencies(stage)
  const figures = contenders.map(({ name, bar }) => rateFigure(name, drains.get(name) ?? [], bar))
  return {
    figures: [...figures, ...ratios(figures), ...costs(contenders, drains), ...latencies],
    notes: [
      `${stage.size.orders} webhooks a round to ${PROJECTS} endpoints, 512 in flight; a fresh process each round, its first quarter not counted.`,
      `Peers on the same PostgreSQL, same bodies, sent by the same signed sender: ${PEERS.map((peer) => `${peer} ${peerVersion(peer)}`).join(', ')}. They delete or mark a job and keep no attempt.`,
      'Load, receiver and database share the cores of this machine with the server.',
      'Time to first byte counts from the beginning of the transaction that made the delivery.',
    ],
  }
}

function ownContenders(stage: Stage): readonly Contender[] {
  return ENGINES.flatMap((engine) => {
    const seeded = once(() => seedPaid(stage, engine))
    return FULFILMENTS.map((fulfilment) => ({
      name: `${ENGINE_TITLES[engine]}, ${fulfilment}`,
      bar: fulfilment === 'api' ? BARS[engine] : null,
      race: async () => raceOwn(stage, await seeded(), fulfilment),
    }))
  })
}

async function seedPaid({ run, size, databases }: Stage, engine: EngineName): Promise<Place> {
  run.report(`seeding ${size.orders} paid orders in ${ENGINE_TITLES[engine]} …`)
  const place = await databases.make(engine)
  await seedPlace(place, { projects: PROJECTS, orders: size.orders, arePaid: true })
  return place
}

async function raceOwn(stage: Stage, seeded: Place, fulfilment: Fulfilment): Promise<Drain> {
  const { run, size, databases, receiver } = stage
  const place = await databases.copy(seeded)
  await pointAt(place, PROJECTS, (id) => `${receiver.first.url}/${id}`, { fulfilment })
  const server = startServer(place, run.folder)
  const drain = await watchDrain({ receiver, senderPid: server.pid, total: size.orders })
  await server.stop()
  await checkRecords(place, size.orders, fulfilment)
  await databases.drop(place)
  return drain
}

/** A fast figure counts only where everything was recorded. */
async function checkRecords(place: Place, orders: number, fulfilment: Fulfilment): Promise<void> {
  const expected = { accepted: orders, attempts: orders, done: fulfilment === 'api' ? 0 : orders }
  const found = await withStore(place, async ({ read }) => ({
    accepted: (await read.selectFrom('deliveries').where('state', '=', 'accepted').select('id').execute()).length,
    attempts: (await read.selectFrom('attempts').where('outcome', '=', 'accepted').select('number').execute()).length,
    done: (await read.selectFrom('orders').where('status', '=', 'done').select('id').execute()).length,
  }))
  assert.deepEqual(found, expected, 'What was sent is not all recorded.')
}

function peerContenders(stage: Stage): readonly Contender[] {
  const jobs = once(async () => bodiesOf(await seedPaid(stage, 'postgres')))
  return PEERS.map((name) => {
    const filled = once(async () => fillQueue(stage, name, await jobs()))
    return { name, bar: null, race: async () => racePeer(stage, name, await filled()) }
  })
}

async function racePeer(stage: Stage, name: PeerName, filled: Place): Promise<Drain> {
  const { databases, receiver, size } = stage
  const place = await databases.copy(filled)
  const peer = await startPeer(stage, name, place)
  const [drain] = await Promise.all([
    watchDrain({ receiver, senderPid: peer.pid, total: size.orders }),
    peer.ask({ kind: 'deliver' }),
  ])
  await peer.stop()
  await databases.drop(place)
  return drain
}

async function bodiesOf(place: Place): Promise<readonly PeerJob[]> {
  return withStore(place, ({ read }) => read.selectFrom('notifications').select(['id', 'body']).orderBy('id').execute())
}

async function fillQueue(stage: Stage, name: PeerName, jobs: readonly PeerJob[]): Promise<Place> {
  stage.run.report(`filling the queue of ${name} …`)
  const place = await stage.databases.make('postgres')
  const peer = await startPeer(stage, name, place)
  for (let from = 0; from < jobs.length; from += ENQUEUED_AT_ONCE) {
    await peer.ask({ kind: 'enqueue', jobs: jobs.slice(from, from + ENQUEUED_AT_ONCE) })
  }
  await peer.stop()
  return place
}

function startPeer({ receiver }: Stage, name: PeerName, place: Place): Promise<Child<PeerMessage>> {
  if (place.engine !== 'postgres') throw new Error('Peers need PostgreSQL.')
  const input: PeerInput = { databaseUrl: place.url, targetUrl: `${receiver.first.url}/peer`, secret: WEBHOOK_SECRET }
  return startChild(join(import.meta.dirname, PEER_FILES[name]), input)
}

async function measureLatencies({ run, size, databases, receiver }: Stage): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const engine of ENGINES) {
    const title = `${ENGINE_TITLES[engine]}, commit to first byte at ${PACE_PER_SECOND}/s`
    if (!isChosen(run, title)) continue
    run.report(`seeding ${size.pacedOrders} unpaid orders in ${ENGINE_TITLES[engine]} …`)
    const seeded = await databases.make(engine)
    const orders = await seedPlace(seeded, { projects: PROJECTS, orders: size.pacedOrders, arePaid: false })
    const rounds: { p50: number; p99: number }[] = []
    for (let round = 1; round <= size.rounds; round += 1) {
      rounds.push(await latencyRound({ run, databases, receiver }, seeded, orders))
      run.report(`round ${round}: ${ENGINE_TITLES[engine]} p50 ${rounds.at(-1)?.p50} ms, p99 ${rounds.at(-1)?.p99} ms`)
    }
    figures.push(
      { name: `${title}, p50`, unit: 'ms', rounds: rounds.map(({ p50 }) => p50), bar: null },
      { name: `${title}, p99`, unit: 'ms', rounds: rounds.map(({ p99 }) => p99), bar: LATENCY_BAR },
    )
  }
  return figures
}

async function latencyRound(
  { run, databases, receiver }: Pick<Stage, 'run' | 'databases' | 'receiver'>,
  seeded: Place,
  orders: readonly SeededOrder[],
): Promise<{ readonly p50: number; readonly p99: number }> {
  const place = await databases.copy(seeded)
  await pointAt(place, PROJECTS, (id) => `${receiver.first.url}/${id}`)
  const plan = {
    place,
    folder: run.folder,
    receiver,
    orders,
    perSecond: PACE_PER_SECOND,
    answered: orders.length,
    isCounted: () => true,
  }
  const { ms, load } = await watchLatency(plan)
  if (load.failed > 0) throw new Error(`${load.failed} payments were not taken.`)
  await databases.drop(place)
  return { p50: percentile(ms, 0.5), p99: percentile(ms, 0.99) }
}

/** Makes a thing when it is first asked for. */
function once<Thing>(make: () => Promise<Thing>): () => Promise<Thing> {
  let made: Promise<Thing> | undefined
  return () => {
    made ??= make()
    return made
  }
}

function rateFigure(name: string, drains: readonly Drain[], bar: Bar | null): Figure {
  return { name, unit: 'webhooks/s', rounds: drains.map(({ perSecond }) => perSecond), bar, isPeer: isPeer(name) }
}

function isPeer(name: string): boolean {
  return PEERS.some((peer) => peer === name)
}

/** PostgreSQL against each peer, round by round, because rounds share their minute. */
function ratios(figures: readonly Figure[]): readonly Figure[] {
  const own = figures.find(({ name }) => name === 'PostgreSQL, api')
  return PEERS.flatMap((peer) => {
    const theirs = figures.find(({ name }) => name === peer)
    if (own === undefined || theirs === undefined) return []
    const rounds = own.rounds.map((rate, round) => rate / (theirs.rounds[round] ?? Number.NaN))
    return { name: `PostgreSQL, api against ${peer}`, unit: 'times', rounds, bar: null }
  })
}

function costs(contenders: readonly Contender[], drains: ReadonlyMap<string, readonly Drain[]>): readonly Figure[] {
  return contenders.map(({ name }) => {
    const rounds = (drains.get(name) ?? []).map(
      ({ cpuUs }) => cpuUs.sender + (name.startsWith('SQLite') ? 0 : cpuUs.database),
    )
    return { name: `${name}, server and database`, unit: 'CPU µs per webhook', rounds, bar: null, isPeer: isPeer(name) }
  })
}

function costText({ cpuUs }: Drain): string {
  const { sender, database, receiver } = cpuUs
  return `(CPU µs each: sender ${Math.round(sender)}, database ${Math.round(database)}, receiver ${Math.round(receiver)})`
}
