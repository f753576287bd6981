// The rules of attempts inside a chain: who is sent, and what an answer, a crash or a manual attempt does.

import { RULED_CRASH_RESENDS, ruledVerdict } from '../schedules/schedule-rules.ts'
import { LEASE_MS, UNSENT_WAIT_MS } from '../simulation/simulated-sender.ts'
import { settle } from './ruled-chain.ts'
import { hasEnded, isOff, type RuledOrder, type RuledRow, type RuledSettings } from './ruled-order.ts'
import { fulfil, requestRefundOfRest } from './ruled-status.ts'

const MINUTE_MS = 60_000

/** Rows that a sender takes now. */
export function dueRows({ rows }: RuledOrder, now: number): readonly RuledRow[] {
  return rows.filter(({ state, dueAt }) => state === 'due' && dueAt <= now)
}

/** A sender takes the row; gives the token of the claim. */
export function claim(row: RuledRow, { minutes }: RuledSettings, now: number): number {
  row.firstAt ??= now
  const elapsedMs = now - row.firstAt
  const passed = minutes.filter((minute) => minute * MINUTE_MS <= elapsedMs).length - 1
  row.position = Math.max(row.position, passed)
  row.state = 'claimed'
  row.tries += 1
  row.token += 1
  row.leaseUntil = now + LEASE_MS
  return row.token
}

/** What a sender tells of its claim; too late, where the row is not its own any more. */
export interface RuledReport {
  readonly row: RuledRow
  readonly token: number
  readonly status: number | null
}

/** An automatic attempt was answered. */
export function report(
  order: RuledOrder,
  { row, token, status }: RuledReport,
  settings: RuledSettings,
  now: number,
): void {
  if (row.state !== 'claimed' || row.token !== token) return
  const verdict = ruledVerdict(status)
  if (verdict === 'retry') fail(order, row, settings)
  else end(order, row, verdict, settings)
  settle(order, settings, now)
}

/** Nothing was sent, because webhooks were off at that moment: as if it had never been claimed. */
export function reportUnsent(
  order: RuledOrder,
  { row, token, isFirst }: { readonly row: RuledRow; readonly token: number; readonly isFirst: boolean },
  settings: RuledSettings,
  now: number,
): void {
  if (row.state !== 'claimed' || row.token !== token) return
  row.tries -= 1
  if (isFirst) row.firstAt = null
  row.state = 'due'
  row.dueAt = now + UNSENT_WAIT_MS
  if (row.type === 'order_paid' && row.tries === 0 && order.status === 'canceled') voidUntold(order, row)
  settle(order, settings, now)
}

/** The game was not told after all: order_paid is void for good, and no order_canceled is made. */
function voidUntold({ rows }: RuledOrder, orderPaid: RuledRow): void {
  orderPaid.state = 'void'
  for (const row of rows) if (row.type === 'order_canceled' && row.tries === 0 && !hasEnded(row)) row.state = 'void'
}

/** Leases that are over: five times the same position again, then it is a failure like silence. */
export function returnLeases(order: RuledOrder, settings: RuledSettings, now: number): void {
  for (const row of order.rows) {
    if (row.state !== 'claimed' || row.leaseUntil > now) continue
    if (row.crashes === RULED_CRASH_RESENDS) fail(order, row, settings)
    else {
      row.crashes += 1
      row.state = 'due'
      row.dueAt = now
    }
    settle(order, settings, now)
  }
}

/** Whether a person may send the row now. */
export function mayResend({ status }: RuledOrder, row: RuledRow, settings: RuledSettings): boolean {
  if (isOff(settings)) return false
  if (row.type === 'order_paid' && status === 'canceled') return false
  if (row.state === 'moved') return row.event?.isProcessed === false
  return row.state === 'due' || (hasEnded(row) && row.state !== 'void')
}

/** The answer to a manual attempt: a 2xx ends the row with all its effects, anything else changes nothing. */
export function reportManual(
  order: RuledOrder,
  { row, status }: { readonly row: RuledRow; readonly status: number | null },
  settings: RuledSettings,
  now: number,
): void {
  if (ruledVerdict(status) !== 'accepted' || row.state === 'accepted' || row.state === 'void') return
  if (row.state === 'moved') {
    // The game read it as an event meanwhile, or hears of it now instead of there.
    if (row.event === null || row.event.isProcessed) return
    row.event.isProcessed = true
  }
  row.state = 'accepted'
  if (row.type === 'order_paid') fulfil(order, 'acknowledged', settings)
  settle(order, settings, now)
}

function fail(order: RuledOrder, row: RuledRow, settings: RuledSettings): void {
  const minute = settings.minutes[row.position + 1]
  if (minute === undefined) {
    end(order, row, 'exhausted', settings)
    return
  }
  row.position += 1
  row.state = 'due'
  row.dueAt = (row.firstAt ?? 0) + minute * MINUTE_MS
}

function end(
  order: RuledOrder,
  row: RuledRow,
  state: 'accepted' | 'rejected' | 'exhausted',
  settings: RuledSettings,
): void {
  row.state = state
  if (state === 'accepted' && row.type === 'order_paid') fulfil(order, 'acknowledged', settings)
  const isOfPayment = row.type === 'order_paid' || (row.type === 'payment' && row.mode === 'separate')
  if (state !== 'accepted' && isOfPayment && settings.isAutoRefundOn) requestRefundOfRest(order)
}
