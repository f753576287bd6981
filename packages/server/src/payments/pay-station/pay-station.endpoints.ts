// The pay station over HTTP: the page's steps as forms, and the same steps as JSON calls for tools and tests.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Answer, defineEndpoint, type Endpoint } from '../../platform/http/index.ts'
import type { Row, Store } from '../../platform/store/index.ts'
import { findPaymentToken } from '../../projects/index.ts'
import type { PayOrderResult } from '../pay-order.ts'
import { SANDBOX_OUTCOMES, type SandboxOutcome } from '../psps/sandbox.ts'
import { type OpenedOrder, openOrder } from './open-order.ts'
import { dataPage, methodPage, PAGE_HEADERS, payPage, pendingPage, refusalPage, resultPage } from './pages.ts'
import {
  acceptedPaymentId,
  completePending,
  methodNamed,
  type PayStationDeps,
  payInSandbox,
  sandboxProblem,
  validationProblem,
} from './pay-station.ts'
import { type ReturnTold, returnUrl } from './return-url.ts'

const TOKEN_LENGTH_MAX = 200
/** A form of this page is short; anything longer is not one of ours. */
const FORM_BYTES_MAX = 8 * 1024

const token = Type.String({ minLength: 1, maxLength: TOKEN_LENGTH_MAX })
const htmlPage = Type.String({ contentMediaType: 'text/html' })

const payBody = Type.Object(
  {
    token,
    outcome: Type.Unsafe<SandboxOutcome>(Type.Union(SANDBOX_OUTCOMES.map((outcome) => Type.Literal(outcome)))),
    method: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
)
const payAnswer = Type.Object({
  result: Type.String({ description: 'paid, pending, declined, refused or closed.' }),
  order_id: Type.Integer(),
  status: Type.String({ description: 'Status of the order afterwards.' }),
  message: Type.Union([Type.String({ description: 'What the player is told.' }), Type.Null()]),
})
const statusAnswer = Type.Object({
  invoices_data: Type.Array(
    Type.Object({ invoice_id: Type.Integer(), status: Type.Integer(), order_id: Type.Integer() }),
  ),
})

/** Numbers of the documented payment status call. */
const STATUS_NUMBERS: Readonly<Record<string, number>> = {
  pending: 2,
  authorized: 6,
  in_review: 11,
  succeeded: 3,
  failed: 5,
  canceled: 4,
}

/** The endpoints by name, for the route table. */
export interface PayStationEndpoints {
  readonly page: Endpoint
  readonly chooseMethod: Endpoint
  readonly enterData: Endpoint
  readonly payForm: Endpoint
  readonly completeForm: Endpoint
  readonly pay: Endpoint
  readonly complete: Endpoint
  readonly paymentStatus: Endpoint
}

/** Makes the endpoints of the pay station. */
export function makePayStationEndpoints(deps: PayStationDeps): PayStationEndpoints {
  return {
    page: pageEndpoint(deps),
    chooseMethod: formEndpoint('pay-station-method', 'Pay station, step 1: the method was chosen', deps, chooseMethod),
    enterData: formEndpoint('pay-station-data', 'Pay station, step 2: the data were entered', deps, enterData),
    payForm: formEndpoint('pay-station-pay-form', 'Pay station, step 3: Pay was pressed', deps, pressPay),
    completeForm: formEndpoint(
      'pay-station-complete-form',
      'Pay station: completes a pending payment',
      deps,
      pressComplete,
    ),
    pay: payEndpoint(deps),
    complete: completeEndpoint(deps),
    paymentStatus: paymentStatusEndpoint(deps.store),
  }
}

type PayableOrder = Extract<OpenedOrder, { kind: 'payable' }>

/** One step of the page: an order that can be paid and the fields of the form. */
type Step = (deps: PayStationDeps, opened: PayableOrder, form: URLSearchParams) => Promise<Answer>

function pageEndpoint(deps: PayStationDeps): Endpoint {
  return defineEndpoint({
    operationId: 'pay-station',
    summary: 'The payment page of an order',
    tag: 'Pay station',
    schema: { query: Type.Object({ token: Type.Optional(token) }), response: { 200: htmlPage } },
    handle: async ({ query }) => {
      if (query.token === undefined)
        return showPage(401, refusalPage('No payment link', 'The address has no token.', null))
      const opened = await openOrder(deps.store, query.token)
      if (opened.kind !== 'payable') return closedPage(opened)
      const problem = sandboxProblem(deps, opened.order)
      if (problem !== null) return showPage(409, refusalPage('No payment provider', problem, null))
      return showPage(200, methodPage({ ...opened, token: query.token, problem: null }, deps.psp.methods))
    },
  })
}

function formEndpoint(operationId: string, summary: string, deps: PayStationDeps, step: Step): Endpoint {
  return defineEndpoint({
    operationId,
    summary,
    tag: 'Pay station',
    schema: { bodyBytes: true, bodyBytesMax: FORM_BYTES_MAX, response: { 200: htmlPage, 303: null } },
    handle: async ({ rawBody }) => {
      const form = new URLSearchParams(Buffer.from(rawBody ?? new Uint8Array()).toString('utf8'))
      const opened = await openOrder(deps.store, form.get('token') ?? '')
      if (opened.kind !== 'payable') return closedPage(opened)
      const problem = sandboxProblem(deps, opened.order)
      if (problem !== null) return showPage(409, refusalPage('No payment provider', problem, null))
      return step(deps, opened, form)
    },
  })
}

async function chooseMethod(deps: PayStationDeps, opened: PayableOrder, form: URLSearchParams): Promise<Answer> {
  const method = methodNamed(deps.psp, form.get('method') ?? undefined)
  const problem = await validationProblem(deps, opened.order, 'method_chosen')
  const input = { ...opened, token: form.get('token') ?? '', problem }
  if (problem !== null) return showPage(422, methodPage(input, deps.psp.methods))
  return showPage(200, dataPage(input, method, opened.order.user_email ?? ''))
}

async function enterData(deps: PayStationDeps, opened: PayableOrder, form: URLSearchParams): Promise<Answer> {
  const method = methodNamed(deps.psp, form.get('method') ?? undefined)
  const problem = await validationProblem(deps, opened.order, 'data_entered')
  const input = { ...opened, token: form.get('token') ?? '', problem }
  if (problem !== null) return showPage(422, dataPage(input, method, form.get('email') ?? ''))
  return showPage(200, payPage(input, method))
}

async function pressPay(deps: PayStationDeps, opened: PayableOrder, form: URLSearchParams): Promise<Answer> {
  const method = methodNamed(deps.psp, form.get('method') ?? undefined)
  const outcome = SANDBOX_OUTCOMES.find((each) => each === form.get('outcome')) ?? 'closed'
  const result = await payInSandbox(deps, opened.order, method, outcome)
  const input = { ...opened, token: form.get('token') ?? '' }
  switch (result.kind) {
    case 'refused':
      return showPage(422, payPage({ ...input, problem: result.sentence }, method))
    case 'declined':
      return showPage(
        200,
        payPage({ ...input, problem: 'The payment was declined. Try again or choose another way to pay.' }, method),
      )
    case 'pending':
      return showPage(200, pendingPage({ ...input, problem: null }))
    case 'closed':
      return leave(
        opened.order,
        { transactionId: null, status: null },
        'Nothing was paid',
        'You can close this window.',
        false,
      )
    case 'paid':
      return leavePaid(deps, opened.order)
  }
}

async function pressComplete(deps: PayStationDeps, opened: PayableOrder): Promise<Answer> {
  if ((await completePending(deps, opened.order)) > 0) return leavePaid(deps, opened.order)
  return showPage(
    409,
    resultPage({ title: 'Nothing to complete', sentence: 'No payment of this order is waiting.', isGood: false }),
  )
}

async function leavePaid(deps: PayStationDeps, order: Row<'orders'>): Promise<Answer> {
  const transactionId = await acceptedPaymentId(deps.store, order)
  return leave(
    order,
    { transactionId, status: 'done' },
    'Paid',
    'Thank you, the order is paid. You can return to the game.',
    true,
  )
}

/** Back to the game where the order says where that is, else a last page. */
function leave(order: Row<'orders'>, told: ReturnTold, title: string, sentence: string, isGood: boolean): Answer {
  const location = returnUrl(order, told)
  if (location === null) return showPage(200, resultPage({ title, sentence, isGood }))
  return { status: 303, headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } }
}

function closedPage(opened: Exclude<OpenedOrder, { kind: 'payable' }>): Answer {
  if (opened.kind === 'refused')
    return showPage(opened.status, refusalPage('Payment not possible', opened.sentence, opened.code))
  return showPage(
    200,
    resultPage({ title: 'Already paid', sentence: 'This order is paid. You can return to the game.', isGood: true }),
  )
}

function showPage(status: number, page: string): Answer {
  return { status, body: page, headers: PAGE_HEADERS }
}

function payEndpoint(deps: PayStationDeps): Endpoint {
  return defineEndpoint({
    operationId: 'pay-station-pay',
    summary: 'Sandbox: ends the payment of an order as chosen, without the page',
    tag: 'Pay station',
    schema: { body: payBody, response: { 200: payAnswer } },
    handle: async ({ body }) => {
      const order = await payableOrder(deps, body.token)
      const result = await payInSandbox(deps, order, methodNamed(deps.psp, body.method), body.outcome)
      return { status: 200, body: wireResult(order, result) }
    },
  })
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
      body: { completed: await completePending(deps, await payableOrder(deps, body.token)) },
    }),
  })
}

async function payableOrder(deps: PayStationDeps, text: string): Promise<Row<'orders'>> {
  const opened = await openOrder(deps.store, text)
  if (opened.kind === 'finished') throw new AppError('order_not_payable', { details: { status: opened.order.status } })
  if (opened.kind === 'refused') {
    throw new AppError(refusalCode(opened), { message: opened.sentence })
  }
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

/** Documented: what became of the payments of a token. */
function paymentStatusEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'get-payment-status',
    summary: 'Payments made with a token, with their state as a number',
    tag: 'Pay station',
    schema: { query: Type.Object({ access_token: token }), response: { 200: statusAnswer } },
    handle: async ({ query }) => {
      const found = await findPaymentToken(store.read, query.access_token, store.now())
      if (found.kind === 'unknown' || found.orderId === null) throw new AppError('payment_token_not_found')
      const rows = await store.read
        .selectFrom('payments')
        .select(['id', 'state', 'order_id'])
        .where('project_id', '=', found.projectId)
        .where('order_id', '=', found.orderId)
        .orderBy('id')
        .execute()
      const invoices = rows.map((row) => ({
        invoice_id: row.id,
        status: STATUS_NUMBERS[row.state] ?? 1,
        order_id: row.order_id,
      }))
      return { status: 200, body: { invoices_data: invoices } }
    },
  })
}
