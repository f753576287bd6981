// The steps of the pay station, shared by its pages and by the calls behind them.
import type { Row, Store } from '../../platform/store/index.ts'
import { completeSandboxPayment, pendingSandboxPayments } from '../complete-sandbox-payments.ts'
import { type PayOrderResult, payOrder, type ValidateUser, type ValidationStage } from '../pay-order.ts'
import type { PaymentMethod, Psp } from '../psp.ts'
import type { SandboxOutcome } from '../psps/sandbox.ts'

/**
 * What the pay station needs.
 *
 * @property takesLiveOrders true in dev, where orders that were not made for the sandbox are paid here too
 */
export interface PayStationDeps {
  readonly store: Store
  readonly psp: Psp
  readonly validateUser: ValidateUser
  readonly takesLiveOrders: boolean
}

/** Sentence for the player when the game does not know them; null: go on. */
export async function validationProblem(
  deps: PayStationDeps,
  order: Row<'orders'>,
  stage: ValidationStage,
): Promise<string | null> {
  const answer = await deps.validateUser(order, stage)
  return answer.kind === 'refused' ? answer.sentence : null
}

/** The method with that slug, the first one where none is named; undefined: there is no such method. */
export function methodNamed(psp: Psp, slug: string | null): PaymentMethod | undefined {
  return slug === null ? psp.methods[0] : psp.methods.find((each) => each.slug === slug)
}

/** Why an order cannot be paid here although it waits for payment; null: it can. */
export function sandboxProblem(deps: PayStationDeps, order: Row<'orders'>): string | null {
  if (order.mode === 'sandbox' || deps.takesLiveOrders) return null
  return 'This order is for real money, and no payment provider is connected yet. Only sandbox orders can be paid on this page.'
}

/** One press of Pay in the sandbox. `attempt` names it, so that a double click is one payment. */
export interface SandboxPress {
  readonly order: Row<'orders'>
  readonly method: PaymentMethod
  readonly outcome: SandboxOutcome
  readonly attempt: string
}

/** Pays with the chosen outcome; `closed` leaves everything as it is. */
export async function payInSandbox(
  deps: PayStationDeps,
  { outcome, ...press }: SandboxPress,
): Promise<PayOrderResult | { readonly kind: 'closed' }> {
  if (outcome === 'closed') return { kind: 'closed' }
  return payOrder(deps, { ...press, psp: deps.psp, entered: { outcome } })
}

/** Lets the payments of an order that wait succeed now; answers how many did. */
export async function completePending(deps: PayStationDeps, order: Row<'orders'>): Promise<number> {
  const waiting = await pendingSandboxPayments(deps.store, order.project_id, order.id)
  for (const payment of waiting) await completeSandboxPayment(deps.store, payment)
  return waiting.length
}

/** The payment that paid an order, for the return URL; null before that. */
export async function acceptedPaymentId(store: Store, order: Row<'orders'>): Promise<number | null> {
  const row = await store.read
    .selectFrom('orders')
    .select('accepted_payment_id')
    .where('project_id', '=', order.project_id)
    .where('id', '=', order.id)
    .executeTakeFirst()
  return row?.accepted_payment_id ?? null
}
