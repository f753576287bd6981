// Asks for a recovery, or cancels one.
import type { DeliveryType, RecoveryKind } from '@ordertrail/core'
import { type Command, insertRows, type Row, rareCommand, type Store, type Tx } from '../../platform/store/index.ts'
import { lockProjectAlone, recordAudit } from '../../projects/index.ts'
import { RECOVERIES_KEPT_MAX, TOTAL_COUNTED_MAX } from './recovery.ts'
import { countCandidates } from './walk-deliveries.ts'

/** What is to be sent again. `until` null: all that has ended by now. */
export interface StartRecoveryInput {
  readonly projectId: number
  readonly kind: RecoveryKind
  readonly types: readonly DeliveryType[] | null
  readonly since: number
  readonly until: number | null
  readonly ratePerSecond: number
  readonly requestedBy: string
}

/** The job, or why there is none. */
export type StartRecoveryResult =
  | { readonly kind: 'started'; readonly row: Row<'recoveries'> }
  | { readonly kind: 'refused'; readonly code: 'recovery_running' | 'recovery_window_empty' }

/** Makes the job; `total` as counted before, because that takes too long to keep the project locked for. */
export const startRecovery: Command<CountedWish, StartRecoveryResult> = rareCommand('recoveries.start')

/** Counts what is to be sent, and makes the job. */
export async function askForRecovery(store: Store, wish: StartRecoveryInput): Promise<StartRecoveryResult> {
  const until = Math.min(wish.until ?? Number.MAX_SAFE_INTEGER, store.now() + 1)
  const total = await countCandidates(store.read, { ...wish, until }, TOTAL_COUNTED_MAX)
  return store.run(startRecovery, { ...wish, total })
}

type CountedWish = StartRecoveryInput & { readonly total: number | null }

/**
 * The handler. The project is locked alone for a moment, so that every completion under way is committed: what ended before now is
 * among what is sent.
 */
export async function handleStartRecovery(tx: Tx, input: CountedWish): Promise<StartRecoveryResult> {
  const { projectId, requestedBy, since } = input
  await lockProjectAlone(tx, projectId)
  // What is recorded in this very millisecond has ended, too.
  const until = Math.min(input.until ?? Number.MAX_SAFE_INTEGER, tx.now + 1)
  if (since >= until) return { kind: 'refused', code: 'recovery_window_empty' }
  if (await isAnyRunning(tx, projectId)) return { kind: 'refused', code: 'recovery_running' }
  const row = await newRow(tx, { ...input, until })
  await insertRows(tx, 'recoveries', [row])
  await forgetOldest(tx, projectId)
  const details = { kind: row.kind, since, until, types: input.types, rate_per_second: row.rate_per_second }
  const target = `recovery:${row.id}`
  await recordAudit(tx, { projectId, actor: requestedBy, action: 'recovery.started', target, details })
  tx.wake({ kind: 'recovery_changed', projectId })
  return { kind: 'started', row }
}

async function isAnyRunning(tx: Tx, projectId: number): Promise<boolean> {
  const query = tx.db.selectFrom('recoveries').select('id').where('project_id', '=', projectId)
  return (await query.where('state', '=', 'running').executeTakeFirst()) !== undefined
}

async function newRow(tx: Tx, input: CountedWish & { readonly until: number }): Promise<Row<'recoveries'>> {
  const { projectId, kind, types, since, until } = input
  const [id = 0] = await tx.takeIds(projectId, 'recovery', 1)
  return {
    project_id: projectId,
    id,
    kind,
    types: types === null ? null : JSON.stringify(types),
    since,
    until,
    rate_per_second: input.ratePerSecond,
    state: 'running',
    requested_by: input.requestedBy,
    total: input.total,
    sent: 0,
    accepted: 0,
    rejected: 0,
    skipped: '{}',
    cursor_order_id: 0,
    cursor_line: 0,
    pause: null,
    lease_owner: null,
    lease_token: 0,
    lease_until: null,
    created_at: tx.now,
    ended_at: null,
  }
}

/** Only ended jobs are ever forgotten; the one that runs is the newest. */
async function forgetOldest(tx: Tx, projectId: number): Promise<void> {
  const oldest = await tx.db
    .selectFrom('recoveries')
    .select('id')
    .where('project_id', '=', projectId)
    .orderBy('id', 'desc')
    .offset(RECOVERIES_KEPT_MAX)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  const ended = tx.db.deleteFrom('recoveries').where('project_id', '=', projectId).where('state', '!=', 'running')
  await ended.where('id', '<=', oldest.id).execute()
}

/** The job to cancel, and who does. */
export interface CancelRecoveryInput {
  readonly projectId: number
  readonly recoveryId: number
  readonly actor: string
}

/** Cancels a job; gives it as it stands then, or null where there is none. One that has ended stays as it is. */
export const cancelRecovery: Command<CancelRecoveryInput, Row<'recoveries'> | null> = rareCommand('recoveries.cancel')

/** The handler. What is being sent at this moment is still recorded and counted; nothing follows it. */
export async function handleCancelRecovery(tx: Tx, input: CancelRecoveryInput): Promise<Row<'recoveries'> | null> {
  const { projectId, recoveryId, actor } = input
  const { numUpdatedRows } = await tx.db
    .updateTable('recoveries')
    .set({ state: 'canceled', ended_at: tx.now, pause: null })
    .where('project_id', '=', projectId)
    .where('id', '=', recoveryId)
    .where('state', '=', 'running')
    .executeTakeFirst()
  if (numUpdatedRows > 0n) {
    const target = `recovery:${recoveryId}`
    await recordAudit(tx, { projectId, actor, action: 'recovery.canceled', target, details: {} })
    tx.wake({ kind: 'recovery_changed', projectId })
  }
  const row = await tx.db
    .selectFrom('recoveries')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', recoveryId)
    .executeTakeFirst()
  return row ?? null
}
