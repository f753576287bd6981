// Records facts about money and moves the orders they pay; the one door for every provider.
import { lockOrders, orderKey } from '../orders/index.ts'
import { type Command, type NumberPair, type Row, type Tx, together } from '../platform/store/index.ts'
import { applyPaymentFacts, type PaymentEntry } from './apply-payment-facts.ts'
import { applyRefundFact } from './apply-refund-fact.ts'
import {
  answersToRepeats,
  claimFacts,
  factKey,
  type NumberedFact,
  numberFacts,
  type RecordedFact,
  writeOutcomes,
} from './fact-records.ts'
import { loadPayments, paymentKey, resolveOrders } from './load-known-facts.ts'
import { loadWaitingFacts } from './parked-facts.ts'
import { type FactResult, isPaymentFact, type PaymentFact } from './payment-fact.ts'

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

/**
 * Handler of `recordPaymentFact`: what was told before has no effect again, the rest is applied.
 *
 * The number of statements does not grow with the facts about payments in a group; refund facts are applied one by one.
 */
export async function recordPaymentFacts(tx: Tx, facts: readonly PaymentFact[]): Promise<readonly FactResult[]> {
  return recordNumberedFacts(tx, await numberFacts(tx, facts))
}

/** The same for facts that have their ids. */
export async function recordNumberedFacts(tx: Tx, numbered: readonly NumberedFact[]): Promise<readonly FactResult[]> {
  const facts = numbered.map(({ fact }) => fact)
  const fresh = await claimFacts(tx, numbered)
  const results = await applyFreshFacts(tx, fresh)
  const answers = new Map(fresh.map(({ fact, eventId }) => [factKey(fact), results.get(eventId) as FactResult]))
  const repeats = await answersToRepeats(
    tx,
    facts.filter((fact) => !answers.has(factKey(fact))),
  )
  return facts.map((fact) => (answers.get(factKey(fact)) ?? repeats.get(factKey(fact))) as FactResult)
}

/** A fact with the order it names; null: nobody knows it yet. */
interface Named {
  readonly record: RecordedFact
  readonly pair: NumberPair | null
}

/** Applies facts whose records stand, in their order, and writes what became of each. Results by event id. */
export async function applyFreshFacts(
  tx: Tx,
  records: readonly RecordedFact[],
): Promise<ReadonlyMap<number, FactResult>> {
  if (records.length === 0) return new Map()
  const pairs = await resolveOrders(tx, records)
  const named = records.map((record, index): Named => ({ record, pair: pairs[index] ?? null }))
  const results = new Map<number, FactResult>()
  for (const round of roundsByOrder(named)) {
    for (const [eventId, result] of await applyRound(tx, round)) results.set(eventId, result)
  }
  return results
}

/**
 * Rounds in which an order stands once at most: two facts may name the same order in two ways, and each is decided by what the one before
 * it left.
 */
function roundsByOrder(facts: readonly Named[]): readonly (readonly Named[])[] {
  const rounds: Named[][] = []
  const seen = new Map<string, number>()
  for (const fact of facts) {
    const key = fact.pair === null ? null : orderKey(fact.pair.projectId, fact.pair.id)
    const round = key === null ? 0 : (seen.get(key) ?? 0)
    if (key !== null) seen.set(key, round + 1)
    rounds[round] = [...(rounds[round] ?? []), fact]
  }
  return rounds
}

/** A fact with its locked order. */
interface Entry {
  readonly record: RecordedFact
  readonly order: Row<'orders'> | null
}

async function applyRound(tx: Tx, round: readonly Named[]): Promise<ReadonlyMap<number, FactResult>> {
  const aboutPayments = round.filter(({ record }) => isPaymentFact(record.fact.type))
  const [entries, payments, waiting] = await together([
    lockedEntries(tx, round),
    // Under the locks of their orders nothing of these can change any more.
    loadPayments(
      tx,
      aboutPayments.map(({ record }) => record.fact),
    ),
    waitingBeside(tx, round, aboutPayments),
  ])
  const { results: applied, taken } = await applyPaymentFacts(tx, paymentEntries(entries, payments))
  const results = new Map(applied)
  for (const entry of entries) {
    if (!results.has(entry.record.eventId)) results.set(entry.record.eventId, await applyOther(tx, entry))
  }
  const records = entries.map(({ record }) => record)
  await writeOutcomes(tx, records, results)
  const statuses = await applyWaiting(tx, waiting, taken)
  return new Map(entries.map(({ record }) => [record.eventId, withStatus(record, results, statuses)]))
}

/** What waits for payments of the orders in `paid`, without the facts of `round` themselves: a parked one is among them when it is swept. */
async function waitingBeside(
  tx: Tx,
  round: readonly Named[],
  paid: readonly Named[],
): Promise<readonly RecordedFact[]> {
  const mine = new Set(round.map(({ record }) => record.eventId))
  const pairs = paid.flatMap(({ pair }) => pair ?? [])
  return (await loadWaitingFacts(tx, pairs)).filter(({ eventId }) => !mine.has(eventId))
}

async function lockedEntries(tx: Tx, round: readonly Named[]): Promise<readonly Entry[]> {
  const pairs = round.flatMap(({ pair }) => pair ?? [])
  const orders = await lockOrders(tx, pairs)
  return round.map(({ record, pair }) => {
    const order = pair === null ? undefined : orders.get(orderKey(pair.projectId, pair.id))
    return { record, order: order ?? null }
  })
}

/** Facts about payments of known orders, each with the payment that it is about. */
function paymentEntries(
  entries: readonly Entry[],
  payments: ReadonlyMap<string, Row<'payments'>>,
): readonly PaymentEntry[] {
  return entries.flatMap(({ record: { eventId, fact }, order }) => {
    const { type } = fact
    if (order === null || !isPaymentFact(type)) return []
    return [{ eventId, fact: { ...fact, type }, order, payment: payments.get(paymentKey(fact)) ?? null }]
  })
}

/** Refund and dispute facts, and facts whose order nobody knows yet. */
async function applyOther(tx: Tx, { record: { fact, eventId }, order }: Entry): Promise<FactResult> {
  if (order === null) return { eventId, isApplied: false, order: null, note: 'parked' }
  const { note, status } = await applyRefundFact(tx, fact, order)
  return { eventId, isApplied: note === 'applied' || note === 'recorded', order: { id: order.id, status }, note }
}

/** Refunds that were told before their payment follow it at once; the statuses they leave, by orderKey. `parked`: what waits for any. */
async function applyWaiting(
  tx: Tx,
  parked: readonly RecordedFact[],
  taken: readonly NumberPair[],
): Promise<ReadonlyMap<string, string>> {
  const paid = new Set(taken.map(({ projectId, id }) => orderKey(projectId, id)))
  const waiting = parked.filter(({ fact, orderId }) => orderId !== null && paid.has(orderKey(fact.projectId, orderId)))
  const results = await applyFreshFacts(tx, waiting)
  return new Map(
    waiting.flatMap(({ eventId, fact }) => {
      const order = results.get(eventId)?.order ?? null
      return order === null ? [] : [[orderKey(fact.projectId, order.id), order.status] as const]
    }),
  )
}

function withStatus(
  { eventId, fact }: RecordedFact,
  results: ReadonlyMap<number, FactResult>,
  statuses: ReadonlyMap<string, string>,
): FactResult {
  const result = results.get(eventId) as FactResult
  const status = result.order === null ? undefined : statuses.get(orderKey(fact.projectId, result.order.id))
  return result.order === null || status === undefined ? result : { ...result, order: { ...result.order, status } }
}
