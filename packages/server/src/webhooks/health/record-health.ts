// Keeps the health of endpoints in the transaction that records their answers: two statements, however many deliveries.
import { type Row, type Tx, together, upsertRows } from '../../platform/store/index.ts'
import type { AttemptReport, AttemptResult } from '../attempt-report.ts'
import { type CountedAnswers, countAnswers } from './counted-answers.ts'
import { FAILING_AFTER } from './health-state.ts'

// `excluded` is what this group alone says; a group without an acceptance goes on with what was before it.
const GOES_ON = 'excluded.last_accepted_at is null'
const IS_ALL_SILENT = `${GOES_ON} and excluded.silent_in_row = excluded.failures_in_row`

const HEALTH_CHANGES = {
  failures_in_row: `excluded.failures_in_row + case when ${GOES_ON} then endpoint_health.failures_in_row else 0 end`,
  silent_in_row: `excluded.silent_in_row + case when ${IS_ALL_SILENT} then endpoint_health.silent_in_row else 0 end`,
  failing_since: `case when ${GOES_ON} then coalesce(endpoint_health.failing_since, excluded.failing_since) else excluded.failing_since end`,
  silent_since: `case when ${IS_ALL_SILENT} then coalesce(endpoint_health.silent_since, excluded.silent_since) else excluded.silent_since end`,
  healthy_since: `case when ${GOES_ON} or (endpoint_health.healthy_since is not null and endpoint_health.failures_in_row < ${FAILING_AFTER}) then endpoint_health.healthy_since else excluded.healthy_since end`,
  last_accepted_at: 'coalesce(excluded.last_accepted_at, endpoint_health.last_accepted_at)',
  last_failed_at: 'coalesce(excluded.last_failed_at, endpoint_health.last_failed_at)',
  last_failure: 'coalesce(excluded.last_failure, endpoint_health.last_failure)',
  failing_told_at: 'coalesce(excluded.failing_told_at, endpoint_health.failing_told_at)',
} as const satisfies Partial<Record<keyof Row<'endpoint_health'>, string>>

const COUNT_CHANGES = {
  slot: 'excluded.slot',
  accepted: added('accepted'),
  rejected: added('rejected'),
  errored: added('errored'),
  unanswered: added('unanswered'),
} as const satisfies Partial<Record<keyof Row<'endpoint_counts'>, string>>

/** The place of the ring may still hold the count of a day ago. */
function added(column: string): string {
  return `excluded.${column} + case when endpoint_counts.slot = excluded.slot then endpoint_counts.${column} else 0 end`
}

/**
 * Counts the answers of `reports`; `told` are the projects of which people were told in this transaction that they fail.
 *
 * To be called last: rows of endpoints are locked after all others, ascending, and held only for the commit, so that processes that
 * complete deliveries of one project at once wait no longer than that, and never in a ring.
 */
export async function recordHealth(
  tx: Tx,
  reports: readonly AttemptReport[],
  results: readonly AttemptResult[],
  told: ReadonlySet<number>,
): Promise<void> {
  const counted = countAnswers(reports, results, tx.now)
  if (counted.length === 0) return
  const health = counted.map((one) => (told.has(one.health.project_id) ? toldNow(tx, one) : one.health))
  const counts = counted.map((one) => one.counts)
  const [kept] = await together([
    upsertRows(tx, 'endpoint_health', ['project_id'], HEALTH_CHANGES, health),
    upsertRows(tx, 'endpoint_counts', ['project_id', 'place'], COUNT_CHANGES, counts),
  ])
  await tellRecovered(tx, kept.filter(isRecovered))
}

function toldNow(tx: Tx, { health }: CountedAnswers): Row<'endpoint_health'> {
  return { ...health, failing_told_at: tx.now }
}

function isRecovered({ failing_told_at: toldAt, failures_in_row: failures }: Row<'endpoint_health'>): boolean {
  return toldAt !== null && failures === 0
}

/** The good news that belong to an alarm, once for each. */
async function tellRecovered(tx: Tx, rows: readonly Row<'endpoint_health'>[]): Promise<void> {
  if (rows.length === 0) return
  const projectIds = rows.map((row) => row.project_id)
  await tx.db
    .updateTable('endpoint_health')
    .set({ failing_told_at: null })
    .where('project_id', 'in', projectIds)
    .execute()
  for (const projectId of projectIds) {
    const detail = 'The webhook endpoint accepts webhooks again; what waits is sent at its times.'
    tx.wake({ kind: 'alarm', projectId, code: 'endpoint_recovered', orderId: null, detail })
  }
}
