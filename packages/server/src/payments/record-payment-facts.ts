// Records facts about money and moves the orders they pay; the one door for every provider.
import { type KnownRows, lockOrders, orderKey } from '../orders/index.ts'
import { type Command, type NumberPair, type Row, selectRows, type Tx, together } from '../platform/store/index.ts'
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
  const round = soleRound(numbered)
  const readAhead = async (): Promise<RoundRows | null> => (round === null ? null : readRound(tx, round))
  const [fresh, read] = await together([claimFacts(tx, numbered), readAhead()])
  const results = await applyFreshFacts(tx, fresh, read)
  const answers = new Map(fresh.map(({ fact, eventId }) => [factKey(fact), results.get(eventId) as FactResult]))
  const repeats = await answersToRepeats(
    tx,
    facts.filter((fact) => !answers.has(factKey(fact))),
  )
  return facts.map((fact) => (answers.get(factKey(fact)) ?? repeats.get(factKey(fact))) as FactResult)
}

/** A fact with the order it names; null: nobody knows it yet. */
interface Told extends NumberedFact {
  readonly pair: NumberPair | null
}

/**
 * All facts as the one round that they will be, where that can be told before they are claimed: each names another order, by its id. Nearly
 * always so, and then what the round reads is asked for with the claim. Facts that turn out to be repeats lock their orders for nothing.
 */
function soleRound(numbered: readonly NumberedFact[]): readonly Told[] | null {
  const told = numbered.flatMap((one): readonly Told[] => {
    const { projectId, order } = one.fact
    return 'id' in order ? [{ ...one, pair: { projectId, id: order.id } }] : []
  })
  const orders = new Set(told.map(({ pair }) => keyOfPair(pair)))
  return told.length > 0 && orders.size === numbered.length ? told : null
}

/** The same with its record, which stands. */
interface Named extends Told {
  readonly record: RecordedFact
}

/**
 * Applies facts whose records stand, in their order, and writes what became of each. Results by event id.
 *
 * @param read what the one round of all these facts reads; null: not read yet
 */
export async function applyFreshFacts(
  tx: Tx,
  records: readonly RecordedFact[],
  read: RoundRows | null = null,
): Promise<ReadonlyMap<number, FactResult>> {
  if (records.length === 0) return new Map()
  const pairs = await resolveOrders(tx, records)
  const named = records.map((record, index): Named => {
    const { fact, eventId } = record
    return { fact, eventId, pair: pairs[index] ?? null, record }
  })
  const results = new Map<number, FactResult>()
  for (const round of roundsByOrder(named)) {
    const rows = read ?? (await readRound(tx, round))
    for (const [eventId, result] of await applyRound(tx, round, rows)) results.set(eventId, result)
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

/**
 * What a round reads, all of it under the locks of its orders, so that none of it can change any more.
 *
 * @property payments those that its facts are about, by paymentKey
 * @property items lines of the orders that are probably paid now, for their game is told of them
 * @property waiting facts that wait for payments of its orders
 */
interface RoundRows extends Pick<KnownRows, 'orders' | 'items'> {
  readonly payments: ReadonlyMap<string, Row<'payments'>>
  readonly waiting: readonly RecordedFact[]
}

async function readRound(tx: Tx, round: readonly Told[]): Promise<RoundRows> {
  const aboutPayments = round.filter(({ fact }) => isPaymentFact(fact.type))
  const paying = round.filter(({ fact }) => fact.type === 'payment.succeeded')
  const [orders, payments, items, waiting] = await together([
    lockOrders(tx, pairsOf(round)),
    loadPayments(
      tx,
      aboutPayments.map(({ fact }) => fact),
    ),
    itemsOf(tx, pairsOf(paying)),
    waitingBeside(tx, round, pairsOf(aboutPayments)),
  ])
  return { orders, payments, items, waiting }
}

async function itemsOf(tx: Tx, orders: readonly NumberPair[]): Promise<KnownRows['items']> {
  const rows = await selectRows(tx, 'order_items', 'order_id', orders, 'none')
  const byOrder = Map.groupBy(rows, (row) => orderKey(row.project_id, row.order_id))
  return new Map(orders.map(keyOfPair).map((key) => [key, byOrder.get(key) ?? []]))
}

function pairsOf(round: readonly Told[]): readonly NumberPair[] {
  return round.flatMap(({ pair }) => pair ?? [])
}

/** What waits for payments of `orders`, without the facts of `round` themselves: a parked one is among them when it is swept. */
async function waitingBeside(
  tx: Tx,
  round: readonly Told[],
  orders: readonly NumberPair[],
): Promise<readonly RecordedFact[]> {
  const mine = new Set(round.map(({ eventId }) => eventId))
  return (await loadWaitingFacts(tx, orders)).filter(({ eventId }) => !mine.has(eventId))
}

/** A fact with its locked order. */
interface Entry {
  readonly record: RecordedFact
  readonly order: Row<'orders'> | null
}

async function applyRound(
  tx: Tx,
  round: readonly Named[],
  { orders, payments, items, waiting }: RoundRows,
): Promise<ReadonlyMap<number, FactResult>> {
  const entries = round.map(({ record, pair }): Entry => ({ record, order: orders.get(keyOfPair(pair)) ?? null }))
  const { results: applied, taken } = await applyPaymentFacts(tx, paymentEntries(entries, payments), items)
  const results = new Map(applied)
  for (const entry of entries) {
    if (!results.has(entry.record.eventId)) results.set(entry.record.eventId, await applyOther(tx, entry))
  }
  const records = entries.map(({ record }) => record)
  await writeOutcomes(tx, records, results)
  const statuses = await applyWaiting(tx, waiting, taken)
  return new Map(entries.map(({ record }) => [record.eventId, withStatus(record, results, statuses)]))
}

function keyOfPair(pair: NumberPair | null): string {
  return pair === null ? '' : orderKey(pair.projectId, pair.id)
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
