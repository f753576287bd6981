// The two writes of one send of a recovery: begin it under the job's lease, and record it together with the job's counts.
import { judge } from '@ordertrail/core'
import {
  type Command,
  type GroupHandler,
  oneByOne,
  type Row,
  rareCommand,
  type Tx,
} from '../../platform/store/index.ts'
import { loadProjectFacts, type ProjectFacts } from '../../projects/index.ts'
import type { AttemptResult, ManualReport } from '../attempt-report.ts'
import { beginLocked, lockDelivery, type ManualAttempt } from '../begin-manual-attempt.ts'
import { openEventsOf } from '../open-events.ts'
import { type AttemptCallbacks, recordAttempts } from '../record-attempts.ts'
import { isPaused } from '../release-successors.ts'
import {
  isWanted,
  RECOVERY_MS_MAX,
  type Recovery,
  type RecoveryPause,
  type RecoveryPlace,
  recoveryOf,
  type SkipCode,
  STEP_ROWS_MAX,
  skippedOneMore,
} from './recovery.ts'
import { type Candidate, nextCandidates } from './walk-deliveries.ts'

/** A job and the runner that wants to go on with it; the lease is renewed with every step. */
export interface BeginStepInput {
  readonly projectId: number
  readonly recoveryId: number
  readonly owner: string
  readonly leaseMs: number
  /** True where no other process can have this store: leases of former ones are over then. */
  readonly isAlone: boolean
}

/** What is to be sent now, and where it stands in the walk. */
export interface BegunStep {
  readonly kind: 'begun'
  readonly attempt: ManualAttempt
  readonly place: RecoveryPlace
  /** Names this hold of the job: counts of an older one are not taken. */
  readonly leaseToken: number
  readonly requestedBy: string
  readonly ratePerSecond: number
}

/**
 * The next step. `moved_on`: nothing was to be sent among the rows looked at, go on at once. `paused`: try again later. `not_ours`: another
 * runner has the lease. `over`: the job has ended, or is unknown.
 */
export type BeginStepResult = BegunStep | { readonly kind: 'moved_on' | 'paused' | 'not_ours' | 'over' }

export const beginStep: Command<BeginStepInput, BeginStepResult> = rareCommand('recoveries.begin-step')

/**
 * The handler. The place of the job stays before the delivery that is begun: whoever dies before the record leaves it to be sent again by
 * the next runner. Locks the orders and deliveries of the candidates, then the job.
 */
export const handleBeginStep: GroupHandler<BeginStepInput, BeginStepResult> = oneByOne(async (tx, input) => {
  const facts = (await loadProjectFacts(tx, [input.projectId])).get(input.projectId)
  const row = await readJob(tx, input)
  if (row === undefined || facts === undefined || row.state !== 'running') return { kind: 'over' }
  if (isHeldByOther(tx, row, input)) return { kind: 'not_ours' }
  if (tx.now >= row.created_at + RECOVERY_MS_MAX) return ended(tx, row, 'timed_out')
  if (isPaused(facts)) return paused(tx, row, 'webhooks_disabled')

  const held = leased(tx, row, input)
  const job = recoveryOf(row)
  const candidates = await nextCandidates(tx.db, job, STEP_ROWS_MAX).execute()
  if (candidates.length === 0) return ended(tx, row, 'done')
  const found = await firstToSend(tx, facts, job, candidates)
  const { place, skipped } = found
  const isKept = await changeJob(tx, row, {
    ...held,
    ...columnsOf(place),
    skipped: JSON.stringify(skipped),
    pause: null,
  })
  if (!isKept) return { kind: 'not_ours' }
  if (found.begun === null) return { kind: 'moved_on' }
  const { attempt, place: sentPlace } = found.begun
  const requestedBy = `recovery ${row.id} by ${row.requested_by}`
  const ratePerSecond = row.rate_per_second
  return { kind: 'begun', attempt, place: sentPlace, leaseToken: held.lease_token, requestedBy, ratePerSecond }
})

/** How far a step came: the place of the last row that is dealt with, and the attempt that was begun behind it, if any. */
interface Found {
  readonly place: RecoveryPlace
  readonly skipped: Recovery['skipped']
  readonly begun: { readonly attempt: ManualAttempt; readonly place: RecoveryPlace } | null
}

async function firstToSend(
  tx: Tx,
  facts: ProjectFacts,
  job: Recovery,
  candidates: readonly Candidate[],
): Promise<Found> {
  const openEvents = await openEventsOf(tx, candidates)
  let { place, skipped } = job
  for (const candidate of candidates) {
    const here = { orderId: candidate.order_id, line: candidate.line }
    // An event that was processed has been told: to a replay it is as good as an accepted delivery.
    if (isWanted(job, candidate) && (candidate.state !== 'moved' || openEvents.has(candidate.id))) {
      const tried = await tryOne(tx, facts, job, candidate)
      if (tried.kind === 'begun') return { place, skipped, begun: { attempt: tried.attempt, place: here } }
      skipped = skippedOneMore(skipped, tried.code)
    }
    place = here
  }
  return { place, skipped, begun: null }
}

type Tried =
  | { readonly kind: 'begun'; readonly attempt: ManualAttempt }
  | { readonly kind: 'skipped'; readonly code: SkipCode }

async function tryOne(tx: Tx, facts: ProjectFacts, job: Recovery, { id }: Candidate): Promise<Tried> {
  const locked = await lockDelivery(tx, { projectId: job.projectId, deliveryId: id })
  if (locked === undefined) return { kind: 'skipped', code: 'deleted' }
  // Somebody may have resent it since the rows were read.
  if (!isWanted(job, locked.row)) return { kind: 'skipped', code: 'already_ended' }
  const result = await beginLocked(tx, facts, locked)
  if (result.kind === 'begun') return result
  return { kind: 'skipped', code: result.kind === 'absent' ? 'deleted' : result.code }
}

/** A step that was sent, as it is recorded. */
export interface RecordStepInput {
  readonly recoveryId: number
  readonly place: RecoveryPlace
  readonly leaseToken: number
  readonly report: ManualReport
}

export const recordStep: Command<RecordStepInput, AttemptResult> = rareCommand('recoveries.record-step')

/**
 * Makes the handler: the attempt with all its effects, then the counts and the place of the job, in one transaction. An attempt that is
 * recorded twice counts once. A job that passed to another runner keeps the attempt, and the other one sends it again.
 */
export function handleRecordStep(callbacks: AttemptCallbacks): GroupHandler<RecordStepInput, AttemptResult> {
  const record = recordAttempts(callbacks)
  return oneByOne(async (tx, input) => {
    const { report, recoveryId, leaseToken, place } = input
    const [result = { kind: 'absent' }] = await record(tx, [report])
    if (result.kind === 'repeated') return result
    const row = await readJob(tx, { projectId: report.projectId, recoveryId })
    if (row === undefined || row.lease_token !== leaseToken) return result
    // Canceled or not: what was sent is counted.
    const counted = { ...columnsOf(place), ...countsAfter(row, report, result) }
    await updateHeld(tx, row).set(counted).execute()
    return result
  })
}

type JobColumns = Partial<Row<'recoveries'>>

function countsAfter(row: Row<'recoveries'>, { exchange }: ManualReport, result: AttemptResult): JobColumns {
  if (result.kind === 'absent') {
    return { skipped: JSON.stringify(skippedOneMore(recoveryOf(row).skipped, 'deleted')) }
  }
  const verdict = judge(exchange.answer)
  return {
    sent: row.sent + 1,
    accepted: row.accepted + (verdict === 'accepted' ? 1 : 0),
    rejected: row.rejected + (verdict === 'rejected' ? 1 : 0),
  }
}

/** A job that is given back, or that has to wait. `pause` null: only the lease ends, so that another runner goes on at once. */
export interface ReleaseJobInput {
  readonly projectId: number
  readonly recoveryId: number
  readonly owner: string
  readonly pause: RecoveryPause | null
}

/** Gives the job back; where it passed to another runner, nothing changes. */
export const releaseJob: Command<ReleaseJobInput, null> = rareCommand('recoveries.release')

/** The handler. */
export const handleReleaseJob: GroupHandler<ReleaseJobInput, null> = oneByOne(
  async (tx, { projectId, recoveryId, owner, pause }) => {
    await tx.db
      .updateTable('recoveries')
      .set({ lease_owner: null, lease_until: null, pause })
      .where('project_id', '=', projectId)
      .where('id', '=', recoveryId)
      .where('lease_owner', '=', owner)
      .where('state', '=', 'running')
      .execute()
    return null
  },
)

function readJob(
  tx: Tx,
  { projectId, recoveryId }: Pick<BeginStepInput, 'projectId' | 'recoveryId'>,
): Promise<Row<'recoveries'> | undefined> {
  const query = tx.db.selectFrom('recoveries').selectAll().where('project_id', '=', projectId)
  return query.where('id', '=', recoveryId).executeTakeFirst()
}

/** False where the job passed to another runner, or was canceled, since `row` was read. */
async function changeJob(tx: Tx, row: Row<'recoveries'>, columns: JobColumns): Promise<boolean> {
  const { numUpdatedRows } = await updateHeld(tx, row).set(columns).where('state', '=', 'running').executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The job, as long as nobody else took hold of it. */
function updateHeld(tx: Tx, row: Row<'recoveries'>) {
  return tx.db
    .updateTable('recoveries')
    .where('project_id', '=', row.project_id)
    .where('id', '=', row.id)
    .where('lease_token', '=', row.lease_token)
}

function isHeldByOther(tx: Tx, row: Row<'recoveries'>, { owner, isAlone }: BeginStepInput): boolean {
  if (row.lease_owner === null || row.lease_owner === owner || isAlone) return false
  return (row.lease_until ?? 0) > tx.leaseNow
}

/** A new hold of the job has a new token; whoever has it already keeps it. */
function leased(tx: Tx, row: Row<'recoveries'>, { owner, leaseMs }: BeginStepInput) {
  const isOurs = row.lease_owner === owner
  return {
    lease_owner: owner,
    lease_token: isOurs ? row.lease_token : row.lease_token + 1,
    lease_until: tx.leaseNow + leaseMs,
  }
}

/** A job that waits is nobody's: whoever looks when it may go on takes it. */
async function paused(tx: Tx, row: Row<'recoveries'>, pause: RecoveryPause): Promise<{ readonly kind: 'paused' }> {
  const waiting = { lease_owner: null, lease_until: null, pause }
  if (row.pause !== pause || row.lease_owner !== null) await changeJob(tx, row, waiting)
  return { kind: 'paused' }
}

async function ended(tx: Tx, row: Row<'recoveries'>, state: 'done' | 'timed_out'): Promise<{ readonly kind: 'over' }> {
  await changeJob(tx, row, { state, ended_at: tx.now, pause: null, lease_owner: null, lease_until: null })
  return { kind: 'over' }
}

function columnsOf({ orderId, line }: RecoveryPlace): JobColumns {
  return { cursor_order_id: orderId, cursor_line: line }
}
