// The pay station's page over HTTP: each step is a form, and works without scripts.
import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { type Answer, defineEndpoint, type Endpoint } from '../../platform/http/index.ts'
import type { Row } from '../../platform/store/index.ts'
import { pendingSandboxPayments } from '../complete-sandbox-payments.ts'
import type { PaymentMethod } from '../psp.ts'
import { SANDBOX_OUTCOMES } from '../psps/sandbox.ts'
import { type OpenedOrder, openOrder } from './open-order.ts'
import { PAGE_HEADERS } from './page-style.ts'
import { dataPage, methodPage, payPage, pendingPage, refusalPage, resultPage } from './pages.ts'
import {
  acceptedPaymentId,
  completePending,
  methodNamed,
  type PayStationDeps,
  payInSandbox,
  sandboxProblem,
  validationProblem,
} from './pay-station.ts'
import { makePayStationCalls, type PayStationCalls } from './pay-station-api.endpoints.ts'
import { type ReturnTold, returnUrl } from './return-url.ts'

/** A form of this page is short; anything longer is not one of ours. */
const FORM_BYTES_MAX = 8 * 1024

const htmlPage = Type.String({ contentMediaType: 'text/html' })

/** The endpoints by name, for the route table. */
export interface PayStationEndpoints extends PayStationCalls {
  readonly page: Endpoint
  readonly chooseMethod: Endpoint
  readonly enterData: Endpoint
  readonly payForm: Endpoint
  readonly completeForm: Endpoint
}

/** Makes the endpoints of the pay station. */
export function makePayStationEndpoints(deps: PayStationDeps): PayStationEndpoints {
  const form = (name: string, summary: string, step: Step): Endpoint =>
    formEndpoint(deps, { operationId: `pay-station-${name}`, summary: `Pay station: ${summary}`, step })
  return {
    page: pageEndpoint(deps),
    chooseMethod: form('method', 'the method was chosen', chooseMethod),
    enterData: form('data', 'the data were entered', enterData),
    payForm: form('pay-form', 'Pay was pressed', pressPay),
    completeForm: form('complete-form', 'completes a pending payment', pressComplete),
    ...makePayStationCalls(deps),
  }
}

type PayableOrder = Extract<OpenedOrder, { kind: 'payable' }>

/** A step of the page: the order that can be paid, and what the form carried. */
interface StepInput extends PayableOrder {
  readonly token: string
  readonly form: URLSearchParams
}

type Step = (deps: PayStationDeps, input: StepInput) => Promise<Answer>

function pageEndpoint(deps: PayStationDeps): Endpoint {
  return defineEndpoint({
    operationId: 'pay-station',
    summary: 'The payment page of an order',
    tag: 'Pay station',
    schema: {
      query: Type.Object({ token: Type.Optional(Type.String({ description: 'Payment token of the order.' })) }),
      response: { 200: htmlPage },
    },
    handle: ({ query }) => {
      const input = { token: query.token ?? '', form: new URLSearchParams() }
      return takeStep(deps, input, showStart)
    },
  })
}

function formEndpoint(
  deps: PayStationDeps,
  { operationId, summary, step }: { readonly operationId: string; readonly summary: string; readonly step: Step },
): Endpoint {
  return defineEndpoint({
    operationId,
    summary,
    tag: 'Pay station',
    schema: { bodyBytes: true, bodyBytesMax: FORM_BYTES_MAX, response: { 200: htmlPage, 303: null } },
    handle: ({ rawBody }) => {
      const form = new URLSearchParams(Buffer.from(rawBody ?? new Uint8Array()).toString('utf8'))
      return takeStep(deps, { token: form.get('token') ?? '', form }, step)
    },
  })
}

/** Every step opens the order anew: the token decides, never what an earlier page said. */
async function takeStep(deps: PayStationDeps, input: Pick<StepInput, 'token' | 'form'>, step: Step): Promise<Answer> {
  const opened = await openOrder(deps.store, input.token)
  if (opened.kind === 'refused') {
    return showPage(opened.status, refusalPage('Payment not possible', opened.sentence, opened.code))
  }
  if (opened.kind === 'finished')
    return step === showStart ? showFinished(deps, opened.order) : leavePaid(deps, opened.order)
  const problem = sandboxProblem(deps, opened.order)
  if (problem !== null) return showPage(409, refusalPage('No payment provider', problem, null))
  return step(deps, { ...opened, ...input })
}

async function showStart(deps: PayStationDeps, input: StepInput): Promise<Answer> {
  const [pending] = await pendingSandboxPayments(deps.store, input.order.project_id, input.order.id)
  if (pending !== undefined) return showPending(input, pending.id)
  return showPage(200, methodPage({ ...input, problem: null }, deps.psp.methods))
}

async function chooseMethod(deps: PayStationDeps, input: StepInput): Promise<Answer> {
  const method = methodNamed(deps.psp, input.form.get('method'))
  if (method === undefined) return askForMethod(deps, input)
  const problem = await validationProblem(deps, input.order, 'method_chosen')
  if (problem !== null) return showPage(422, methodPage({ ...input, problem }, deps.psp.methods))
  return showPage(200, dataPage({ ...input, problem }, method, input.order.user_email ?? ''))
}

async function enterData(deps: PayStationDeps, input: StepInput): Promise<Answer> {
  const method = methodNamed(deps.psp, input.form.get('method'))
  if (method === undefined) return askForMethod(deps, input)
  const problem = await validationProblem(deps, input.order, 'data_entered')
  if (problem !== null) return showPage(422, dataPage({ ...input, problem }, method, input.form.get('email') ?? ''))
  return showPayPage(input, method, null)
}

async function pressPay(deps: PayStationDeps, input: StepInput): Promise<Answer> {
  const { order, form } = input
  const method = methodNamed(deps.psp, form.get('method'))
  if (method === undefined) return askForMethod(deps, input)
  const outcome = SANDBOX_OUTCOMES.find((each) => each === form.get('outcome')) ?? 'closed'
  const result = await payInSandbox(deps, { order, method, outcome, attempt: attemptOf(form) })
  switch (result.kind) {
    case 'refused':
      return showPayPage(input, method, result.sentence)
    case 'declined':
      return showPayPage(input, method, 'The payment was declined. Try again or choose another way to pay.')
    case 'pending':
      return showStart(deps, input)
    case 'closed':
      return leave(order, CLOSED)
    case 'paid':
      return leavePaid(deps, order)
    case 'returned':
      return leave(order, RETURNED)
    case 'unheard':
      return showPage(502, resultPage(UNHEARD))
  }
}

/** The name that the page gave to this press; a form that was not made by the page gets a new one. */
function attemptOf(form: URLSearchParams): string {
  const attempt = form.get('attempt') ?? ''
  return /^[0-9a-f-]{36}$/.test(attempt) ? attempt : randomUUID()
}

async function pressComplete(deps: PayStationDeps, input: StepInput): Promise<Answer> {
  if ((await completePending(deps, input.order)) > 0) return leavePaid(deps, input.order)
  return showPage(409, resultPage(NOTHING_WAITS))
}

interface Ending {
  readonly title: string
  readonly sentence: string
  readonly isGood: boolean
}

const NOTHING_WAITS: Ending = {
  title: 'Nothing to complete',
  sentence: 'No payment of this order is waiting.',
  isGood: false,
}
const UNHEARD: Ending = {
  title: 'No answer',
  sentence:
    'The payment system did not answer. If it took money, the order will be paid by itself; look at the game before you pay again.',
  isGood: false,
}
const PAID = {
  title: 'Paid',
  sentence: 'Thank you, the order is paid. You can return to the game.',
  isGood: true,
  status: 'done',
} as const
const CLOSED = {
  title: 'Nothing was paid',
  sentence: 'You can close this window.',
  isGood: false,
  transactionId: null,
  status: null,
} as const
const RETURNED = {
  title: 'Payment returned',
  sentence: 'This order can no longer be paid. What you paid is given back.',
  isGood: false,
  transactionId: null,
  status: 'troubled',
} as const

async function leavePaid(deps: PayStationDeps, order: Row<'orders'>): Promise<Answer> {
  return leave(order, { ...PAID, transactionId: await acceptedPaymentId(deps.store, order) })
}

/** Back to the game where the order says where that is, else a last page. */
function leave(order: Row<'orders'>, end: Ending & ReturnTold): Answer {
  const location = returnUrl(order, end)
  if (location === null) return showPage(200, resultPage(end))
  return { status: 303, headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } }
}

async function showFinished(deps: PayStationDeps, order: Row<'orders'>): Promise<Answer> {
  const transactionId = await acceptedPaymentId(deps.store, order)
  const link = returnUrl(order, { transactionId, status: 'done' })
  const sentence = 'This order is paid. You can return to the game.'
  return showPage(200, resultPage({ title: 'Already paid', sentence, isGood: true }, link))
}

function showPending(input: StepInput, transactionId: number): Answer {
  const link = returnUrl(input.order, { transactionId, status: 'invoice' })
  return showPage(200, pendingPage({ ...input, problem: null }, link))
}

function showPayPage(input: StepInput, method: PaymentMethod, problem: string | null): Answer {
  const page = payPage({ ...input, problem }, method, randomUUID())
  return showPage(problem === null ? 200 : 422, page)
}

function askForMethod(deps: PayStationDeps, input: StepInput): Answer {
  const problem = 'This way to pay is not offered. Choose another one.'
  return showPage(422, methodPage({ ...input, problem }, deps.psp.methods))
}

function showPage(status: number, page: string): Answer {
  return { status, body: page, headers: PAGE_HEADERS }
}
