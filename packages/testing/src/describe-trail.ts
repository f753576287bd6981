// Words for what happened: lines of the log, and the messages of waits that were in vain.
import { trailLine } from '@ordertrail/server/dev-tools'
import type { SentWebhook } from './sent-webhook.ts'
import type { TrailEntry } from './trail-log.ts'

/** Most happenings that a message tells; the newest. */
const TOLD_MAX = 12
const INDENT = '  '

/** One happening as a line, without colours. */
export function describeEntry({ event, at }: TrailEntry): string {
  const { time, subject, what, detail } = trailLine(event, at)
  return [time, subject, what, detail].join('  ')
}

/** Happenings as an indented list under a heading; `nothing` where there are none. */
export function describeEntries(heading: string, entries: readonly TrailEntry[], nothing: string): string {
  if (entries.length === 0) return nothing
  const told = entries.slice(-TOLD_MAX)
  const left = entries.length - told.length
  const lines = told.map((entry) => INDENT + describeEntry(entry))
  return [heading, ...(left > 0 ? [`${INDENT}(${left} earlier ones)`] : []), ...lines].join('\n')
}

/** What a developer should do about a webhook that was not accepted; null: nothing is wrong with it. */
export function adviceAbout({ type, orderId, outcome, status, failure, nextAttemptAt }: SentWebhook): string | null {
  const answer = status === null ? `was not answered (${failure})` : `was answered ${status}`
  if (outcome === 'rejected') {
    return `${type} ${answer}, which the sender takes for a refusal for good; resend(${orderId}) sends it again.`
  }
  if (outcome === 'exhausted') return `${type} ${answer}, and no attempt is left; resend(${orderId}) sends it again.`
  if (nextAttemptAt === null) return null
  return `${type} ${answer}; it is sent again at ${nextAttemptAt.toISOString()} of the emulator's time, which skipTime() brings near.`
}
