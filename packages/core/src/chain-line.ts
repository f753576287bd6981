// The line of one order's webhooks: which rows may start, which must wait, which are held.
import { type DeliveryState, type DeliveryType, isEnded, type WebhookMode } from './delivery.ts'

/** A delivery as the line sees it. */
export interface ChainRow {
  readonly id: number
  readonly type: DeliveryType
  readonly mode: WebhookMode
  readonly state: DeliveryState
  /** True once any attempt, automatic or manual, was started: from then on the listener may know. */
  readonly hasAttempt: boolean
}

/** A row of the store that gets another state. */
export interface StateChange {
  readonly id: number
  readonly state: DeliveryState
}

/** The type whose acceptance a row needs besides the end of the rows before it, where the order has such a row. */
const NEEDS_ACCEPTED: Readonly<Record<DeliveryType, DeliveryType | null>> = {
  payment: null,
  order_paid: 'payment',
  partial_refund: 'payment',
  refund: null,
  order_canceled: 'refund',
  ps_declined: null,
}

/** True for types that stand in the line; a declined payment leads to nothing and follows from nothing. */
export function isInLine(type: DeliveryType): boolean {
  return type !== 'ps_declined'
}

/**
 * The states that follow from the line after anything in it changed.
 *
 * To be called with all rows of one order, in line order, with the states they have now. A row starts when all rows
 * before it have ended; held rows never block what follows. A row whose needed webhook ended without acceptance is
 * held; when that is accepted after all, it is released, and rows behind it wait again. Rows that are due turn to
 * paused and back with `isPaused`. What is claimed or ended stays. Calling it again changes nothing.
 *
 * @param options.isPaused true while webhooks are disabled or have no URL
 * @returns the rows whose state is another now, in line order; a new `held` is worth an alarm
 */
export function settleChain(
  rows: readonly ChainRow[],
  options: { readonly isPaused: boolean },
): readonly StateChange[] {
  return changesBetween(rows, settledRows(rows, options))
}

/** Rows whose state differs, as changes; both lists hold the same rows in the same order. */
export function changesBetween(before: readonly ChainRow[], after: readonly ChainRow[]): readonly StateChange[] {
  return after.filter((row, index) => row.state !== before[index]?.state).map(({ id, state }) => ({ id, state }))
}

/** What the line must know of a row. */
export type LineRow = Pick<ChainRow, 'type' | 'state'>

/** The rows with the states they have after settling. */
export function settledRows<Kind extends LineRow>(
  rows: readonly Kind[],
  options: { readonly isPaused: boolean },
): readonly Kind[] {
  const startState = options.isPaused ? 'paused' : 'due'
  let isFree = true
  return rows.map((row) => {
    if (!isInLine(row.type)) return { ...row, state: settledAlone(row.state, startState) }
    const state = settledInLine(row, { rows, isFree, startState })
    isFree &&= isEnded(state) || state === 'held'
    return { ...row, state }
  })
}

interface Place {
  readonly rows: readonly LineRow[]
  /** True when nothing before the row blocks it. */
  readonly isFree: boolean
  readonly startState: 'due' | 'paused'
}

function settledInLine(row: LineRow, place: Place): DeliveryState {
  if (row.state !== 'blocked' && row.state !== 'held') return settledAlone(row.state, place.startState)
  if (!place.isFree) return 'blocked'
  return isNeedMet(row.type, place.rows) ? place.startState : 'held'
}

function settledAlone(state: DeliveryState, startState: 'due' | 'paused'): DeliveryState {
  return state === 'due' || state === 'paused' ? startState : state
}

// A moved row became an event, and events count as accepted: they cannot be refused.
function isNeedMet(type: DeliveryType, rows: readonly LineRow[]): boolean {
  const needed = NEEDS_ACCEPTED[type]
  return rows.every((row) => row.type !== needed || row.state === 'accepted' || row.state === 'moved')
}
