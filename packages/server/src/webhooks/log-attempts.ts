// Writes the attempt log: each attempt once, and again only where its sender had been given up.
import { insertRows, type Row, selectColumns, type Tx, updateRows } from '../platform/store/index.ts'
import type { AttemptReport, AttemptResult } from './attempt-report.ts'
import { attemptRow } from './attempt-row.ts'

/** Names an attempt in the map of `loggedAttempts`. */
export function attemptKey({ projectId, deliveryId, number }: AttemptReport): string {
  return keyOf(projectId, deliveryId, number)
}

// Without what was said and heard, of which a row may hold many kilobytes.
const LOGGED_COLUMNS = ['project_id', 'delivery_id', 'number', 'outcome'] as const

/** Outcomes of all attempts that are logged of the deliveries of `reports`. No report: no statement. */
export async function loggedAttempts(tx: Tx, reports: readonly AttemptReport[]): Promise<ReadonlyMap<string, string>> {
  const deliveries = reports.map(({ projectId, deliveryId }) => ({ projectId, id: deliveryId }))
  const rows = await selectColumns(tx, 'attempts', LOGGED_COLUMNS, 'delivery_id', deliveries, 'none')
  return new Map(rows.map((row) => [keyOf(row.project_id, row.delivery_id, row.number), row.outcome]))
}

/**
 * Logs every attempt that is not logged yet.
 *
 * @param results of the reports, by their index
 * @returns the same, but a late report that was recorded before reads `repeated`
 */
export async function logAttempts(
  tx: Tx,
  reports: readonly AttemptReport[],
  results: readonly AttemptResult[],
): Promise<readonly AttemptResult[]> {
  const late = reports.filter((report, index) => report.kind === 'automatic' && results[index]?.kind === 'late')
  const logged = await loggedAttempts(tx, late)
  const fresh: Row<'attempts'>[] = []
  const crashed: Row<'attempts'>[] = []
  const shown = reports.map((report, index): AttemptResult => {
    const result = results[index] ?? { kind: 'absent' }
    if (report.kind === 'unsent' || result.kind === 'absent' || result.kind === 'repeated') return result
    const before = logged.get(attemptKey(report))
    if (before !== undefined && before !== 'crashed') return { kind: 'repeated' }
    ;(before === undefined ? fresh : crashed).push(attemptRow(report, result.kind === 'late'))
    return result
  })
  await insertRows(tx, 'attempts', fresh)
  await completeCrashed(tx, crashed)
  return shown
}

const TOLD_COLUMNS = [
  'url',
  'started_at',
  'ended_at',
  'outcome',
  'status',
  'failure',
  'request_headers',
  'response_headers',
  'response_body',
] as const satisfies readonly (keyof Row<'attempts'>)[]

/** A sender that was given up and tells after all: its row of the log learns what came of it. */
function completeCrashed(tx: Tx, rows: readonly Row<'attempts'>[]): Promise<void> {
  return updateRows(tx, 'attempts', ['project_id', 'delivery_id', 'number'], TOLD_COLUMNS, rows)
}

function keyOf(projectId: number, deliveryId: number, number: number): string {
  return `${projectId}:${deliveryId}:${number}`
}
