// Pays an order at a provider, step by step, validating the player where the documentation says so.
import { randomUUID } from 'node:crypto'
import type { Row, Store } from '../platform/store/index.ts'
import type { FactResult, PaymentFact, PaymentFactType } from './payment-fact.ts'
import type { Authorisation, PaymentMethod, PaymentRequest, Psp } from './psp.ts'
import { recordPaymentFact } from './record-payment-facts.ts'

/** Stages at which the game is asked whether the player exists. */
export type ValidationStage = 'method_chosen' | 'data_entered' | 'pay_pressed' | 'before_capture'

/** The game's answer about its player; `skipped` where it is not to be asked. The sentence is for the player. */
export type ValidationAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'refused'; readonly sentence: string }

/** Asks the game; never rejects. */
export type ValidateUser = (order: Row<'orders'>, stage: ValidationStage) => Promise<ValidationAnswer>

/** What paying needs. */
export interface PayOrderDeps {
  readonly store: Store
  readonly validateUser: ValidateUser
}

/** One press of Pay. */
export interface PayOrderInput {
  readonly order: Row<'orders'>
  readonly psp: Psp
  readonly method: PaymentMethod
  readonly entered: Readonly<Record<string, string>>
}

/** How it ended for the player. `status` is the order's afterwards. */
export type PayOrderResult =
  | { readonly kind: 'paid' | 'pending' | 'declined'; readonly transactionReference: string; readonly status: string }
  | { readonly kind: 'refused'; readonly sentence: string }

/**
 * Authorises, validates once more, captures; each step is a fact of its own, so that a crash in between loses nothing.
 *
 * Refused validation before Pay: nothing was taken. Refused between authorisation and capture: the authorisation is voided.
 */
export async function payOrder(deps: PayOrderDeps, input: PayOrderInput): Promise<PayOrderResult> {
  const pressed = await deps.validateUser(input.order, 'pay_pressed')
  if (pressed.kind === 'refused') return pressed
  const request = paymentRequest(input)
  const authorisation = await input.psp.authorise(request)
  await record(deps, input, FACT_OF_AUTHORISATION[authorisation.kind], authorisation)
  if (authorisation.kind === 'declined') return ended('declined', authorisation, input.order.status)
  if (authorisation.kind === 'pending') return ended('pending', authorisation, input.order.status)
  return input.psp.canHold
    ? captureValidated(deps, input, request, authorisation)
    : captureNow(deps, input, request, authorisation)
}

const FACT_OF_AUTHORISATION: Readonly<Record<Authorisation['kind'], PaymentFactType>> = {
  authorised: 'payment.authorized',
  pending: 'payment.pending',
  declined: 'payment.failed',
}

async function captureValidated(
  deps: PayOrderDeps,
  input: PayOrderInput,
  request: PaymentRequest,
  authorisation: Authorisation,
): Promise<PayOrderResult> {
  const last = await deps.validateUser(input.order, 'before_capture')
  if (last.kind !== 'refused') return captureNow(deps, input, request, authorisation)
  await input.psp.void({ ...request, providerReference: authorisation.providerReference })
  await record(deps, input, 'payment.canceled', authorisation)
  return last
}

async function captureNow(
  deps: PayOrderDeps,
  input: PayOrderInput,
  request: PaymentRequest,
  authorisation: Authorisation,
): Promise<PayOrderResult> {
  const captured = await input.psp.capture({ ...request, providerReference: authorisation.providerReference })
  if (captured.kind === 'declined') {
    await record(deps, input, 'payment.failed', captured)
    return ended('declined', captured, input.order.status)
  }
  const result = await record(
    deps,
    input,
    captured.kind === 'pending' ? 'payment.pending' : 'payment.succeeded',
    captured,
  )
  return ended(captured.kind === 'pending' ? 'pending' : 'paid', captured, result.order?.status ?? input.order.status)
}

function ended(
  kind: 'paid' | 'pending' | 'declined',
  { providerReference }: Authorisation,
  status: string,
): PayOrderResult {
  return { kind, transactionReference: providerReference, status }
}

function paymentRequest({ order, method, entered }: PayOrderInput): PaymentRequest {
  return {
    projectId: order.project_id,
    orderId: order.id,
    amount: order.amount,
    currency: order.currency as string,
    paymentReference: randomUUID(),
    method: method.slug,
    entered,
  }
}

function record(
  deps: PayOrderDeps,
  input: PayOrderInput,
  type: PaymentFactType,
  answer: Authorisation,
): Promise<FactResult> {
  return deps.store.run(recordPaymentFact, pspFact(input, type, answer, deps.store.now()))
}

/** The fact that an answer of a provider stands for. A provider is asked once per reference and step, which names the event. */
function pspFact(
  { order, psp, method }: PayOrderInput,
  type: PaymentFactType,
  answer: Authorisation,
  now: number,
): PaymentFact {
  return {
    projectId: order.project_id,
    provider: psp.slug,
    eventId: `${answer.providerReference}:${type}`,
    type,
    order: { id: order.id },
    amount: order.amount,
    currency: order.currency as string,
    providerReference: answer.providerReference,
    paymentReference: null,
    method: { id: method.id, name: method.name },
    occurredAt: now,
    isSandbox: order.mode === 'sandbox',
    reason: answer.kind === 'declined' ? { code: null, text: answer.reason } : null,
    raw: '{}',
  }
}
