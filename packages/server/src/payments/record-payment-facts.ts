// Records facts about money and moves the orders they pay; the one door for every provider.

import { DUPLICATE_REFUND_CODE, REFUND_CODES } from '@ordertrail/core'
import { announceDeclines, applyTransitions, lockOrders, orderKey } from '../orders/index.ts'
import { type Command, insertRows, type NumberPair, type Row, type Tx, updateRows } from '../platform/store/index.ts'
import { applyRefundFact } from './apply-refund-fact.ts'
import { decidePaymentFact, type PaymentDecision } from './decide-payment-fact.ts'
import { factKey, loadEarlierEvents, loadPayments, paymentKey, resolveOrders } from './load-known-facts.ts'
import { takeParkedRefundFacts } from './parked-facts.ts'
import { type FactNote, type FactResult, isPaymentFact, type PaymentFact } from './payment-fact.ts'
import { insertRequestedRefunds } from './request-refund.ts'

/** Facts whose order is unknown are kept this long; source: rules of payments. */
export const PARKED_MS_MAX: number = 72 * 60 * 60 * 1000

/** Records one fact; idempotent by (provider, eventId). */
export const recordPaymentFact: Command<PaymentFact, FactResult> = {
  name: 'payments.record-fact',
  groupMax: 64,
  keys: (fact) => [
    'id' in fact.order
      ? `order:${fact.projectId}:${fact.order.id}`
      : `external:${fact.projectId}:${fact.order.externalId}`,
    `fact:${factKey(fact)}`,
    `payment:${paymentKey(fact)}`,
  ],
}

/** A fact on its way through the transaction. */
interface Entry {
  readonly fact: PaymentFact
  readonly eventId: number
  readonly order: Row<'orders'> | null
  readonly payment: Row<'payments'> | null
  readonly decision: PaymentDecision | null
}

/** Handler of `recordPaymentFact`: what was told before is answered as before, the rest is applied. */
export async function recordPaymentFacts(tx: Tx, facts: readonly PaymentFact[]): Promise<readonly FactResult[]> {
  const earlier = await loadEarlierEvents(tx, facts)
  const fresh = facts.filter((fact) => !earlier.has(factKey(fact)))
  const applied = await applyFreshFacts(tx, fresh)
  return facts.map(
    (fact) => applied.get(factKey(fact)) ?? repeated(earlier.get(factKey(fact)) as Row<'payment_events'>),
  )
}

/** Applies facts that were never told before and keeps a record of each. Results by factKey. */
export async function applyFreshFacts(tx: Tx, facts: readonly PaymentFact[]): Promise<ReadonlyMap<string, FactResult>> {
  if (facts.length === 0) return new Map()
  const eventIds = await tx.takeIds(0, 'payment_event', facts.length)
  const orderIds = await resolveOrders(tx, facts)
  const orders = await lockOrders(tx, [...orderIds.values()])
  const payments = await loadPayments(tx, facts)
  const entries = facts.map((fact, index) =>
    entryOf(fact, eventIds[index] as number, orders, orderIds.get(factKey(fact)), payments),
  )
  const results = await applyEntries(tx, entries)
  await insertRows(
    tx,
    'payment_events',
    entries.map((entry) => eventRow(tx, entry, results.get(factKey(entry.fact)) as FactResult)),
  )
  return results
}

function entryOf(
  fact: PaymentFact,
  eventId: number,
  orders: ReadonlyMap<string, Row<'orders'>>,
  pair: NumberPair | undefined,
  payments: ReadonlyMap<string, Row<'payments'>>,
): Entry {
  const order = (pair === undefined ? undefined : orders.get(orderKey(pair.projectId, pair.id))) ?? null
  const payment = payments.get(paymentKey(fact)) ?? null
  const decision = order !== null && isPaymentFact(fact.type) ? decidePaymentFact(fact, { order, payment }) : null
  return { fact, eventId, order, payment, decision }
}

async function applyEntries(tx: Tx, entries: readonly Entry[]): Promise<ReadonlyMap<string, FactResult>> {
  const results = new Map<string, FactResult>()
  const decided = entries.filter((entry) => entry.decision !== null)
  const paymentIds = await writePayments(tx, decided)
  const statuses = await payOrders(tx, decided, paymentIds)
  for (const entry of decided) {
    await followUp(tx, entry, paymentIds.get(entry) as number)
    results.set(factKey(entry.fact), paymentResult(entry, statuses.get(entry)))
  }
  for (const entry of entries) {
    if (entry.decision === null) results.set(factKey(entry.fact), await otherResult(tx, entry))
  }
  return results
}

/** Inserts new payments and moves known ones on; the payment's id for each entry. */
async function writePayments(tx: Tx, entries: readonly Entry[]): Promise<ReadonlyMap<Entry, number>> {
  const fresh = entries.filter((entry) => entry.payment === null)
  const ids = fresh.length === 0 ? [] : await tx.takeIds(0, 'transaction', fresh.length)
  const idOf = new Map(fresh.map((entry, index) => [entry, ids[index] as number]))
  for (const entry of entries) if (entry.payment !== null) idOf.set(entry, entry.payment.id)
  await insertRows(
    tx,
    'payments',
    fresh.map((entry) => paymentRow(tx, entry, idOf.get(entry) as number)),
  )
  await updateRows(
    tx,
    'payments',
    ['project_id', 'id'],
    ['state', 'review_reason', 'occurred_at', 'updated_at'],
    entries
      .filter((entry) => entry.payment !== null && entry.decision?.state != null)
      .map((entry) => paymentChange(tx, entry)),
  )
  return idOf
}

function paymentRow(tx: Tx, { fact, order, decision }: Entry, id: number): Row<'payments'> {
  return {
    project_id: fact.projectId,
    id,
    order_id: (order as Row<'orders'>).id,
    provider: fact.provider,
    provider_reference: fact.providerReference,
    state: decision?.state as string,
    amount: fact.amount,
    currency: fact.currency,
    method: fact.method.id,
    method_name: fact.method.name,
    is_sandbox: fact.isSandbox ? 1 : 0,
    review_reason: reviewReason(decision),
    details: declineDetails(fact),
    occurred_at: fact.occurredAt,
    created_at: tx.now,
    updated_at: tx.now,
  }
}

function paymentChange(tx: Tx, { fact, payment, decision }: Entry): Partial<Row<'payments'>> {
  return {
    project_id: fact.projectId,
    id: payment?.id as number,
    state: decision?.state as string,
    review_reason: reviewReason(decision),
    occurred_at: fact.occurredAt,
    updated_at: tx.now,
  }
}

function reviewReason(decision: PaymentDecision | null): string | null {
  return decision?.state === 'in_review' ? decision.note : null
}

/** Why a payment was declined stands in its details, because ps_declined tells it. */
function declineDetails({ reason }: PaymentFact): string {
  if (reason === null) return '{}'
  return JSON.stringify({ ...(reason.code === null ? {} : { declineCode: reason.code }), declineReason: reason.text })
}

/** Moves the orders that were paid; their status afterwards by entry. */
async function payOrders(
  tx: Tx,
  entries: readonly Entry[],
  paymentIds: ReadonlyMap<Entry, number>,
): Promise<ReadonlyMap<Entry, string>> {
  const accepted = entries.filter((entry) => entry.decision?.isAccepted === true)
  const results = await applyTransitions(
    tx,
    accepted.map((entry) => ({
      projectId: entry.fact.projectId,
      orderId: entry.order?.id as number,
      to: 'paid',
      cause: { kind: 'payment_succeeded', reference: String(paymentIds.get(entry)) },
      paymentId: paymentIds.get(entry) as number,
    })),
  )
  return new Map(
    accepted.map((entry, index) => {
      const result = results[index]
      return [entry, result !== undefined && 'status' in result ? result.status : (entry.order?.status as string)]
    }),
  )
}

/** What a payment causes besides the move: money given back, alarms, ps_declined, refunds that waited for it. */
async function followUp(tx: Tx, entry: Entry, paymentId: number): Promise<void> {
  const { fact, order, decision } = entry
  if (order === null || decision === null) return
  if (decision.isReturned) await giveBack(tx, order, paymentId, fact)
  if (decision.state === 'failed') {
    await announceDeclines(tx, [{ projectId: fact.projectId, orderId: order.id, paymentId }])
  }
  if (decision.alarm !== null) {
    const detail = `payment ${paymentId} of ${fact.provider} ${fact.providerReference}`
    tx.wake({ kind: 'alarm', projectId: fact.projectId, code: decision.alarm, orderId: order.id, detail })
  }
  if (!decision.isAccepted) return
  for (const parked of await takeParkedRefundFacts(tx, fact.projectId, order.id))
    await applyRefundFact(tx, parked, order.id)
}

async function giveBack(tx: Tx, order: Row<'orders'>, paymentId: number, fact: PaymentFact): Promise<void> {
  await insertRequestedRefunds(tx, [
    {
      projectId: fact.projectId,
      orderId: order.id,
      paymentId,
      amount: fact.amount,
      currency: fact.currency,
      code: DUPLICATE_REFUND_CODE,
      reason: REFUND_CODES[DUPLICATE_REFUND_CODE].reason,
      reasonDetail: null,
      author: 'OrderTrail',
    },
  ])
}

function paymentResult({ eventId, order, decision }: Entry, status: string | undefined): FactResult {
  const known = order as Row<'orders'>
  const note = decision?.note as FactNote
  return {
    eventId,
    isApplied: decision?.state !== null,
    order: { id: known.id, status: status ?? known.status },
    note,
  }
}

/** Refund and dispute facts, and facts whose order nobody knows yet. */
async function otherResult(tx: Tx, { fact, eventId, order }: Entry): Promise<FactResult> {
  if (order === null) return { eventId, isApplied: false, order: null, note: 'parked' }
  const { note, status } = await applyRefundFact(tx, fact, order.id)
  return { eventId, isApplied: note === 'applied', order: { id: order.id, status }, note }
}

function eventRow(tx: Tx, { fact, eventId, order }: Entry, result: FactResult): Row<'payment_events'> {
  const isParked = result.note === 'parked'
  return {
    project_id: fact.projectId,
    id: eventId,
    provider: fact.provider,
    event_id: fact.eventId,
    type: fact.type,
    order_id: order?.id ?? ('id' in fact.order ? fact.order.id : null),
    order_external_id: 'externalId' in fact.order ? fact.order.externalId : null,
    provider_reference: fact.providerReference,
    state: isParked ? 'parked' : stateOf(result),
    note: result.note,
    body: JSON.stringify(fact),
    received_at: tx.now,
    parked_until: isParked ? tx.now + PARKED_MS_MAX : null,
  }
}

function stateOf({ note, isApplied }: FactResult): string {
  if (note === 'amount_mismatch' || note === 'sandbox_mismatch' || note === 'order_takes_no_payment')
    return 'needs_review'
  return isApplied ? 'applied' : 'ignored'
}

function repeated(row: Row<'payment_events'>): FactResult {
  return { eventId: row.id, isApplied: false, order: null, note: 'duplicate' }
}
