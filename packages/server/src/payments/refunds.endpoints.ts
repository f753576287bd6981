// Refunds of an order: ask for one, list them.
import { AppError, MINOR_UNITS_MAX } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Caller, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Row, Store } from '../platform/store/index.ts'
import { requestRefund } from './request-refund.ts'

const INT32_MAX = 2_147_483_647

const orderParams = Type.Object({
  project_id: Type.Integer({ minimum: 1 }),
  order_id: Type.Integer({ minimum: 1, maximum: INT32_MAX }),
})

const refundBody = Type.Object(
  {
    amount: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MINOR_UNITS_MAX, description: 'Minor units; absent: all that is left.' }),
    ),
    code: Type.Integer({ minimum: 1, maximum: 13, description: 'Documented reason code.' }),
    transaction_id: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Payment to give back, such as one in review; absent: the payment that paid the order.',
      }),
    ),
    reason_detail: Type.Optional(Type.String({ maxLength: 1000 })),
    author: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Who decided it, for the webhook and the audit.' }),
    ),
  },
  { additionalProperties: false },
)

const refundAnswer = Type.Object({
  id: Type.Integer(),
  order_id: Type.Integer(),
  transaction_id: Type.Integer(),
  state: Type.String({ description: 'requested, pending, succeeded or failed.' }),
  amount: Type.Integer({ description: 'Minor units.' }),
  currency: Type.String(),
  code: Type.Integer(),
  reason: Type.String(),
  reason_detail: Type.Union([Type.String(), Type.Null()]),
  author: Type.String(),
  failure: Type.Union([Type.String(), Type.Null()]),
  requested_at: Type.String(),
  ended_at: Type.Union([Type.String(), Type.Null()]),
})

/** The endpoints by name, for the route table. */
export interface RefundEndpoints {
  readonly request: Endpoint
  readonly list: Endpoint
}

/** Makes the endpoints of refunds. */
export function makeRefundEndpoints({ store }: { readonly store: Store }): RefundEndpoints {
  return { request: requestEndpoint(store), list: listEndpoint(store) }
}

function requestEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'request-refund',
    summary: 'Refunds an order whole or in part; the order is canceled once all of it is given back',
    tag: 'Payments',
    schema: { params: orderParams, body: refundBody, response: { 202: refundAnswer } },
    handle: async ({ params, body, caller }) => {
      const result = await store.run(requestRefund, {
        projectId: params.project_id,
        orderId: params.order_id,
        paymentId: body.transaction_id ?? null,
        amount: body.amount ?? null,
        code: body.code,
        reasonDetail: body.reason_detail ?? null,
        author: body.author ?? callerName(caller),
      })
      if (result.kind === 'refused') throw new AppError(result.code, { details: result.details })
      return { status: 202, body: wireRefund(result.refund) }
    },
  })
}

function listEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'list-refunds',
    summary: 'Refunds of an order, oldest first',
    tag: 'Payments',
    schema: { params: orderParams, response: { 200: Type.Object({ refunds: Type.Array(refundAnswer) }) } },
    handle: async ({ params }) => {
      const order = await store.read
        .selectFrom('orders')
        .select('id')
        .where('project_id', '=', params.project_id)
        .where('id', '=', params.order_id)
        .executeTakeFirst()
      if (order === undefined) throw new AppError('order_not_found', { details: { orderId: params.order_id } })
      const rows = await store.read
        .selectFrom('refunds')
        .selectAll()
        .where('project_id', '=', params.project_id)
        .where('order_id', '=', params.order_id)
        .orderBy('id')
        .execute()
      return { status: 200, body: { refunds: rows.map(wireRefund) } }
    },
  })
}

function callerName(caller: Caller): string {
  return caller.kind === 'key' ? `API key ${caller.keyName}` : 'OrderTrail admin'
}

function wireRefund(row: Row<'refunds'>): object {
  return {
    id: row.id,
    order_id: row.order_id,
    transaction_id: row.payment_id,
    state: row.state,
    amount: row.amount,
    currency: row.currency,
    code: row.code,
    reason: row.reason,
    reason_detail: row.reason_detail,
    author: row.author,
    failure: row.failure,
    requested_at: new Date(row.requested_at).toISOString(),
    ended_at: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
  }
}
