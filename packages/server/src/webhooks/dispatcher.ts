// The dispatcher: claims what is due, sends it and records what came of it, for as long as the process runs.
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SignedSender } from '../platform/http/index.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import { type Service, service } from '../platform/service.ts'
import type { Store, WakeUp } from '../platform/store/index.ts'
import type { TimedWork } from '../platform/timed-work.ts'
import type { Observe } from '../platform/trail.ts'
import type { ProjectDirectory } from '../projects/index.ts'
import { CLAIM_PACE_MS, type ClaimRounds, createClaimRounds } from './claim-rounds.ts'
import { deliverClaimed } from './deliver-claimed.ts'
import { createEndpointSlots, ENDPOINT_IN_FLIGHT_MAX, type EndpointSlots } from './endpoint-slots.ts'
import type { FaultInjection } from './fault-injection.ts'
import { makeLeaseSweep } from './lease-sweep.ts'
import { makeNap, type Nap } from './nap.ts'
import { earliestDue } from './select-due.ts'
import { makeTellAttempt } from './tell-attempt.ts'

/** Longest time between two looks at what is due; other processes' news may take so long. */
const POLL_MS = 250

/** What the dispatcher needs. `sender` must outlive it. */
export interface DispatcherDeps {
  readonly store: Store
  readonly directory: Pick<ProjectDirectory, 'webhookTarget'>
  readonly sender: Pick<SignedSender, 'send'>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly observe?: Observe | undefined
  /** Only in dev. */
  readonly faults?: FaultInjection | null | undefined
  /** For one whole exchange. */
  readonly deadlineMs: number
  /** How long a lease outlasts that deadline: time for the record, even where the store is away for a moment. */
  readonly leaseMarginMs: number
  /** Webhooks that this process sends at once. */
  readonly inFlightMax: number
  readonly endpointInFlightMax?: number | undefined
  /** Room that others share, such as recoveries; left out: the dispatcher has its own, with the limits above. */
  readonly slots?: EndpointSlots | undefined
}

/** A service that acts when deliveries are due. */
export type Dispatcher = Service & TimedWork

/**
 * Makes the dispatcher.
 *
 * Stopping it claims nothing more and waits until what is under way is recorded: at most a deadline and a margin. Several dispatchers may
 * share one PostgreSQL store.
 */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { store } = deps
  const owner = randomUUID()
  const nap = makeNap()
  const rounds = makeRounds(deps, owner, nap)
  const leases = makeLeaseSweep({ ...deps, owner })
  const looks = makeLooks(deps, rounds)
  let isRunning = false
  let loop: Promise<void> = Promise.resolve()
  let stopListening = (): void => {}

  const run = async (): Promise<void> => {
    while (isRunning) {
      const lookedAt = performance.now()
      const delayMs = await looks.look()
      await restOfPace(lookedAt)
      await nap.sleep(delayMs)
    }
  }
  const life = service('dispatcher', {
    async start() {
      isRunning = true
      await leases.start()
      stopListening = store.onWakeUp((wakeUps) => {
        looks.hear(wakeUps)
        if (wakeUps.some(({ kind }) => kind === 'delivery_due' || kind === 'time_skipped')) nap.wake()
      })
      loop = run()
    },
    async stop() {
      isRunning = false
      stopListening()
      nap.wake()
      await Promise.all([loop, leases.stop()])
      await rounds.close()
    },
  })
  return {
    name: life.name,
    start: (signal) => life.start(signal),
    stop: life.stop,
    nextDueAt: async () => (isRunning ? earliestDue(store.read) : null),
    async settle() {
      while (isRunning) {
        const count = await rounds.claimAll()
        const ended = rounds.oneEnded()
        if (ended !== null) await ended
        else if (isPast(store, await earliestDue(store.read))) {
          // Due, but not to be had: another process is claiming it at this moment.
          if (count === 0) await nap.sleep(POLL_MS)
        } else if (await isAnyClaimed(store)) {
          // In flight elsewhere, or left behind by a process that died: its lease has to end first.
          await leases.settle()
          await nap.sleep(POLL_MS)
        } else return
      }
    },
  }
}

/** Looks at what is due, and what it has heard of it meanwhile. */
interface Looks {
  hear(wakeUps: readonly WakeUp[]): void
  /** Claims what is due. Milliseconds to the next look; never rejects. */
  look(): Promise<number>
}

function makeLooks({ store, logger }: DispatcherDeps, rounds: ClaimRounds): Looks {
  let isDueNow = false
  let isTroubled = false
  const look = async (): Promise<number> => {
    // News and the last look say more than the rows do at this moment: where something is due, there is no need to ask.
    const due = isDueNow ? null : await earliestDue(store.read)
    if (!isDueNow && !isPast(store, due)) return delayTo(store, due)
    isDueNow = false
    await rounds.claimAll(restOfPace)
    const next = await earliestDue(store.read)
    isDueNow ||= isPast(store, next)
    return delayTo(store, next)
  }
  return {
    hear: (wakeUps) => {
      isDueNow ||= wakeUps.some((wakeUp) => isDueNews(wakeUp, store.now()))
    },
    // Trouble is told once and not at every look, because a store may be away for an hour.
    look: async () => {
      try {
        const delayMs = await look()
        if (isTroubled) logger.info('dispatcher.recovered')
        isTroubled = false
        return delayMs
      } catch (error) {
        if (!isTroubled) logger.error('dispatcher.look_failed', { error })
        isTroubled = true
        return POLL_MS
      }
    },
  }
}

function makeRounds(deps: DispatcherDeps, owner: string, nap: Nap): ClaimRounds {
  const { store, inFlightMax, metrics } = deps
  const leaseMs = deps.deadlineMs + deps.leaseMarginMs
  const endpointInFlightMax = deps.endpointInFlightMax ?? ENDPOINT_IN_FLIGHT_MAX
  const slots = deps.slots ?? createEndpointSlots({ inFlightMax, endpointInFlightMax })
  metrics.gauge({ name: 'deliveries_in_flight', help: 'Webhooks under way now.', read: () => slots.inFlight })
  const delivering = { ...deps, faults: deps.faults ?? null, tell: makeTellAttempt(deps) }
  return createClaimRounds({
    store,
    slots,
    owner,
    leaseMs,
    inFlightMax,
    deliver: (claimed, onSent) => {
      const deadlineMs = slots.deadlineFor(claimed.projectId, deps.deadlineMs)
      return deliverClaimed({ ...delivering, deadlineMs }, claimed, onSent)
    },
    onRoom: nap.wake,
  })
}

/** Resolves when a claim may follow on one at `askedAt`, in monotonic milliseconds. */
function restOfPace(askedAt: number): Promise<void> {
  return sleep(Math.max(0, askedAt + CLAIM_PACE_MS - performance.now()))
}

function isDueNews(wakeUp: WakeUp, now: number): boolean {
  return wakeUp.kind === 'delivery_due' && wakeUp.dueAt <= now
}

function isPast(store: Store, due: number | null): boolean {
  return due !== null && due <= store.now()
}

/** What is due already and still waits, waits for room: the end of an exchange wakes us. */
function delayTo(store: Store, due: number | null): number {
  if (due === null) return POLL_MS
  const delayMs = due - store.now()
  return delayMs < 1 ? POLL_MS : Math.min(POLL_MS, delayMs)
}

async function isAnyClaimed(store: Store): Promise<boolean> {
  const row = await store.read
    .selectFrom('deliveries')
    .select('id')
    .where('state', '=', 'claimed')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
