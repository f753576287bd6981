// Applies facts about payments to locked orders: the payments' rows, the moves they cause, and what else follows.
import { DUPLICATE_REFUND_CODE, REFUND_CODES } from '@ordertrail/core'
import { type PaymentDetails, readStored } from '../notifications/index.ts'
import { announceDeclines, type KnownRows, moveLockedOrders, orderKey, type TransitionInput } from '../orders/index.ts'
import { insertRows, type NumberPair, type Row, type Tx, updateRows } from '../platform/store/index.ts'
import { decidePaymentFact, type PaymentDecision } from './decide-payment-fact.ts'
import type { FactResult, PaymentFact, PaymentStateFact } from './payment-fact.ts'
import { type DecidedRefund, insertRequestedRefunds } from './requested-refunds.ts'

/** A fact about a payment with its locked order. `payment` null: its reference was never seen. */
export interface PaymentEntry {
  readonly eventId: number
  readonly fact: PaymentFact & { readonly type: PaymentStateFact }
  readonly order: Row<'orders'>
  readonly payment: Row<'payments'> | null
}

/** An entry with what it means, and the payment it is about. */
interface Decided extends PaymentEntry {
  readonly decision: PaymentDecision
  readonly paymentId: number
}

/** What the facts did. `taken`: orders for which money was taken, so that refunds which waited for it can follow. */
export interface AppliedPayments {
  readonly results: ReadonlyMap<number, FactResult>
  readonly taken: readonly NumberPair[]
}

/**
 * Applies `entries`, each order at most once among them. The number of statements does not grow with them.
 *
 * @param items lines of their orders that are at hand, as in KnownRows
 */
export async function applyPaymentFacts(
  tx: Tx,
  entries: readonly PaymentEntry[],
  items: KnownRows['items'],
): Promise<AppliedPayments> {
  const decided = await decide(tx, entries)
  const written = await writePayments(tx, decided)
  const statuses = await payOrders(tx, decided, { payments: written, items })
  await insertRequestedRefunds(tx, decided.filter(({ decision }) => decision.isReturned).map(refundOf))
  await announceDeclines(tx, decided.filter(({ decision }) => decision.state === 'failed').map(declineOf))
  for (const entry of decided) raiseAlarm(tx, entry)
  return {
    results: new Map(decided.map((entry) => [entry.eventId, resultOf(entry, statuses.get(entry.eventId))])),
    taken: decided.filter(isTaken).map(({ order }) => ({ projectId: order.project_id, id: order.id })),
  }
}

async function decide(tx: Tx, entries: readonly PaymentEntry[]): Promise<readonly Decided[]> {
  const fresh = entries.filter(({ payment }) => payment === null)
  const ids = fresh.length === 0 ? [] : await tx.takeIds(0, 'transaction', fresh.length)
  const idOf = new Map(fresh.map(({ eventId }, index) => [eventId, ids[index] as number]))
  return entries.map((entry) => {
    const paymentId = entry.payment?.id ?? (idOf.get(entry.eventId) as number)
    return { ...entry, paymentId, decision: decidePaymentFact(entry.fact, entry) }
  })
}

/** Inserts payments that were never seen, and gives their rows; moves the others on. */
async function writePayments(tx: Tx, entries: readonly Decided[]): Promise<readonly Row<'payments'>[]> {
  const fresh = entries.filter(({ payment }) => payment === null).map((entry) => paymentRow(tx, entry))
  const known = entries.filter(({ payment, decision }) => payment !== null && decision.state !== null)
  await insertRows(tx, 'payments', fresh)
  await updateRows(
    tx,
    'payments',
    ['project_id', 'id'],
    ['state', 'amount', 'currency', 'method', 'method_name', 'review_reason', 'details', 'occurred_at', 'updated_at'],
    known.map((entry) => paymentRow(tx, entry)),
  )
  return fresh
}

/** The payment as the newest fact tells it: an authorisation may have named another sum than what was taken in the end. */
function paymentRow(tx: Tx, { fact, order, payment, decision, paymentId }: Decided): Row<'payments'> {
  return {
    project_id: fact.projectId,
    id: paymentId,
    order_id: order.id,
    provider: fact.provider,
    provider_reference: fact.providerReference,
    state: decision.state as string,
    amount: fact.amount,
    currency: fact.currency,
    method: fact.method.id,
    method_name: fact.method.name,
    is_sandbox: fact.isSandbox ? 1 : 0,
    review_reason: decision.state === 'in_review' ? decision.note : null,
    details: JSON.stringify({ ...knownDetails(payment), ...fact.details, ...declineDetails(fact) }),
    occurred_at: fact.occurredAt,
    created_at: payment?.created_at ?? tx.now,
    updated_at: tx.now,
  }
}

/** What was told before stays, because a provider names the card once, when it authorises; a decline is over with the next fact. */
function knownDetails(payment: Row<'payments'> | null): PaymentDetails {
  const {
    declineCode: _code,
    declineReason: _reason,
    ...kept
  } = readStored<PaymentDetails>(payment?.details ?? null) ?? {}
  return kept
}

/** Why a payment was declined, as the body of ps_declined reads it. */
function declineDetails({ type, reason }: PaymentEntry['fact']): PaymentDetails {
  if (type !== 'payment.failed' || reason === null) return {}
  return { ...(reason.code === null ? {} : { declineCode: reason.code }), declineReason: reason.text }
}

/**
 * Moves the orders that were paid; statuses afterwards by event id.
 *
 * Money that pays nothing any more asks for the move as well: it is refused as late, and so stands in the order's timeline.
 */
async function payOrders(
  tx: Tx,
  entries: readonly Decided[],
  { payments, items }: Pick<KnownRows, 'payments' | 'items'>,
): Promise<ReadonlyMap<number, string>> {
  const succeeded = entries.filter(({ decision }) => decision.state === 'succeeded')
  const orders = new Map(succeeded.map(({ order }) => [orderKey(order.project_id, order.id), order]))
  const results = await moveLockedOrders(tx, succeeded.map(paidMove), { orders, payments, items })
  return new Map(
    succeeded.map(({ eventId, order, decision, paymentId }, index) => {
      const result = results[index]
      if (result === undefined || !('status' in result) || (decision.isAccepted && result.kind !== 'applied')) {
        throw new Error(`Payment ${paymentId} could not pay order ${order.id}: ${JSON.stringify(result)}.`)
      }
      return [eventId, result.status]
    }),
  )
}

function paidMove({ fact, order, paymentId }: Decided): TransitionInput {
  const cause = { kind: 'payment_succeeded', reference: String(paymentId) } as const
  return { projectId: fact.projectId, orderId: order.id, to: 'paid', cause, paymentId }
}

function refundOf({ fact, order, paymentId }: Decided): DecidedRefund {
  return {
    projectId: fact.projectId,
    orderId: order.id,
    paymentId,
    amount: fact.amount,
    currency: fact.currency,
    code: DUPLICATE_REFUND_CODE,
    reason: REFUND_CODES[DUPLICATE_REFUND_CODE].reason,
    reasonDetail: null,
    author: 'OrderTrail',
  }
}

function declineOf({ fact, order, paymentId }: Decided) {
  return { projectId: fact.projectId, orderId: order.id, paymentId }
}

function raiseAlarm(tx: Tx, { fact, order, decision, paymentId }: Decided): void {
  if (decision.alarm === null) return
  const detail = `payment ${paymentId}, ${fact.provider} ${fact.providerReference}: ${fact.amount} ${fact.currency} in minor units`
  tx.wake({ kind: 'alarm', projectId: fact.projectId, code: decision.alarm, orderId: order.id, detail })
}

function isTaken({ decision }: Decided): boolean {
  return decision.state === 'succeeded' || decision.state === 'in_review'
}

function resultOf({ eventId, order, decision: { note } }: Decided, status: string | undefined): FactResult {
  const isApplied = note === 'applied' || note === 'recorded'
  return { eventId, isApplied, order: { id: order.id, status: status ?? order.status }, note }
}
