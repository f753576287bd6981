// The rules of statuses, payments and refunds, as an interpreter of its own: which fact moves an order, and what is told of it.
import { tell } from './ruled-chain.ts'
import type { RuledEvent, RuledOrder, RuledRefund, RuledSettings } from './ruled-order.ts'

/** A new order; free ones and those for virtual currency are done at once, and their game is told so. */
export function created(
  kind: RuledOrder['kind'],
  { amount, expiresAt }: Pick<RuledOrder, 'amount' | 'expiresAt'>,
  settings: RuledSettings,
  now: number,
): RuledOrder {
  const order: RuledOrder = {
    kind,
    amount,
    expiresAt,
    status: 'new',
    accepted: null,
    isTold: false,
    payments: new Map(),
    refunds: [],
    parked: [],
    rows: [],
    events: [],
    timeline: ['new'],
  }
  if (kind === 'real') return order
  move(order, 'done')
  tell(order, 'paid', settings, now)
  return order
}

function move(order: RuledOrder, status: RuledOrder['status']): void {
  order.status = status
  order.timeline.push(status)
}

/** A payment under way: the order cannot be given up meanwhile. */
export function paymentPending({ payments }: RuledOrder, reference: string): void {
  if (!payments.has(reference)) payments.set(reference, 'pending')
}

/** A payment that failed; told where the project wants it, once. */
export function paymentFailed(order: RuledOrder, reference: string, settings: RuledSettings, now: number): void {
  const known = order.payments.get(reference)
  if (known === 'failed' || known === 'succeeded') return
  order.payments.set(reference, 'failed')
  if (settings.isDeclineTold) tell(order, 'declined', settings, now)
}

/** Money was taken: the first payment of an order that still takes one is accepted, any other moves nothing. */
export function paymentSucceeded(order: RuledOrder, reference: string, settings: RuledSettings, now: number): void {
  if (order.payments.get(reference) === 'succeeded') return
  order.payments.set(reference, 'succeeded')
  if (order.accepted === null && (order.status === 'new' || order.status === 'expired')) {
    order.accepted = reference
    move(order, 'paid')
    tell(order, 'paid', settings, now)
    if (!settings.hasWebhook && !settings.isEventsApiOn && settings.fulfilment === 'acknowledged') move(order, 'done')
  }
  for (const { payment, amount } of order.parked.splice(0)) refundMade(order, payment, amount, settings, now)
}

/** Left of the accepted payment: neither given back nor about to be. */
export function leftOf({ accepted, amount, refunds }: RuledOrder): number {
  if (accepted === null) return 0
  return refunds.filter(({ state }) => state !== 'failed').reduce((left, refund) => left - refund.amount, amount)
}

/** A provider made a refund by itself; before its payment it waits. */
export function refundMade(
  order: RuledOrder,
  reference: string,
  amount: number,
  settings: RuledSettings,
  now: number,
): void {
  if (order.payments.get(reference) !== 'succeeded') {
    order.parked.push({ payment: reference, amount })
    return
  }
  if (order.accepted !== reference || amount > leftOf(order)) return
  order.refunds.push({ id: null, amount, state: 'succeeded' })
  moneyBack(order, settings, now)
}

/** Somebody asks for a refund; null: for all that is left. False: it is refused. */
export function askRefund(order: RuledOrder, amount: number | null): boolean {
  const left = leftOf(order)
  if (order.accepted === null || left < 1 || (amount ?? left) > left) return false
  order.refunds.push({ id: null, amount: amount ?? left, state: 'requested' })
  return true
}

/** Auto-refund: real money only. */
export function requestRefundOfRest(order: RuledOrder): void {
  if (order.kind === 'real') askRefund(order, null)
}

/** The provider answered to a refund that we asked for. */
export function refundAnswered(
  order: RuledOrder,
  refund: RuledRefund,
  state: 'pending' | 'succeeded' | 'failed',
  settings: RuledSettings,
  now: number,
): void {
  refund.state = state
  if (state === 'succeeded') moneyBack(order, settings, now)
}

/** All of it is back: canceled. A part: told, where the project wants it. */
function moneyBack(order: RuledOrder, settings: RuledSettings, now: number): void {
  const back = order.refunds.filter(({ state }) => state === 'succeeded').reduce((sum, { amount }) => sum + amount, 0)
  if (back < order.amount) {
    if (settings.isPartialRefundTold) tell(order, 'partial_refund', settings, now)
  } else if (order.status === 'paid' || order.status === 'done') {
    move(order, 'canceled')
    tell(order, 'canceled', settings, now)
  }
}

/** Staff cancels an unpaid order, or takes back one that cost no money. */
export function staffCancels(order: RuledOrder, settings: RuledSettings, now: number): void {
  if (order.kind !== 'real') {
    if (order.status !== 'done') return
    move(order, 'canceled')
    tell(order, 'canceled', settings, now)
  } else if (order.status === 'new' && !isPending(order)) move(order, 'canceled')
}

/** The life of an unpaid order is over. */
export function timePasses(order: RuledOrder, now: number): void {
  if (order.kind === 'real' && order.status === 'new' && order.expiresAt <= now && !isPending(order))
    move(order, 'expired')
}

function isPending({ payments }: RuledOrder): boolean {
  return [...payments.values()].includes('pending')
}

/** The game delivered, or says so, in one of two ways; only that of the project counts. */
export function fulfil(order: RuledOrder, way: RuledSettings['fulfilment'], settings: RuledSettings): void {
  if (order.status === 'paid' && settings.fulfilment === way) move(order, 'done')
}

/** The game marks an event; the first mark of a payment or order_paid event acknowledges. */
export function eventMarked(order: RuledOrder, event: RuledEvent, settings: RuledSettings): void {
  if (event.isProcessed) return
  event.isProcessed = true
  if (event.type === 'payment' || event.type === 'order_paid') fulfil(order, 'acknowledged', settings)
}

/** Whether a refund is neither made nor refused yet. */
export function hasOpenRefund({ refunds }: RuledOrder): boolean {
  return refunds.some(({ state }) => state === 'requested' || state === 'pending')
}
