// One line of the trail: what happened to an order, in words that fit a terminal.
import { styleText } from 'node:util'
import type { TrailEvent } from './platform/trail.ts'

/** What a line is made of; `tone` says how good the news is. */
export interface TrailLine {
  readonly time: string
  readonly subject: string
  readonly what: string
  readonly detail: string
  readonly tone: 'good' | 'bad' | 'plain'
}

const SUBJECT_WIDTH = 16
const WHAT_WIDTH = 16
const COLOURS = { good: 'green', bad: 'red' } as const

/** Local time of day, 17:31:20. */
export function timeOfDay(at: Date): string {
  return at.toTimeString().slice(0, 8)
}

/** The line of one event. */
export function trailLine(event: TrailEvent, at: Date): TrailLine {
  const base = {
    time: timeOfDay(at),
    subject: event.kind === 'user.validated' ? `user ${event.userId}` : orderSubject(event.orderId),
  }
  switch (event.kind) {
    case 'order.status':
      return {
        ...base,
        what: event.to,
        detail: `${event.from === null ? '' : `${event.from} -> ${event.to}, `}${words(event.cause)}`,
        tone: 'plain',
      }
    case 'delivery.attempted':
      return { ...base, what: event.type, ...attemptWords(event) }
    case 'user.validated':
      return {
        ...base,
        what: 'user_validation',
        detail: `[${event.status ?? event.failure}] ${words(event.stage)}, ${event.durationMs} ms`,
        tone: event.isAccepted ? 'good' : 'bad',
      }
    case 'alarm':
      return { ...base, what: `alarm ${event.code}`, detail: event.detail, tone: 'bad' }
  }
}

/** A line as text in columns, coloured by its tone where standard output is a terminal that wants colours (NO_COLOR is heard). */
export function formatTrailLine({ time, subject, what, detail, tone }: TrailLine): string {
  return `${time}  ${subject.padEnd(SUBJECT_WIDTH)} ${what.padEnd(WHAT_WIDTH)} ${painted(detail, tone)}`
}

function painted(text: string, tone: TrailLine['tone']): string {
  return tone === 'plain' ? text : styleText(COLOURS[tone], text)
}

type Attempted = Extract<TrailEvent, { kind: 'delivery.attempted' }>

function attemptWords(event: Attempted): Pick<TrailLine, 'detail' | 'tone'> {
  const answer = `[${event.status ?? event.failure}]`
  const count =
    event.by === 'manual'
      ? `attempt ${event.attempt}, resent by hand`
      : `attempt ${event.attempt} of ${event.attemptsMax}`
  const offset = event.offsetMinutes === null || event.offsetMinutes === 0 ? '' : ` (+${event.offsetMinutes} min)`
  return {
    detail: `${answer} ${count}${offset}, ${event.durationMs} ms, ${outcomeWords(event)}`,
    tone: event.outcome === 'accepted' ? 'good' : 'bad',
  }
}

function outcomeWords(event: Attempted): string {
  if (event.outcome !== 'retry') return event.outcome
  return event.nextDueAt === null ? 'no further attempt' : `next at ${timeOfDay(new Date(event.nextDueAt))}`
}

function orderSubject(orderId: number | null): string {
  return orderId === null ? 'project' : `order ${orderId}`
}

function words(code: string): string {
  return code.replaceAll('_', ' ')
}
