// Which webhooks an event of an order owes, and what becomes of those already owed.
import { type ChainRow, changesBetween, isInLine, type LineRow, type StateChange, settledRows } from './chain-line.ts'
import { type DeliveryState, type DeliveryType, isEnded, type WebhookMode } from './delivery.ts'
import type { CurrencyKind } from './order-status.ts'

/** What happened to the order: `paid` also for free and virtual orders that are done at once. */
export type ChainEvent = 'paid' | 'partial_refund' | 'canceled' | 'declined'

/** The row that stands before another one: in the store, among the planned rows, or none. */
export type Predecessor =
  | { readonly kind: 'existing'; readonly id: number }
  | { readonly kind: 'planned'; readonly index: number }
  | null

/** A delivery to be made. Rows are in line order. */
export interface PlannedRow {
  readonly type: DeliveryType
  readonly mode: WebhookMode
  readonly predecessor: Predecessor
  readonly state: DeliveryState
}

/** New rows, and existing ones that get another state. */
export interface DeliveryPlan {
  readonly rows: readonly PlannedRow[]
  readonly changes: readonly StateChange[]
}

/** What a plan is made from. */
export interface PlanInput {
  readonly event: ChainEvent
  readonly mode: WebhookMode
  readonly currencyKind: CurrencyKind
  /** All deliveries of the order in line order. */
  readonly existing: readonly ChainRow[]
  /** True while webhooks are disabled or have no URL. */
  readonly isPaused: boolean
}

/** The types that each event owes when nothing was lost on the way; free and virtual orders have no payment. */
const OWED: Readonly<
  Record<ChainEvent, Readonly<Record<'separate' | 'combined' | 'unpaid', readonly DeliveryType[]>>>
> = {
  paid: { separate: ['payment', 'order_paid'], combined: ['order_paid'], unpaid: ['order_paid'] },
  partial_refund: { separate: ['partial_refund'], combined: ['partial_refund'], unpaid: [] },
  canceled: { separate: ['refund', 'order_canceled'], combined: ['order_canceled'], unpaid: ['order_canceled'] },
  declined: { separate: ['ps_declined'], combined: ['ps_declined'], unpaid: [] },
}

const SPEAKS_OF_PAYMENT: ReadonlySet<DeliveryType> = new Set(['payment', 'order_paid', 'partial_refund'])

/**
 * Plans the deliveries of one event.
 *
 * At cancellation an order_paid that was never tried becomes void and no order_canceled is made: the game granted
 * nothing. If the payment itself was never told, everything that speaks of it becomes void and no refund is owed; once
 * it was told, the refund is owed even where no order_canceled follows.
 */
export function planDeliveries(input: PlanInput): DeliveryPlan {
  const existing = settledRows(input.event === 'canceled' ? voidUntold(input.existing) : input.existing, input)
  const types = input.event === 'canceled' ? owedAtCancellation(input, existing) : owed(input)
  const fresh: LineRow[] = types.map((type) => ({ type, state: isInLine(type) ? 'blocked' : 'due' }))
  const settled = settledRows<LineRow>([...existing, ...fresh], input).slice(existing.length)
  return {
    rows: settled.map(({ type, state }, index) => ({
      type,
      mode: input.mode,
      predecessor: isInLine(type) ? predecessorAt(index, existing) : null,
      state,
    })),
    changes: changesBetween(input.existing, existing),
  }
}

function owed(input: PlanInput): readonly DeliveryType[] {
  return OWED[input.event][input.currencyKind === 'real' ? input.mode : 'unpaid']
}

/** Rows at cancellation: whatever speaks of a payment or an order nobody heard of becomes void. */
function voidUntold(rows: readonly ChainRow[]): readonly ChainRow[] {
  const news = paymentNews(rows)
  const isPaymentUntold = news !== undefined && isUntold(news)
  return rows.map((row) => {
    const isDropped = row.type === 'order_paid' || (isPaymentUntold && SPEAKS_OF_PAYMENT.has(row.type))
    return isDropped && isUntold(row) ? { ...row, state: 'void' } : row
  })
}

/** `existing` after voidUntold: where order_paid is void, only the refund of a payment that was told remains. */
function owedAtCancellation(input: PlanInput, existing: readonly ChainRow[]): readonly DeliveryType[] {
  const isOrderUntold = existing.some((row) => row.type === 'order_paid' && row.state === 'void')
  if (!isOrderUntold) return owed(input)
  return paymentNews(existing)?.state === 'void' ? [] : ['refund']
}

/** The row that tells of the payment: the payment webhook, or order_paid where both come in one. */
function paymentNews(rows: readonly ChainRow[]): ChainRow | undefined {
  return rows.find((row) => row.type === 'payment') ?? rows.find((row) => row.type === 'order_paid')
}

function isUntold(row: ChainRow): boolean {
  return !row.hasAttempt && row.state !== 'claimed' && !isEnded(row.state)
}

// Void rows are passed over: they end before what stands in front of them does.
function predecessorAt(index: number, existing: readonly ChainRow[]): Predecessor {
  if (index > 0) return { kind: 'planned', index: index - 1 }
  const last = existing.findLast((row) => isInLine(row.type) && row.state !== 'void')
  return last === undefined ? null : { kind: 'existing', id: last.id }
}
