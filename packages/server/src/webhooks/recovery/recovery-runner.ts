// The service that works off recoveries: one delivery after the other, in the room that retries leave, as fast as its job allows.
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { sql } from 'kysely'
import type { Logger } from '../../platform/logger.ts'
import { type Service, service } from '../../platform/service.ts'
import type { Store } from '../../platform/store/index.ts'
import type { EndpointSlots, Pace } from '../endpoint-slots.ts'
import { makeNap } from '../nap.ts'
import { untilStored } from '../record-until.ts'
import { paceOf, type SendDeps, type SentDelivery, sendDelivery } from '../send-delivery.ts'
import { makeTellAttempt, type TellAttempt, type TellDeps } from '../tell-attempt.ts'
import { type BegunStep, beginStep, recordStep, releaseJob } from './recovery-steps.ts'

/** What running recoveries needs. `slots` are those of the dispatcher in this process. */
export type RecoveryRunnerDeps = SendDeps &
  TellDeps & {
    readonly store: Store
    readonly logger: Logger
    readonly slots: Pick<EndpointSlots, 'tryTakeRetry' | 'give'>
    /** How long a runner that says nothing keeps its job beyond the deadline of an exchange. */
    readonly leaseMarginMs: number
  }

/** Jobs that one process works off at once, each of another project. */
const JOBS_MAX = 16
/** Longest time until a job that another process was asked for, or left behind, is seen. */
const POLL_MS = 1_000
/** How often it is tried again to get room at a busy endpoint. */
const ROOM_MS = 50
const RECORD_TRIES = 25
/** A secret that cannot be read waits for a person. */
const UNREADABLE_WAIT_MS = 60_000

/** A job that runs somewhere. */
interface Job {
  readonly projectId: number
  readonly recoveryId: number
}

/** How one step left its job: go on, look again at the next poll, or later. */
type StepEnd = 'go_on' | 'wait' | 'wait_long'

/**
 * Makes the runner. Stopping it ends after the send under way and gives its jobs back; any process may take them over, also those of a
 * process that died.
 */
export function makeRecoveryRunner(deps: RecoveryRunnerDeps): Service {
  const { store, logger } = deps
  const owner = randomUUID()
  const tell = makeTellAttempt(deps)
  const nap = makeNap()
  const atWork = new Map<number, Promise<void>>()
  const notBefore = new Map<number, number>()
  let isRunning = false
  let loop: Promise<void> = Promise.resolve()
  let stopListening = (): void => {}

  const work = async (job: Job): Promise<void> => {
    const end = await workOff(deps, { job, owner, tell, isGoingOn: () => isRunning })
    if (end === 'wait_long') notBefore.set(job.recoveryId, performance.now() + UNREADABLE_WAIT_MS)
    else notBefore.delete(job.recoveryId)
  }
  const begin = (job: Job): void => {
    const working = work(job)
      .catch((error: unknown) => logger.error('recovery.step_failed', { ...job, error }))
      .finally(() => atWork.delete(job.recoveryId))
    atWork.set(job.recoveryId, working)
  }
  const look = async (): Promise<void> => {
    const isFree = ({ recoveryId }: Job): boolean =>
      !atWork.has(recoveryId) && (notBefore.get(recoveryId) ?? 0) <= performance.now()
    const jobs = await runningJobs(store)
    forgetEnded(notBefore, jobs)
    for (const job of jobs.filter(isFree).slice(0, JOBS_MAX - atWork.size)) begin(job)
  }
  const run = async (): Promise<void> => {
    while (isRunning) {
      await look().catch((error: unknown) => logger.warn('recovery.look_failed', { error }))
      await nap.sleep(POLL_MS)
    }
  }
  return service('recoveries', {
    async start() {
      isRunning = true
      stopListening = store.onWakeUp((wakeUps) => {
        if (wakeUps.some(({ kind }) => kind === 'recovery_changed')) nap.wake()
      })
      loop = run()
    },
    async stop() {
      isRunning = false
      stopListening()
      nap.wake()
      await loop
      await Promise.all(atWork.values())
    },
  })
}

interface Hold {
  readonly job: Job
  readonly owner: string
  readonly tell: TellAttempt
  readonly isGoingOn: () => boolean
}

/** Steps until the job has ended, has to wait, or the runner stops; then the job is free for others. */
async function workOff(deps: RecoveryRunnerDeps, hold: Hold): Promise<StepEnd> {
  const nap = makeNap()
  let nextAt = performance.now()
  let end: StepEnd = 'go_on'
  while (hold.isGoingOn() && end === 'go_on') {
    const waitMs = nextAt - performance.now()
    if (waitMs > 0) await nap.sleep(Math.min(waitMs, ROOM_MS))
    else if (!deps.slots.tryTakeRetry(hold.job.projectId)) await nap.sleep(ROOM_MS)
    else {
      const startedAt = performance.now()
      const step = await stepInRoom(deps, hold)
      end = step.end
      if (step.ratePerSecond !== null) nextAt = startedAt + 1_000 / step.ratePerSecond
    }
  }
  if (end === 'go_on') await giveBack(deps.store, hold)
  return end
}

/** `ratePerSecond` null: nothing was sent. */
interface Step {
  readonly end: StepEnd
  readonly ratePerSecond: number | null
}

async function stepInRoom(deps: RecoveryRunnerDeps, hold: Hold): Promise<Step> {
  let pace: Pace = 'other'
  try {
    const begun = await begin(deps, hold)
    if (begun.kind === 'moved_on') return { end: 'go_on', ratePerSecond: null }
    if (begun.kind !== 'begun') return { end: 'wait', ratePerSecond: null }
    const { attempt, ratePerSecond } = begun
    const sent = await sendDelivery(deps, { ...attempt, startedAt: attempt.begunAt })
    pace = paceOf(sent)
    if (sent.kind === 'unsent') return { end: await unsent(deps, hold, sent), ratePerSecond }
    await record(deps, hold, begun, sent)
    return { end: 'go_on', ratePerSecond }
  } finally {
    deps.slots.give(hold.job.projectId, false, pace)
  }
}

function begin({ store, deadlineMs, leaseMarginMs }: RecoveryRunnerDeps, { job, owner }: Hold) {
  const isAlone = store.engine === 'sqlite'
  return store.run(beginStep, { ...job, owner, leaseMs: deadlineMs + leaseMarginMs, isAlone })
}

async function record(
  { store }: RecoveryRunnerDeps,
  { job, tell }: Hold,
  { attempt, place, leaseToken, requestedBy }: BegunStep,
  { exchange }: Extract<SentDelivery, { kind: 'sent' }>,
): Promise<void> {
  const { projectId, deliveryId, orderId, number } = attempt
  const report = { kind: 'manual', projectId, deliveryId, orderId, number, requestedBy, exchange } as const
  const step = { recoveryId: job.recoveryId, place, leaseToken, report }
  const result = await untilStored(() => store.run(recordStep, step), RECORD_TRIES)
  tell({ ...attempt, by: 'manual', position: null, offsetMinutes: null, isLate: false, lagMs: null, exchange }, result)
}

async function unsent(
  { store, logger }: RecoveryRunnerDeps,
  { job, owner }: Hold,
  { reason, error }: Extract<SentDelivery, { kind: 'unsent' }>,
): Promise<StepEnd> {
  if (reason !== 'secret_unreadable') {
    await giveBack(store, { job, owner })
    return 'wait'
  }
  logger.error('recovery.secret_unreadable', { ...job, error })
  await store.run(releaseJob, { ...job, owner, pause: 'secret_unreadable' })
  return 'wait_long'
}

/** So that another process need not wait for the lease; where the store is away, it has to. */
async function giveBack(store: Store, { job, owner }: Pick<Hold, 'job' | 'owner'>): Promise<void> {
  await store.run(releaseJob, { ...job, owner, pause: null }).catch(() => null)
}

async function runningJobs({ read }: Store): Promise<readonly Job[]> {
  return (
    read
      .selectFrom('recoveries')
      .select(['project_id as projectId', 'id as recoveryId'])
      // Written out, not bound: only so do both planners see that the small index of running jobs fits.
      .where('state', '=', sql.lit('running'))
      .orderBy('id')
      .execute()
  )
}

function forgetEnded(notBefore: Map<number, number>, jobs: readonly Job[]): void {
  const running = new Set(jobs.map(({ recoveryId }) => recoveryId))
  for (const id of notBefore.keys()) if (!running.has(id)) notBefore.delete(id)
}
