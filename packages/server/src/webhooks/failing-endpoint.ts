// An alarm for endpoints that go on failing: one for a project and an hour, however many deliveries wait for it.
import type { ExpressionBuilder } from 'kysely'
import type { Tables, Tx } from '../platform/store/index.ts'
import type { AttemptReport, AttemptResult, AutomaticReport } from './attempt-report.ts'

/** The third attempt that a delivery spends on silence or errors: minutes after the first one, so no hiccup any more. */
const FAILING_FROM_POSITION = 2

/** People are told again of an endpoint that still fails after this time. */
export const FAILING_REPEAT_MS: number = 60 * 60_000

/** Wakes an alarm for each project among `reports` whose endpoint fails and of which nobody was told lately; gives those projects. */
export async function raiseFailingAlarms(
  tx: Tx,
  reports: readonly AttemptReport[],
  results: readonly AttemptResult[],
): Promise<ReadonlySet<number>> {
  const told = new Set<number>()
  const failures = reports.flatMap((report, index) => failureOf(report, results[index]))
  const lastOf = new Map(failures.map((report) => [report.projectId, report]))
  for (const projectId of await untoldProjects(tx, [...lastOf.keys()])) {
    const report = lastOf.get(projectId)
    if (report === undefined || !(await markTold(tx, projectId))) continue
    tell(tx, report)
    told.add(projectId)
  }
  return told
}

/** A rejection is an answer; an endpoint fails where nothing useful comes again and again. */
function failureOf(report: AttemptReport, result: AttemptResult | undefined): readonly AutomaticReport[] {
  if (report.kind !== 'automatic' || result?.kind !== 'recorded') return []
  const isLasting = result.outcome === 'retry' && report.position >= FAILING_FROM_POSITION
  return isLasting || result.outcome === 'exhausted' ? [report] : []
}

/** Ascending, because their settings are locked in this order. Takes no locks itself: mostly there is nobody to tell. */
async function untoldProjects(tx: Tx, projectIds: readonly number[]): Promise<readonly number[]> {
  if (projectIds.length === 0) return []
  const rows = await tx.db
    .selectFrom('webhook_settings')
    .where('project_id', 'in', [...projectIds])
    .where(isUntold(tx.now))
    .select('project_id')
    .orderBy('project_id')
    .execute()
  return rows.map((row) => row.project_id)
}

/** False where another process was faster. */
async function markTold(tx: Tx, projectId: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('webhook_settings')
    .set({ failing_told_at: tx.now })
    .where('project_id', '=', projectId)
    .where(isUntold(tx.now))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

function isUntold(now: number) {
  return ({ or, eb }: ExpressionBuilder<Tables, 'webhook_settings'>) =>
    or([eb('failing_told_at', 'is', null), eb('failing_told_at', '<=', now - FAILING_REPEAT_MS)])
}

function tell(tx: Tx, { projectId, orderId, deliveryId, number, exchange: { answer } }: AutomaticReport): void {
  const last = answer.kind === 'response' ? `answered ${answer.status}` : `did not answer (${answer.reason})`
  const detail = `The webhook endpoint ${last} to attempt ${number} of delivery ${deliveryId}; its webhooks wait.`
  tx.wake({ kind: 'alarm', projectId, code: 'endpoint_failing', orderId, detail })
}
