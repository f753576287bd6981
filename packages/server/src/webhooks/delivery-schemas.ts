// Deliveries and attempts as our own API shows them.
import { DELIVERY_STATES, DELIVERY_TYPES } from '@ordertrail/core'
import { type TInteger, type TSchema, Type } from 'typebox'
import type { Row } from '../platform/store/index.ts'
import type { AttemptExchange } from './attempt-report.ts'

/** Our own API refuses members it does not know, so that a typing mistake is heard of. */
export const strict = { additionalProperties: false } as const

const ID_MAX = Number.MAX_SAFE_INTEGER
const INT32_MAX = 2_147_483_647

/** Ids of the path and of filters. */
export const projectIdSchema: TInteger = Type.Integer({ minimum: 1, maximum: INT32_MAX })
export const orderIdSchema: TInteger = Type.Integer({ minimum: 1, maximum: INT32_MAX })
export const deliveryIdSchema: TInteger = Type.Integer({ minimum: 1, maximum: ID_MAX })

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
const time = Type.String({ format: 'date-time' })

/** Words of the filters; the documented ones, so that a slip is refused. */
export const typeSchema: TSchema = Type.Union(DELIVERY_TYPES.map((type) => Type.Literal(type)))
export const stateSchema: TSchema = Type.Union(DELIVERY_STATES.map((state) => Type.Literal(state)))

const deliveryMembers = {
  id: Type.Integer(),
  order_id: Type.Integer(),
  type: Type.String(),
  mode: Type.String(),
  state: Type.String({ description: DELIVERY_STATES.join(', ') }),
  line: Type.Integer({ description: 'Place in the line of the order, from 1.' }),
  attempt_count: Type.Integer({ description: 'Attempts that were begun, automatic and manual.' }),
  attempts_max: Type.Integer({ description: 'Attempts of the schedule.' }),
  next_attempt_at: orNull(time),
  first_attempt_at: orNull(time),
  last_status: orNull(Type.Integer()),
  ended_by: orNull(Type.String({ description: 'automatic, manual, cancellation or events_api' })),
  created_at: time,
  ended_at: orNull(time),
  is_retired: Type.Boolean({
    description:
      'Kept long enough after its end: headers and bodies of its attempts are gone, and with the years the attempts themselves.',
  }),
}

const headers = Type.Record(Type.String(), Type.String())

/** One attempt of the log. */
export const attemptSchema: TSchema = Type.Object({
  number: Type.Integer(),
  kind: Type.String({ description: 'automatic or manual' }),
  position: orNull(Type.Integer({ description: 'Place in the schedule, from 0; null for manual attempts.' })),
  is_late: Type.Boolean({ description: 'Made after the promised window, because nobody was there before.' }),
  requested_by: orNull(Type.String()),
  url: Type.String(),
  started_at: time,
  ended_at: time,
  outcome: Type.String({ description: 'accepted, rejected, retry, late or crashed' }),
  status: orNull(Type.Integer()),
  failure: orNull(Type.String()),
  request_headers: headers,
  response_headers: orNull(headers),
  response_body: orNull(Type.String()),
  is_retired: Type.Boolean({ description: 'Its headers and bodies were there and are gone.' }),
})

/** One delivery in a list. */
export const deliverySchema: TSchema = Type.Object(deliveryMembers)

/** One delivery with all that was tried. Signatures are hidden. */
export const deliveryStorySchema: TSchema = Type.Object({
  ...deliveryMembers,
  body: orNull(
    Type.String({ description: 'What is sent, byte for byte; null: it was retired and cannot be sent again.' }),
  ),
  attempts: Type.Array(attemptSchema),
})

/** What a resend came to. */
export const resentSchema: TSchema = Type.Object({
  delivery_id: Type.Integer(),
  attempt: Type.Integer({ description: 'Number of this attempt.' }),
  outcome: Type.String({
    description: 'accepted, rejected or retry: what the answer means. Only accepted changes the delivery.',
  }),
  has_ended_delivery: Type.Boolean(),
  status: orNull(Type.Integer()),
  failure: orNull(Type.String()),
  duration_ms: Type.Integer(),
  response_body: orNull(Type.String()),
})

/** A row as the list shows it. */
export function shownDelivery(row: Row<'deliveries'>): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    order_id: row.order_id,
    type: row.type,
    mode: row.mode,
    state: row.state,
    line: row.line,
    attempt_count: row.attempt_count,
    attempts_max: (JSON.parse(row.offsets) as readonly number[]).length,
    next_attempt_at: row.state === 'due' ? shownTime(row.due_at) : null,
    first_attempt_at: shownTime(row.first_attempt_at),
    last_status: row.last_status,
    ended_by: row.ended_by,
    created_at: new Date(row.created_at).toISOString(),
    ended_at: shownTime(row.ended_at),
    is_retired: row.retired > 0,
  }
}

/** An attempt of the log; a crashed one never had details. */
export function shownAttempt(row: Row<'attempts'>): Readonly<Record<string, unknown>> {
  return {
    number: row.number,
    kind: row.kind,
    position: row.position,
    is_late: row.is_late === 1,
    requested_by: row.requested_by,
    url: row.url,
    started_at: new Date(row.started_at).toISOString(),
    ended_at: new Date(row.ended_at).toISOString(),
    outcome: row.outcome,
    status: row.status,
    failure: row.failure,
    request_headers: JSON.parse(row.request_headers) as Record<string, string>,
    response_headers:
      row.response_headers === null ? null : (JSON.parse(row.response_headers) as Record<string, string>),
    response_body: row.response_body,
    is_retired: row.request_headers === '{}' && row.outcome !== 'crashed',
  }
}

/** The exchange of a resend. */
export function shownExchange({
  answer,
  failure,
  durationMs,
  responseBody,
}: AttemptExchange): Readonly<Record<string, unknown>> {
  const status = answer.kind === 'response' ? answer.status : null
  return { status, failure, duration_ms: durationMs, response_body: responseBody }
}

function shownTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
