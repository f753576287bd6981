// The words and limits of recoveries: jobs that send many deliveries again after an outage.
import { type DeliveryType, RECOVERED_STATES, type RecoveryKind, type ResendRefusal } from '@ordertrail/core'
import type { Row } from '../../platform/store/index.ts'

/** States of a job; all but `running` are ends. */
export const RECOVERY_STATES = ['running', 'done', 'canceled', 'timed_out'] as const

/** Ended jobs that are kept for each project; older ones are forgotten when a new one begins. */
export const RECOVERIES_KEPT_MAX = 100

/** Sends of one job in a second, unless it asks for another rate, and at most. */
export const RATE_DEFAULT = 10
export const RATE_MAX = 50

/** Time after which a job ends, also when it was paused for most of it: it answers an outage of then. */
export const RECOVERY_MS_MAX: number = 72 * 60 * 60_000

/** Deliveries that are counted ahead; more are not, because counting would take longer than it is worth. */
export const TOTAL_COUNTED_MAX = 100_000

/** Candidates that one step looks at. */
export const STEP_ROWS_MAX = 50

/** Why a job waits: its endpoint is off, its secret cannot be read, or the store away. It goes on by itself when that is over. */
export type RecoveryPause = 'webhooks_disabled' | 'secret_unreadable'

/** Why a candidate was not sent: refused like a resend, or ended in another way, or gone, while the job was on its way to it. */
export type SkipCode = ResendRefusal | 'already_ended' | 'deleted'

/** Counts of skipped deliveries by code. */
export type Skipped = Readonly<Partial<Record<SkipCode, number>>>

/** A place in the walk: deliveries go order by order, and along the line of each. */
export interface RecoveryPlace {
  readonly orderId: number
  readonly line: number
}

/** A job as rows tell it. Times are wall milliseconds. */
export interface Recovery {
  readonly projectId: number
  readonly id: number
  readonly kind: RecoveryKind
  /** null: all types. */
  readonly types: readonly DeliveryType[] | null
  /** Deliveries that ended from `since` on and before `until`. */
  readonly since: number
  readonly until: number
  readonly place: RecoveryPlace
  readonly skipped: Skipped
}

/** The job of a row. */
export function recoveryOf(row: Row<'recoveries'>): Recovery {
  return {
    projectId: row.project_id,
    id: row.id,
    kind: row.kind as RecoveryKind,
    types: row.types === null ? null : (JSON.parse(row.types) as readonly DeliveryType[]),
    since: row.since,
    until: row.until,
    place: { orderId: row.cursor_order_id, line: row.cursor_line },
    skipped: JSON.parse(row.skipped) as Skipped,
  }
}

/** True where `delivery` is one that the job sends again. */
export function isWanted(
  { kind, types, since, until }: Pick<Recovery, 'kind' | 'types' | 'since' | 'until'>,
  { state, type, ended_at: endedAt }: Pick<Row<'deliveries'>, 'state' | 'type' | 'ended_at'>,
): boolean {
  if (!(RECOVERED_STATES[kind] as readonly string[]).includes(state)) return false
  if (types !== null && !(types as readonly string[]).includes(type)) return false
  return endedAt !== null && endedAt >= since && endedAt < until
}

/** `skipped` with one more of `code`. */
export function skippedOneMore(skipped: Skipped, code: SkipCode): Skipped {
  return { ...skipped, [code]: (skipped[code] ?? 0) + 1 }
}
