// Recoveries over HTTP: ask for one, watch it, cancel it.
import { AppError, DELIVERY_TYPES, type DeliveryType, RECOVERY_KINDS, type RecoveryKind } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../../platform/http/index.ts'
import type { Row, Store } from '../../platform/store/index.ts'
import { actorOf } from '../../projects/index.ts'
import { projectIdSchema, strict, typeSchema } from '../delivery-schemas.ts'
import { askForRecovery, cancelRecovery } from './change-recoveries.ts'
import { RATE_DEFAULT, RATE_MAX, RECOVERY_STATES, recoveryOf } from './recovery.ts'

/** The calls by name, for the route table. */
export type RecoveryEndpoints = Readonly<
  Record<'startRecovery' | 'listRecoveries' | 'getRecovery' | 'cancelRecovery', Endpoint>
>

/** Makes the calls. */
export function makeRecoveryEndpoints(store: Store): RecoveryEndpoints {
  return {
    startRecovery: startEndpoint(store),
    listRecoveries: listEndpoint(store),
    getRecovery: getEndpoint(store),
    cancelRecovery: cancelEndpoint(store),
  }
}

const time = Type.String({ format: 'date-time' })
const timeOrNull = Type.Union([time, Type.Null()])
const kindSchema = Type.Union(RECOVERY_KINDS.map((kind) => Type.Literal(kind)))
const projectParams = Type.Object({ project_id: projectIdSchema })
const recoveryParams = Type.Object({
  project_id: projectIdSchema,
  recovery_id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
})

const startBody = Type.Object(
  {
    kind: kindSchema,
    since: time,
    until: Type.Optional(time),
    types: Type.Optional(Type.Array(typeSchema, { minItems: 1, maxItems: DELIVERY_TYPES.length })),
    rate_per_second: Type.Optional(Type.Integer({ minimum: 1, maximum: RATE_MAX, default: RATE_DEFAULT })),
  },
  strict,
)

const recoverySchema = Type.Object({
  id: Type.Integer(),
  kind: Type.String({
    description: 'recover: those that were rejected or exhausted; replay: unprocessed events, as webhooks.',
  }),
  state: Type.String({ description: RECOVERY_STATES.join(', ') }),
  paused_because: Type.Union([Type.String(), Type.Null()], {
    description: 'webhooks_disabled or secret_unreadable; it goes on by itself. null: not paused.',
  }),
  since: time,
  until: time,
  types: Type.Union([Type.Array(Type.String()), Type.Null()]),
  rate_per_second: Type.Integer(),
  requested_by: Type.String(),
  total: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Deliveries at the start, skipped ones among them; null: too many to count.',
  }),
  sent: Type.Integer(),
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  failed: Type.Integer({ description: 'Sent without a useful answer.' }),
  skipped: Type.Integer(),
  skipped_by_reason: Type.Record(Type.String(), Type.Integer()),
  position: Type.Union([Type.Object({ order_id: Type.Integer(), line: Type.Integer() }), Type.Null()], {
    description: 'The last delivery that was dealt with; they go by order, and by their line within one.',
  }),
  started_at: time,
  ended_at: timeOrNull,
})

function startEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'start-recovery',
    summary: 'Send many webhooks again: those that failed since a time, or events that nobody processed',
    tag: 'webhooks',
    schema: { params: projectParams, body: startBody, response: { 201: recoverySchema } },
    async handle({ params, body, caller }) {
      const types = body.types as readonly DeliveryType[] | undefined
      const result = await askForRecovery(store, {
        projectId: params.project_id,
        kind: body.kind as RecoveryKind,
        types: types === undefined ? null : [...new Set(types)],
        since: Date.parse(body.since),
        until: body.until === undefined ? null : Date.parse(body.until),
        ratePerSecond: body.rate_per_second ?? RATE_DEFAULT,
        requestedBy: actorOf(caller),
      })
      if (result.kind === 'refused') throw new AppError(result.code)
      return { status: 201, body: shownRecovery(result.row) }
    },
  })
}

function listEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'list-recoveries',
    summary: 'Recoveries of a project that are kept, newest first',
    tag: 'webhooks',
    schema: { params: projectParams, response: { 200: Type.Object({ recoveries: Type.Array(recoverySchema) }) } },
    async handle({ params }) {
      const query = store.read.selectFrom('recoveries').selectAll().where('project_id', '=', params.project_id)
      const rows = await query.orderBy('id', 'desc').execute()
      return { status: 200, body: { recoveries: rows.map(shownRecovery) } }
    },
  })
}

function getEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'get-recovery',
    summary: 'One recovery and how far it has come',
    tag: 'webhooks',
    schema: { params: recoveryParams, response: { 200: recoverySchema } },
    async handle({ params }) {
      const query = store.read.selectFrom('recoveries').selectAll().where('project_id', '=', params.project_id)
      const row = await query.where('id', '=', params.recovery_id).executeTakeFirst()
      if (row === undefined) throw new AppError('recovery_not_found')
      return { status: 200, body: shownRecovery(row) }
    },
  })
}

function cancelEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'cancel-recovery',
    summary: 'End a recovery; what is being sent at this moment is the last. One that has ended stays as it is',
    tag: 'webhooks',
    schema: { params: recoveryParams, response: { 200: recoverySchema } },
    async handle({ params, caller }) {
      const input = { projectId: params.project_id, recoveryId: params.recovery_id, actor: actorOf(caller) }
      const row = await store.run(cancelRecovery, input)
      if (row === null) throw new AppError('recovery_not_found')
      return { status: 200, body: shownRecovery(row) }
    },
  })
}

function shownRecovery(row: Row<'recoveries'>): Readonly<Record<string, unknown>> {
  const { types, skipped, place } = recoveryOf(row)
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    paused_because: row.pause,
    since: new Date(row.since).toISOString(),
    until: new Date(row.until).toISOString(),
    types,
    rate_per_second: row.rate_per_second,
    requested_by: row.requested_by,
    total: row.total,
    sent: row.sent,
    accepted: row.accepted,
    rejected: row.rejected,
    failed: row.sent - row.accepted - row.rejected,
    skipped: Object.values(skipped).reduce((sum, count) => sum + count, 0),
    skipped_by_reason: skipped,
    position: place.orderId === 0 ? null : { order_id: place.orderId, line: place.line },
    started_at: new Date(row.created_at).toISOString(),
    ended_at: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
  }
}
