// Kills servers, and PostgreSQL below them, in the middle of deliveries, until all that was confirmed has been delivered.
import { setTimeout as delay } from 'node:timers/promises'
import { DEV_PROJECT } from '@ordertrail/server'
import { devSession } from 'ordertrail'
import { type StallWatch, stalledMs, watchStalls } from '../observed-stalls.ts'
import { type SpawnedServer, spawnServer } from '../spawn-server.ts'
import { type AnsweringListener, isAccepted, startAnsweringListener } from './answering-listener.ts'
import { checkDeliveries, type DeliveryFigures } from './check-deliveries.ts'
import { claimedIds, type LoggedAttempt, loggedAttempts, type RowReader, stateCounts } from './delivery-rows.ts'
import { type EventLoad, startEventLoad } from './event-load.ts'
import { type LeaseTimes, overdueMs } from './lease-returns.ts'

/** Where the deliveries are kept. `killDatabase` kills and starts the database, where that is a process of its own. */
export interface DeliveriesPlace {
  readonly store: Parameters<typeof spawnServer>[0]
  readonly reader: RowReader
  /** Commits something of the observer's own, on the same disk and, where it is a process, by the same database. */
  readonly commit: () => Promise<unknown>
  /** Servers that share it. */
  readonly nodes: number
  readonly killDatabase: (() => Promise<void>) | null
}

/** What to do. `events`: webhooks owed by what the API confirmed. */
export interface KillDeliveriesOptions {
  readonly place: DeliveriesPlace
  readonly rounds: number
  readonly events: number
  readonly callers: number
  readonly random: () => number
  readonly report: (line: string) => void
}

/** What came of it. Times in milliseconds from the moment at which somebody could take over, the worst of all kills. */
export interface KillDeliveriesOutcome extends DeliveryFigures {
  readonly kills: Readonly<Record<KillTarget, number>>
  readonly owed: number
  readonly posts: number
  /** Deliveries that were being sent at the kills, all together. */
  readonly inFlight: number
  readonly crashes: number
  readonly leaseReturnMsMax: number
  /** Longest time in which a lease could be taken back and was not, without what the observer itself was stalled. */
  readonly overdueMsMax: number
  /** What the machine kept from the observer, all together. */
  readonly stalledMs: number
  /** Leases that were over although nobody was killed: the machine was too slow to record in time. */
  readonly slowRecords: number
  readonly unended: number
}

type KillTarget = 'server' | 'second server' | 'database'

/** The deadline of an exchange and the margin after it: a lease of 2 s. */
const LEASE_MS = 2_000
const ENV = {
  ORDERTRAIL_DELIVERY_DEADLINE_MS: '1000',
  ORDERTRAIL_DELIVERY_LEASE_MARGIN_MS: '1000',
  ORDERTRAIL_RATE_LIMITS: 'off',
}
/** A failed attempt is made again every minute, so that a run ends without skipping time. */
const MINUTES = Array.from({ length: 50 }, (_, minute) => minute)
const LIFE_MS_MIN = 200
const LIFE_MS_MAX = 2_000
const LOOK_MS = 500
const REST_MS_MAX = 600_000

interface Kill {
  readonly target: KillTarget
  readonly at: number
  /** When a server was ready again; with another one alive, the moment of the kill. */
  readonly backAt: number
  readonly claimed: readonly string[]
}

interface Run {
  readonly options: KillDeliveriesOptions
  readonly listener: AnsweringListener
  readonly servers: (SpawnedServer | null)[]
  readonly kills: Kill[]
  readonly watch: StallWatch
}

/** Kills and restarts until everything is delivered, then looks at it from outside. */
export async function killDeliveries(options: KillDeliveriesOptions): Promise<KillDeliveriesOutcome> {
  const listener = await startAnsweringListener(options.random)
  const servers: Run['servers'] = []
  const run: Run = { options, listener, servers, kills: [], watch: watchStalls(options.place.commit) }
  try {
    for (let node = 0; node < options.place.nodes; node += 1) servers.push(await spawnServer(options.place.store, ENV))
    await setUp(run)
    const load = startEventLoad(loadDeps(run), options.callers)
    try {
      for (let round = 1; round <= options.rounds; round += 1) await oneRound(run, load, round)
      while (load.owed() < options.events) await delay(LOOK_MS)
    } finally {
      await load.stop()
    }
    listener.calmDown()
    const unended = await rest(run)
    return await inspect(run, load, unended)
  } finally {
    await run.watch.stop()
    await Promise.all(servers.map((server) => server?.kill()))
    await listener.stop()
  }
}

async function setUp({ servers, listener }: Run): Promise<void> {
  const url = (servers[0] as SpawnedServer).url
  await devSession(url).setWebhook(listener.url)
  const { projectId, apiKey } = DEV_PROJECT
  const schedules = { payment: MINUTES, order_paid: MINUTES, refund: MINUTES, order_canceled: MINUTES }
  const response = await fetch(new URL(`/v1/projects/${projectId}/settings`, url), {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${projectId}:${apiKey}`)}` },
    // The body of each webhook then names its order.
    body: JSON.stringify({ webhook_mode: 'separate', schedules, toggles: { order_object: true } }),
  })
  if (!response.ok) throw new Error(`The settings were refused: ${response.status} ${await response.text()}`)
}

function loadDeps({ options, listener, servers }: Run) {
  const told = new Set<number>()
  let seen = 0
  const learn = (): void => {
    for (; seen < listener.heard.length; seen += 1) {
      const post = listener.heard[seen]
      if (post?.type !== 'order_paid') continue
      // An answer that has not left yet is looked at again.
      if (post.answeredAt === null && post.at > Date.now() - LEASE_MS) return
      if (isAccepted(post)) told.add(post.orderId)
    }
  }
  return {
    urls: () => servers.flatMap((server) => server?.url ?? []),
    isTold: (orderId: number) => {
      learn()
      return told.has(orderId)
    },
    random: options.random,
  }
}

/** One kill at a random moment of the run; waits for the share of events that belongs to the round. */
async function oneRound(run: Run, load: EventLoad, round: number): Promise<void> {
  const { random, rounds, events, report } = run.options
  const from = load.owed()
  const share = events / rounds
  while (load.owed() < Math.min(events, share * (round - 1))) await delay(LOOK_MS)
  await delay(LIFE_MS_MIN + random() * (LIFE_MS_MAX - LIFE_MS_MIN))
  const target = targetOf(run)
  await kill(run, target)
  const inFlight = run.kills.at(-1)?.claimed.length ?? 0
  report(
    `round ${round} of ${rounds}: killed the ${target} with ${inFlight} in flight, ${load.owed() - from} more owed, ${load.owed()} in all`,
  )
}

function targetOf({ options: { random, place } }: Run): KillTarget {
  const drawn = random()
  if (place.killDatabase !== null && drawn < 0.3) return 'database'
  return place.nodes > 1 && drawn < 0.6 ? 'second server' : 'server'
}

async function kill(run: Run, target: KillTarget): Promise<void> {
  const { place } = run.options
  const before = await claimedIds(place.reader)
  const at = Date.now()
  if (target === 'database' && place.killDatabase !== null) {
    await place.killDatabase()
    const claimed = [...new Set([...before, ...(await claimedIds(place.reader))])]
    run.kills.push({ target, at, backAt: Date.now(), claimed })
    return
  }
  const node = target === 'server' ? 0 : 1
  await run.servers[node]?.kill()
  // Counted again: what was claimed between the look and the kill is in flight as well.
  const claimed = [...new Set([...before, ...(await claimedIds(place.reader))])]
  run.servers[node] = null
  run.servers[node] = await spawnServer(place.store, ENV)
  run.kills.push({ target, at, backAt: place.nodes > 1 ? at : Date.now(), claimed })
}

/** Waits until nothing is owed any more; gives how many deliveries had not ended when it gave up. */
async function rest({ options: { place, report } }: Run): Promise<number> {
  for (const until = Date.now() + REST_MS_MAX; ; await delay(LOOK_MS)) {
    const counts = await stateCounts(place.reader)
    const accepted = counts.get('accepted') ?? 0
    const left = [...counts.values()].reduce((sum, count) => sum + count, 0) - accepted
    if (left === 0) return 0
    if (Date.now() > until) {
      report(`not ended: ${JSON.stringify([...counts])}`)
      return left
    }
  }
}

async function inspect(run: Run, load: EventLoad, unended: number): Promise<KillDeliveriesOutcome> {
  const { kills, listener, options } = run
  const log = await loggedAttempts(options.place.reader)
  const crashed = log.filter(({ outcome }) => outcome === 'crashed' || outcome === 'late')
  for (const each of kills) {
    const ofKill = crashed.filter(({ startedAt, endedAt }) => startedAt <= each.at && each.at <= endedAt)
    const longestMs = Math.max(0, ...ofKill.map(({ endedAt }) => endedAt - each.backAt))
    const { target, claimed } = each
    options.report(
      `kill of the ${target}: ${claimed.length} in flight, ${ofKill.length} leases taken back in ${longestMs} ms`,
    )
  }
  const returned = crashed.filter(({ outcome }) => outcome === 'crashed')
  const delays = returned.map((one) => returnDelay(one, kills))
  const times = leaseTimes(run)
  const count = (target: KillTarget): number => kills.filter((each) => each.target === target).length
  return {
    ...checkDeliveries(load.confirmed, listener.heard, log),
    kills: { server: count('server'), 'second server': count('second server'), database: count('database') },
    owed: load.owed(),
    posts: listener.heard.length,
    inFlight: kills.reduce((sum, { claimed }) => sum + claimed.length, 0),
    crashes: crashed.length,
    leaseReturnMsMax: Math.max(0, ...delays.filter((delayMs) => delayMs !== null)),
    overdueMsMax: Math.max(0, ...returned.map((one) => overdueMs(one, times))),
    stalledMs: stalledMs(run.watch.stalls, { from: 0, until: Date.now() }),
    slowRecords: delays.filter((delayMs) => delayMs === null).length,
    unended,
  }
}

/** While a second server lives, its sister's death keeps nobody from taking leases back. */
function leaseTimes({ kills, watch, options: { place } }: Run): LeaseTimes {
  const outages = kills.filter(({ at, backAt }) => backAt > at)
  return { leaseMs: LEASE_MS, isAlone: place.nodes === 1, outages, stalls: watch.stalls }
}

/** From the moment at which somebody could take over to the return of the lease; null: no kill fell into the attempt. */
function returnDelay({ startedAt, endedAt }: LoggedAttempt, kills: readonly Kill[]): number | null {
  const cause = kills.find(({ at }) => startedAt <= at && at <= endedAt)
  return cause === undefined ? null : Math.max(0, endedAt - cause.backAt)
}
