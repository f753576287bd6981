// Pays an order at a provider, step by step, validating the player where the documentation says so.
import type { Row, Store } from '../platform/store/index.ts'
import type { FactResult, PaymentFact, PaymentStateFact } from './payment-fact.ts'
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

/** One press of Pay. `attempt` names it: the same press told twice is one payment. */
export interface PayOrderInput {
  readonly order: Row<'orders'>
  readonly psp: Psp
  readonly method: PaymentMethod
  readonly attempt: string
  readonly entered: Readonly<Record<string, string>>
}

/**
 * How it ended for the player; `status` is the order's afterwards.
 *
 * returned: the order could not be paid any more, and the money goes back. refused: the game does not know the player. unheard: the provider
 * did not answer, so whether money was taken will be told by its callback.
 */
export type PayOrderResult =
  | { readonly kind: 'paid' | 'pending' | 'declined' | 'returned'; readonly status: string }
  | { readonly kind: 'refused'; readonly sentence: string }
  | { readonly kind: 'unheard' }

/** A payment under way: what was pressed, and how the provider is asked about it. */
interface Paying {
  readonly deps: PayOrderDeps
  readonly input: PayOrderInput
  readonly request: PaymentRequest
}

/**
 * Authorises, validates once more, captures; each step is a fact of its own, so that a crash in between loses nothing.
 *
 * Refused validation before Pay: nothing was taken. Refused between authorisation and capture: the authorisation is voided.
 */
export async function payOrder(deps: PayOrderDeps, input: PayOrderInput): Promise<PayOrderResult> {
  const pressed = await deps.validateUser(input.order, 'pay_pressed')
  if (pressed.kind === 'refused') return pressed
  const paying = { deps, input, request: paymentRequest(input) }
  const authorisation = await heard(input.psp.authorise(paying.request))
  if (authorisation === null) return { kind: 'unheard' }
  const { order } = await record(paying, FACT_OF_AUTHORISATION[authorisation.kind], authorisation)
  if (authorisation.kind !== 'authorised') return { kind: authorisation.kind, status: order?.status ?? 'new' }
  return input.psp.canHold ? captureValidated(paying, authorisation) : capture(paying, authorisation)
}

const FACT_OF_AUTHORISATION: Readonly<Record<Authorisation['kind'], PaymentStateFact>> = {
  authorised: 'payment.authorized',
  pending: 'payment.pending',
  declined: 'payment.failed',
}

/** The answer of a provider; null where none came. */
function heard<Heard>(call: Promise<Heard>): Promise<Heard | null> {
  return call.catch(() => null)
}

async function captureValidated(paying: Paying, authorisation: Authorisation): Promise<PayOrderResult> {
  const { deps, input, request } = paying
  const last = await deps.validateUser(input.order, 'before_capture')
  if (last.kind !== 'refused') return capture(paying, authorisation)
  const { providerReference } = authorisation
  // Not voided for sure: the hold then ends by itself at the provider, whose callback tells.
  const isVoided = await input.psp.void({ ...request, providerReference }).then(
    () => true,
    () => false,
  )
  if (isVoided) await record(paying, 'payment.canceled', authorisation)
  return last
}

async function capture(paying: Paying, { providerReference }: Authorisation): Promise<PayOrderResult> {
  const captured = await heard(paying.input.psp.capture({ ...paying.request, providerReference }))
  if (captured === null) return { kind: 'unheard' }
  const { note, order } = await record(paying, FACT_OF_CAPTURE[captured.kind], captured)
  const status = order?.status ?? 'new'
  if (captured.kind !== 'authorised') return { kind: captured.kind, status }
  const isReturned = note === 'second_payment' || status === 'canceled'
  return { kind: isReturned ? 'returned' : 'paid', status }
}

const FACT_OF_CAPTURE: Readonly<Record<Authorisation['kind'], PaymentStateFact>> = {
  authorised: 'payment.succeeded',
  pending: 'payment.pending',
  declined: 'payment.failed',
}

function paymentRequest({ order, method, attempt, entered }: PayOrderInput): PaymentRequest {
  return {
    projectId: order.project_id,
    orderId: order.id,
    amount: order.amount,
    currency: order.currency as string,
    paymentReference: attempt,
    method: method.slug,
    entered,
  }
}

function record({ deps, input }: Paying, type: PaymentStateFact, answer: Authorisation): Promise<FactResult> {
  return deps.store.run(recordPaymentFact, pspFact(input, type, { answer, now: deps.store.now() }))
}

/** The fact that an answer of a provider stands for. A provider is asked once per reference and step, which names the event. */
function pspFact(
  { order, psp, method }: PayOrderInput,
  type: PaymentStateFact,
  { answer, now }: { readonly answer: Authorisation; readonly now: number },
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
    details: method.details,
    occurredAt: now,
    isSandbox: order.mode === 'sandbox',
    reason: answer.kind === 'declined' ? { code: null, text: answer.reason } : null,
    raw: '{}',
  }
}
