// The pay station as JSON calls, so that tools and tests can pay without a browser, and the documented state of payments.
import { randomUUID } from 'node:crypto'
import { AppError } from '@ordertrail/core'
import { type TInteger, type TString, Type } from 'typebox'
import { type Answer, defineEndpoint, type Endpoint } from '../../platform/http/index.ts'
import type { Row, Store } from '../../platform/store/index.ts'
import { findPaymentToken } from '../../projects/index.ts'
import type { PayOrderResult } from '../pay-order.ts'
import { SANDBOX_OUTCOMES, type SandboxOutcome } from '../psps/sandbox.ts'
import { refundedAmount } from '../refund.ts'
import { type OpenedOrder, openOrder, openOrderById } from './open-order.ts'
import { completePending, methodNamed, type PayStationDeps, payInSandbox, sandboxProblem } from './pay-station.ts'

const TOKEN_LENGTH_MAX = 200

const token: TString = Type.String({ minLength: 1, maxLength: TOKEN_LENGTH_MAX })

const wanted = {
  outcome: Type.Unsafe<SandboxOutcome>(Type.Union(SANDBOX_OUTCOMES.map((outcome) => Type.Literal(outcome)))),
  method: Type.Optional(Type.String({ maxLength: 64 })),
}
const payBody = Type.Object({ token, ...wanted }, { additionalProperties: false })
const INT32_MAX = 2_147_483_647
const id: TInteger = Type.Integer({ minimum: 1, maximum: INT32_MAX })
const payOrderBody = Type.Object({ project_id: id, order_id: id, ...wanted }, { additionalProperties: false })
const payAnswer = Type.Object({
  result: Type.String({ description: 'paid, pending, declined, returned, refused, unheard or closed.' }),
  order_id: Type.Integer(),
  status: Type.String({ description: 'Status of the order afterwards.' }),
  message: Type.Union([Type.String({ description: 'What the player is told.' }), Type.Null()]),
})
const statusAnswer = Type.Object({
  invoices_data: Type.Array(
    Type.Object({ invoice_id: Type.Integer(), status: Type.Integer(), order_id: Type.Integer() }),
  ),
})

/** The calls by name. */
export interface PayStationCalls {
  readonly pay: Endpoint
  /** Only in dev: by the number of the order, for tests whose game holds the payment token. */
  readonly payOrder: Endpoint
  readonly complete: Endpoint
  readonly paymentStatus: Endpoint
}

/** Makes the calls. */
export function makePayStationCalls(deps: PayStationDeps): PayStationCalls {
  return {
    pay: payEndpoint(deps),
    payOrder: payOrderEndpoint(deps),
    complete: completeEndpoint(deps),
    paymentStatus: paymentStatusEndpoint(deps.store),
  }
}

function payEndpoint(deps: PayStationDeps): Endpoint {
  return defineEndpoint({
    operationId: 'pay-station-pay',
    summary: 'Sandbox: ends the payment of an order as chosen, without the page',
    tag: 'Pay station',
    schema: { body: payBody, response: { 200: payAnswer } },
    handle: async ({ body }) => pay(deps, await payableOrder(deps, await openOrder(deps.store, body.token)), body),
  })
}

function payOrderEndpoint(deps: PayStationDeps): Endpoint {
  return defineEndpoint({
    operationId: 'pay-order',
    summary: 'Ends the payment of any order as chosen, without its payment token; only in dev',
    tag: 'Dev',
    schema: { body: payOrderBody, response: { 200: payAnswer } },
    handle: async ({ body }) => {
      const opened = await openOrderById(deps.store, { projectId: body.project_id, id: body.order_id })
      if (opened === undefined) throw new AppError('order_not_found')
      return pay(deps, payableOrder(deps, opened), body)
    },
  })
}

interface WantedPayment {
  readonly outcome: SandboxOutcome
  readonly method?: string | undefined
}

async function pay(
  deps: PayStationDeps,
  order: Row<'orders'>,
  { outcome, method: slug = undefined }: WantedPayment,
): Promise<Answer> {
  const method = methodNamed(deps.psp, slug ?? null)
  if (method === undefined) throw new AppError('payment_method_refused', { details: { method: slug } })
  const result = await payInSandbox(deps, { order, method, outcome, attempt: randomUUID() })
  return { status: 200, body: wireResult(order, result) }
}

function completeEndpoint(deps: PayStationDeps): Endpoint {
  return defineEndpoint({
    operationId: 'pay-station-complete',
    summary: 'Sandbox: lets the pending payments of an order succeed',
    tag: 'Pay station',
    schema: {
      body: Type.Object({ token }, { additionalProperties: false }),
      response: { 200: Type.Object({ completed: Type.Integer() }) },
    },
    handle: async ({ body }) => ({
      status: 200,
      body: { completed: await completePending(deps, payableOrder(deps, await openOrder(deps.store, body.token))) },
    }),
  })
}

function payableOrder(deps: PayStationDeps, opened: OpenedOrder): Row<'orders'> {
  if (opened.kind === 'finished') throw new AppError('order_not_payable', { details: { status: opened.order.status } })
  if (opened.kind === 'refused') throw new AppError(refusalCode(opened), { message: opened.sentence })
  const problem = sandboxProblem(deps, opened.order)
  if (problem !== null) throw new AppError('payment_provider_unavailable', { message: problem })
  return opened.order
}

function refusalCode(
  opened: Extract<OpenedOrder, { kind: 'refused' }>,
): 'payment_token_not_found' | 'order_expired' | 'order_not_payable' {
  if (opened.status === 401) return 'payment_token_not_found'
  return opened.code === null ? 'order_not_payable' : 'order_expired'
}

function wireResult(order: Row<'orders'>, result: PayOrderResult | { readonly kind: 'closed' }): object {
  return {
    result: result.kind,
    order_id: order.id,
    status: 'status' in result ? result.status : order.status,
    message: result.kind === 'refused' ? result.sentence : null,
  }
}

/** Numbers of the documented payment status call. */
const STATUS_NUMBERS: Readonly<Record<string, number>> = {
  pending: 2,
  succeeded: 3,
  canceled: 4,
  failed: 5,
  authorized: 6,
  in_review: 11,
}
const REFUNDED = 7
const PARTIALLY_REFUNDED = 16

function paymentStatusEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'get-payment-status',
    summary: 'Payments made with a token, with their state as a number',
    tag: 'Pay station',
    schema: { query: Type.Object({ access_token: token }), response: { 200: statusAnswer } },
    handle: async ({ query }) => {
      const found = await findPaymentToken(store.read, query.access_token, store.now())
      if (found.kind === 'unknown' || found.orderId === null) throw new AppError('payment_token_not_found')
      return { status: 200, body: { invoices_data: await invoices(store, found.projectId, found.orderId) } }
    },
  })
}

async function invoices(store: Store, projectId: number, orderId: number): Promise<readonly object[]> {
  const payments = await store.read
    .selectFrom('payments')
    .select(['id', 'state', 'order_id', 'amount'])
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
    .orderBy('id')
    .execute()
  const refunds = await store.read
    .selectFrom('refunds')
    .select(['payment_id', 'state', 'amount'])
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
    .execute()
  return payments.map((payment) => ({
    invoice_id: payment.id,
    status: statusNumber(payment, refundedAmount(payment.id, refunds)),
    order_id: payment.order_id,
  }))
}

function statusNumber({ state, amount }: Pick<Row<'payments'>, 'state' | 'amount'>, refunded: number): number {
  if (refunded > 0) return refunded >= amount ? REFUNDED : PARTIALLY_REFUNDED
  return STATUS_NUMBERS[state] as number
}
