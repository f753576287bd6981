// What a group of attempts says of each endpoint; pure.
import { judge } from '@ordertrail/core'
import type { Row } from '../../platform/store/index.ts'
import type { AttemptReport, AttemptResult } from '../attempt-report.ts'

type Health = Row<'endpoint_health'>
type Counts = Row<'endpoint_counts'>

/** Length of one count. */
export const SLOT_MS: number = 5 * 60_000

/** Counts that are kept for each endpoint, in a ring: a day and a bit. A new count takes the place of the oldest. */
export const SLOTS_KEPT = 300

/** One endpoint as if there had never been an attempt before this group. */
export interface CountedAnswers {
  readonly health: Health
  readonly counts: Counts
}

/** One row pair for each project among `reports` that was sent something, by ascending project: the order of their locks. */
export function countAnswers(
  reports: readonly AttemptReport[],
  results: readonly AttemptResult[],
  now: number,
): readonly CountedAnswers[] {
  const counted = new Map<number, CountedAnswers>()
  for (const [index, report] of reports.entries()) {
    if (report.kind === 'unsent' || !isNews(results[index])) continue
    const before = counted.get(report.projectId) ?? nothingYet(report.projectId, now)
    counted.set(report.projectId, withAnswer(before, report, now))
  }
  return [...counted.values()].sort((a, b) => a.health.project_id - b.health.project_id)
}

/** An answer counts however late it came, and once. */
function isNews(result: AttemptResult | undefined): boolean {
  return result !== undefined && result.kind !== 'absent' && result.kind !== 'repeated'
}

function withAnswer(
  { health, counts }: CountedAnswers,
  { exchange }: Exclude<AttemptReport, { readonly kind: 'unsent' }>,
  now: number,
): CountedAnswers {
  const verdict = judge(exchange.answer)
  if (verdict === 'accepted') {
    const well = { failures_in_row: 0, silent_in_row: 0, failing_since: null, silent_since: null }
    const accepted: Health = { ...health, ...well, healthy_since: now, last_accepted_at: now }
    return { health: accepted, counts: { ...counts, accepted: counts.accepted + 1 } }
  }
  const isSilent = exchange.answer.kind === 'no_answer'
  const failed: Health = {
    ...health,
    failures_in_row: health.failures_in_row + 1,
    silent_in_row: isSilent ? health.silent_in_row + 1 : 0,
    failing_since: now,
    silent_since: isSilent ? now : null,
    last_failed_at: now,
    last_failure: failureOf(exchange),
  }
  const column = isSilent ? 'unanswered' : verdict === 'rejected' ? 'rejected' : 'errored'
  return { health: failed, counts: { ...counts, [column]: counts[column] + 1 } }
}

/** For people, and without anything that the listener said. */
function failureOf({ answer }: { readonly answer: Parameters<typeof judge>[0] }): string {
  return answer.kind === 'response' ? `answered ${answer.status}` : `no answer: ${answer.reason}`
}

function nothingYet(projectId: number, now: number): CountedAnswers {
  const slot = Math.floor(now / SLOT_MS)
  return {
    health: {
      project_id: projectId,
      failures_in_row: 0,
      silent_in_row: 0,
      failing_since: null,
      silent_since: null,
      healthy_since: null,
      last_accepted_at: null,
      last_failed_at: null,
      last_failure: null,
      failing_told_at: null,
    },
    counts: {
      project_id: projectId,
      place: slot % SLOTS_KEPT,
      slot,
      accepted: 0,
      rejected: 0,
      errored: 0,
      unanswered: 0,
    },
  }
}
