// The rules of the chain and of settings that change, as an interpreter of its own: what each news owes and who may start.
import { hasEnded, isOff, type RuledOrder, type RuledRow, type RuledSettings, type RuledType } from './ruled-order.ts'

const MINUTE_MS = 60_000

/** What a game may have to learn. */
export type RuledNews = 'paid' | 'partial_refund' | 'canceled' | 'declined'

/** Tells the game by the way that is on; where nobody listens, or never heard of the order, nothing is told. */
export function tell(order: RuledOrder, news: RuledNews, settings: RuledSettings, now: number): void {
  const isFollowUp = news === 'canceled' || news === 'partial_refund'
  if (isFollowUp && !order.isTold) return
  if (!settings.isEventsApiOn && !settings.hasWebhook) return
  const types = news === 'canceled' ? cancel(order, settings) : owedTypes(order, news, settings)
  if (news === 'paid') order.isTold = true
  for (const type of types) {
    if (settings.isEventsApiOn) order.events.push({ type, version: settings.version, isProcessed: false })
    else order.rows.push(newRow(type, settings, now))
  }
  settle(order, settings, now)
}

function owedTypes({ kind }: RuledOrder, news: RuledNews, { mode }: RuledSettings): readonly RuledType[] {
  if (news === 'partial_refund') return ['partial_refund']
  if (news === 'declined') return ['ps_declined']
  const isSeparate = kind === 'real' && mode === 'separate'
  if (news === 'paid') return isSeparate ? ['payment', 'order_paid'] : ['order_paid']
  return isSeparate ? ['refund', 'order_canceled'] : ['order_canceled']
}

/**
 * An order_paid without an attempt is void for good, and no order_canceled is made. What speaks of a payment that nobody heard of goes with
 * it; a payment that was attempted owes its refund.
 */
function cancel(order: RuledOrder, settings: RuledSettings): readonly RuledType[] {
  const { rows } = order
  const orderPaid = rows.find(({ type }) => type === 'order_paid')
  if (orderPaid === undefined || !isUntold(orderPaid)) return owedTypes(order, 'canceled', settings)
  orderPaid.state = 'void'
  const payment = rows.find(({ type }) => type === 'payment')
  if (payment !== undefined && !isUntold(payment)) return ['refund']
  for (const row of rows)
    if ((row.type === 'payment' || row.type === 'partial_refund') && isUntold(row)) row.state = 'void'
  return []
}

function isUntold(row: RuledRow): boolean {
  return row.tries === 0 && row.state !== 'claimed' && !hasEnded(row)
}

function newRow(type: RuledType, settings: RuledSettings, now: number): RuledRow {
  return {
    type,
    mode: settings.mode,
    version: settings.version,
    state: type === 'ps_declined' ? 'due' : 'waiting',
    tries: 0,
    position: 0,
    firstAt: null,
    dueAt: now,
    crashes: 0,
    token: 0,
    leaseUntil: 0,
    event: null,
    deliveryId: null,
  }
}

/** Starts, holds, pauses: every row of the line by those before it, and by whether webhooks are sent at all. */
export function settle({ rows }: RuledOrder, settings: RuledSettings, now: number): void {
  const begin = isOff(settings) ? 'paused' : 'due'
  let isFree = true
  for (const row of rows) {
    const isInLine = row.type !== 'ps_declined'
    if (row.state === 'waiting' || row.state === 'held') {
      if (!isFree) row.state = 'waiting'
      else if (needsMore(row, rows)) row.state = 'held'
      else start(row, begin, settings, now)
    } else if ((row.state === 'due' || row.state === 'paused') && row.state !== begin) start(row, begin, settings, now)
    if (isInLine && !hasEnded(row) && row.state !== 'held') isFree = false
  }
}

/** A row that was sent before goes on where its schedule stands. */
function start(row: RuledRow, state: 'due' | 'paused', { minutes }: RuledSettings, now: number): void {
  row.state = state
  row.dueAt = row.firstAt === null ? now : row.firstAt + (minutes[row.position] ?? 0) * MINUTE_MS
}

/** order_paid and partial_refund need the payment accepted, order_canceled the refund, where there is one. An event counts as accepted. */
function needsMore({ type }: RuledRow, rows: readonly RuledRow[]): boolean {
  const needed =
    type === 'order_paid' || type === 'partial_refund' ? 'payment' : type === 'order_canceled' ? 'refund' : null
  return rows.some((row) => row.type === needed && row.state !== 'accepted' && row.state !== 'moved')
}

/** A switch of the project, as one of its orders feels it. */
export function feelSwitch(order: RuledOrder, before: RuledSettings, after: RuledSettings, now: number): void {
  if (!before.isEventsApiOn && after.isEventsApiOn) moveToEvents(order)
  settle(order, after, now)
}

/** Whatever waits or is being sent becomes an event, in the order of the chain; held and ended rows stay. */
function moveToEvents({ rows, events }: RuledOrder): void {
  for (const row of rows) {
    if (hasEnded(row) || row.state === 'held') continue
    row.event = { type: row.type, version: row.version, isProcessed: false }
    row.state = 'moved'
    events.push(row.event)
  }
}
