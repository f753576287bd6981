// Records what came of attempts, and everything that follows from it, in one transaction.
import { type DeliveryState, isEnded } from '@ordertrail/core'
import {
  type GroupHandler,
  insertRows,
  lockRows,
  type NumberPair,
  type Row,
  selectColumns,
  selectRows,
  type Tx,
  together,
  updateRows,
} from '../platform/store/index.ts'
import { loadProjectFacts, type ProjectFacts } from '../projects/index.ts'
import type { AttemptReport, AttemptResult } from './attempt-report.ts'
import { attemptRow } from './attempt-row.ts'
import {
  ATTEMPTED_COLUMNS,
  type AttemptDecision,
  type AttemptedDelivery,
  type ChangedDelivery,
  decideAttempt,
} from './decide-attempt.ts'
import type { OnDeliveriesEnded } from './ended-delivery.ts'
import { raiseFailingAlarms } from './failing-endpoint.ts'
import { recordHealth } from './health/record-health.ts'
import { openEventsOf } from './open-events.ts'
import { isPaused, lineKey, releaseSuccessors, wakeForDue } from './release-successors.ts'
import { raiseUnacknowledgedAlarms } from './unacknowledged-alarm.ts'
import { voidUnsent } from './void-unsent.ts'

/** What an end causes on the floors above. */
export interface AttemptCallbacks {
  readonly onDeliveriesEnded: OnDeliveriesEnded
}

/**
 * Makes the handler of `recordAttempt`. The number of statements does not grow with the group.
 *
 * Locks projects (shared), orders, then deliveries. A claimed row changes hands only under those locks, so what is decided before the
 * deliveries are locked still holds afterwards; the ends are told in between, because they may move orders and publish. They add no
 * delivery: a webhook of what they cause is owed by the transition that comes of it later.
 */
export function recordAttempts({ onDeliveriesEnded }: AttemptCallbacks): GroupHandler<AttemptReport, AttemptResult> {
  return async (tx, reports) => {
    const [facts, , known, lines] = await together([
      loadProjectFacts(
        tx,
        reports.map(({ projectId }) => projectId),
      ),
      lockRows(tx, 'orders', reports.map(orderPair)),
      knownNumbers(
        tx,
        reports.filter(({ kind }) => kind === 'manual'),
      ),
      selectColumns(tx, 'deliveries', ATTEMPTED_COLUMNS, 'order_id', reports.map(orderPair), 'none'),
    ])
    const seen = byKey(lines)
    const facing = { known, openEvents: await openEventsOf(tx, [...seen.values()]) }
    const early = decideAll(tx, reports, facing, seen)
    const ended = early.map(({ ended }) => ended).filter((one) => one !== null)
    if (ended.length > 0) await onDeliveriesEnded(tx, ended)
    await raiseUnacknowledgedAlarms(tx, ended)

    // Only a row that was claimed is kept as it is by the lock of its order: a dispatcher may take any other in the meantime.
    const loose = reports.filter((report) => seen.get(deliveryKey(report))?.state !== 'claimed')
    const locked = byKey(
      await selectColumns(tx, 'deliveries', ATTEMPTED_COLUMNS, 'id', loose.map(deliveryPair), 'update'),
    )
    const decisions = loose.length === 0 ? early : decideAll(tx, reports, facing, new Map([...seen, ...locked]))
    const results = await writeAttempts(tx, reports, decisions)
    const changed = decisions.map(({ row }) => row).filter((row) => row !== null)
    await writeDeliveries(tx, await voidUnsent(tx, changed), facts, lines)
    const told = await raiseFailingAlarms(tx, reports, results)
    await recordHealth(tx, reports, results, told)
    return results.map((result, index) => shownResult(result, facts.get(reports[index]?.projectId ?? 0)))
  }
}

/** Columns that an attempt may change. */
const CHANGED_COLUMNS = [
  'state',
  'position',
  'first_attempt_at',
  'due_at',
  'lease_owner',
  'lease_until',
  'attempt_count',
  'crash_resends',
  'last_status',
  'ended_by',
  'ended_at',
] as const satisfies readonly (keyof ChangedDelivery)[]

/**
 * Writes deliveries that attempts changed, and what follows in the lines of their orders.
 *
 * @param lines all deliveries of the orders as they were read under the orders' locks, in this transaction; null: not known.
 *   A line in which everything has ended needs no further look, which is what nearly every order comes to.
 */
export async function writeDeliveries(
  tx: Tx,
  rows: readonly ChangedDelivery[],
  facts: ReadonlyMap<number, ProjectFacts>,
  lines: readonly AttemptedDelivery[] | null = null,
): Promise<void> {
  await updateRows(tx, 'deliveries', ['project_id', 'id'], CHANGED_COLUMNS, rows)
  wakeForDue(tx, rows)
  const open = lines === null ? null : openLines(lines, rows)
  const orders = new Map(rows.map((row) => [lineKey(row.project_id, row.order_id), row]))
  await releaseSuccessors(
    tx,
    [...orders]
      .filter(([key]) => open === null || open.has(key))
      .map(([, row]) => ({
        projectId: row.project_id,
        orderId: row.order_id,
        isPaused: isOff(facts.get(row.project_id)),
      })),
  )
}

/** Keys of the lines in which something has not ended, with `changed` as the newest word. */
function openLines(lines: readonly AttemptedDelivery[], changed: readonly AttemptedDelivery[]): ReadonlySet<string> {
  const newest = new Map([...byKey(lines), ...byKey(changed)])
  const open = [...newest.values()].filter((row) => !isEnded(row.state as DeliveryState))
  return new Set(open.map((row) => lineKey(row.project_id, row.order_id)))
}

function isOff(facts: ProjectFacts | undefined): boolean {
  return facts === undefined || isPaused(facts)
}

/** What stands beside the deliveries: attempts that were logged before, and events that moved rows became. */
interface Facing {
  readonly known: ReadonlySet<string>
  readonly openEvents: ReadonlyMap<number, number>
}

function decideAll(
  tx: Tx,
  reports: readonly AttemptReport[],
  { known, openEvents }: Facing,
  rows: ReadonlyMap<string, AttemptedDelivery>,
): readonly AttemptDecision[] {
  return reports.map((report) => {
    const row = rows.get(deliveryKey(report))
    if (row === undefined) return { row: null, ended: null, result: { kind: 'absent' } }
    if (known.has(numberKey(report.projectId, report.deliveryId, report.number))) {
      return { row: null, ended: null, result: { kind: 'repeated' } }
    }
    return decideAttempt(row, report, { now: tx.now, eventId: openEvents.get(row.id) ?? null })
  })
}

function byKey(rows: readonly AttemptedDelivery[]): ReadonlyMap<string, AttemptedDelivery> {
  return new Map(rows.map((row) => [`${row.project_id}:${row.id}`, row]))
}

/** Logs every attempt that is not logged yet; gives the results, in which a late report that was recorded before reads `repeated`. */
async function writeAttempts(
  tx: Tx,
  reports: readonly AttemptReport[],
  decisions: readonly AttemptDecision[],
): Promise<readonly AttemptResult[]> {
  const late = reports.filter(
    (report, index) => report.kind === 'automatic' && decisions[index]?.result.kind === 'late',
  )
  const logged = await loggedOutcomes(tx, late)
  const fresh: Row<'attempts'>[] = []
  const crashed: Row<'attempts'>[] = []
  const results = reports.map((report, index): AttemptResult => {
    const result = decisions[index]?.result ?? { kind: 'absent' }
    if (report.kind === 'unsent' || result.kind === 'absent' || result.kind === 'repeated') return result
    const before = logged.get(numberKey(report.projectId, report.deliveryId, report.number))
    if (before !== undefined && before !== 'crashed') return { kind: 'repeated' }
    ;(before === undefined ? fresh : crashed).push(attemptRow(report, result.kind === 'late'))
    return result
  })
  await insertRows(tx, 'attempts', fresh)
  await completeCrashed(tx, crashed)
  return results
}

/** A sender that was given up and tells after all: its row of the log learns what came of it. */
function completeCrashed(tx: Tx, rows: readonly Row<'attempts'>[]): Promise<void> {
  return updateRows(
    tx,
    'attempts',
    ['project_id', 'delivery_id', 'number'],
    [
      'url',
      'started_at',
      'ended_at',
      'outcome',
      'status',
      'failure',
      'request_headers',
      'response_headers',
      'response_body',
    ],
    rows,
  )
}

async function knownNumbers(tx: Tx, reports: readonly AttemptReport[]): Promise<ReadonlySet<string>> {
  return new Set((await loggedOutcomes(tx, reports)).keys())
}

async function loggedOutcomes(tx: Tx, reports: readonly AttemptReport[]): Promise<ReadonlyMap<string, string>> {
  const rows = await selectRows(tx, 'attempts', 'delivery_id', reports.map(deliveryPair), 'none')
  return new Map(rows.map((row) => [numberKey(row.project_id, row.delivery_id, row.number), row.outcome]))
}

/** Where webhooks are off by now, the delivery that would wait for its next time was paused. */
function shownResult(result: AttemptResult, facts: ProjectFacts | undefined): AttemptResult {
  const isRetry = result.kind === 'recorded' && result.outcome === 'retry'
  return isRetry && isOff(facts) ? { ...result, nextDueAt: null } : result
}

function numberKey(projectId: number, deliveryId: number, number: number): string {
  return `${projectId}:${deliveryId}:${number}`
}

function deliveryKey({ projectId, deliveryId }: AttemptReport): string {
  return `${projectId}:${deliveryId}`
}

function orderPair({ projectId, orderId }: AttemptReport): NumberPair {
  return { projectId, id: orderId }
}

function deliveryPair({ projectId, deliveryId }: AttemptReport): NumberPair {
  return { projectId, id: deliveryId }
}
