// The table of status moves and the decision whether a move is applied, ignored or refused.
import type { CurrencyKind, OrderStatus } from './order-status.ts'

/** Everything that can ask for a move. */
export const TRANSITION_CAUSES = [
  'payment_succeeded',
  'order_created',
  'staff_cancel',
  'expired',
  'fulfilled',
  'order_paid_accepted',
  'event_processed',
  'no_listener',
  'refund_succeeded',
  'staff_revoke',
] as const

/** Why a move is asked for. */
export type TransitionCause = (typeof TRANSITION_CAUSES)[number]

/** How a project says that an order is delivered: by answering its webhook or event, or by a call of its own. */
export type Fulfilment = 'acknowledged' | 'api'

/** What the decision must know beyond the order's own row. */
export interface TransitionFacts {
  /** True while any payment of the order is pending, authorised or in review. */
  readonly paymentPending: boolean
  /** The project's setting as read in the same transaction. */
  readonly fulfilment: Fulfilment
}

/** One way to make a move: the cause, the orders it is for, and what else must hold. */
export interface TransitionWay {
  readonly cause: TransitionCause
  readonly currencyKinds: readonly CurrencyKind[]
  readonly needs: 'nothing' | 'no_payment_pending' | `fulfilment_${Fulfilment}`
}

/** What holds for one pair of statuses. `announces` names the webhooks that the move owes. */
export type TransitionRule =
  | { readonly kind: 'same' }
  | { readonly kind: 'late' }
  | { readonly kind: 'never' }
  | {
      readonly kind: 'allowed'
      readonly announces: 'paid' | 'canceled' | null
      readonly ways: readonly TransitionWay[]
    }

/** A move that somebody asks for. */
export interface TransitionQuestion {
  readonly from: OrderStatus
  readonly to: OrderStatus
  readonly currencyKind: CurrencyKind
  readonly cause: TransitionCause
  readonly facts: TransitionFacts
}

/** Codes of refused moves, all of them in ERROR_CODES. */
export type TransitionRefusal = 'transition_refused' | 'payment_pending' | 'fulfilment_way_refused'

/** `ignore` is kept in the timeline and answered like success; `refuse` is an error for the one who asked. */
export type TransitionDecision =
  | { readonly kind: 'apply' }
  | { readonly kind: 'ignore'; readonly reason: 'same' | 'late' }
  | { readonly kind: 'refuse'; readonly code: TransitionRefusal }

const ANY_KIND: readonly CurrencyKind[] = ['real', 'virtual', 'free']
const REAL: readonly CurrencyKind[] = ['real']
const WITHOUT_PAYMENT: readonly CurrencyKind[] = ['virtual', 'free']

const SAME: TransitionRule = { kind: 'same' }
const LATE: TransitionRule = { kind: 'late' }
const NEVER: TransitionRule = { kind: 'never' }

// Only money has a payment, so only orders for money can become paid.
const PAY: TransitionRule = {
  kind: 'allowed',
  announces: 'paid',
  ways: [{ cause: 'payment_succeeded', currencyKinds: REAL, needs: 'nothing' }],
}

const GRANT_AT_ONCE: TransitionRule = {
  kind: 'allowed',
  announces: 'paid',
  ways: [{ cause: 'order_created', currencyKinds: WITHOUT_PAYMENT, needs: 'nothing' }],
}

// A payment under way may still succeed: cancelling or expiring below it would take money for nothing.
const GIVE_UP: TransitionRule = {
  kind: 'allowed',
  announces: null,
  ways: [{ cause: 'staff_cancel', currencyKinds: ANY_KIND, needs: 'no_payment_pending' }],
}

const EXPIRE: TransitionRule = {
  kind: 'allowed',
  announces: null,
  ways: [{ cause: 'expired', currencyKinds: ANY_KIND, needs: 'no_payment_pending' }],
}

const FULFIL: TransitionRule = {
  kind: 'allowed',
  announces: null,
  ways: [
    { cause: 'order_paid_accepted', currencyKinds: ANY_KIND, needs: 'fulfilment_acknowledged' },
    { cause: 'event_processed', currencyKinds: ANY_KIND, needs: 'fulfilment_acknowledged' },
    { cause: 'no_listener', currencyKinds: ANY_KIND, needs: 'fulfilment_acknowledged' },
    { cause: 'fulfilled', currencyKinds: ANY_KIND, needs: 'fulfilment_api' },
  ],
}

const TAKE_BACK: TransitionRule = {
  kind: 'allowed',
  announces: 'canceled',
  ways: [
    { cause: 'refund_succeeded', currencyKinds: REAL, needs: 'nothing' },
    { cause: 'staff_revoke', currencyKinds: WITHOUT_PAYMENT, needs: 'nothing' },
  ],
}

/** What holds for every pair of statuses, first key from, second key to. */
export const TRANSITIONS: Readonly<Record<OrderStatus, Readonly<Record<OrderStatus, TransitionRule>>>> = {
  new: { new: SAME, paid: PAY, done: GRANT_AT_ONCE, canceled: GIVE_UP, expired: EXPIRE },
  paid: { new: NEVER, paid: SAME, done: FULFIL, canceled: TAKE_BACK, expired: NEVER },
  done: { new: NEVER, paid: LATE, done: SAME, canceled: TAKE_BACK, expired: NEVER },
  canceled: { new: NEVER, paid: LATE, done: LATE, canceled: SAME, expired: NEVER },
  expired: { new: NEVER, paid: PAY, done: NEVER, canceled: NEVER, expired: SAME },
}

/**
 * Decides one move.
 *
 * Providers and listeners repeat themselves and arrive late, so a repeated or outdated fact is ignored, not refused.
 * Whatever the table does not name is refused.
 */
export function decideTransition(question: TransitionQuestion): TransitionDecision {
  const rule = TRANSITIONS[question.from][question.to]
  switch (rule.kind) {
    case 'same':
    case 'late':
      return { kind: 'ignore', reason: rule.kind }
    case 'never':
      return { kind: 'refuse', code: 'transition_refused' }
    case 'allowed':
      return decideWay(rule.ways, question)
  }
}

/**
 * Which webhooks an applied move owes.
 *
 * @returns `paid` or `canceled`, the event to plan deliveries for; null when nobody is told by webhook
 */
export function announcementOf(move: {
  readonly from: OrderStatus
  readonly to: OrderStatus
}): 'paid' | 'canceled' | null {
  const rule = TRANSITIONS[move.from][move.to]
  return rule.kind === 'allowed' ? rule.announces : null
}

function decideWay(ways: readonly TransitionWay[], question: TransitionQuestion): TransitionDecision {
  const way = ways.find((one) => one.cause === question.cause && one.currencyKinds.includes(question.currencyKind))
  if (way === undefined) return { kind: 'refuse', code: 'transition_refused' }
  const code = unmetNeed(way.needs, question.facts)
  return code === null ? { kind: 'apply' } : { kind: 'refuse', code }
}

function unmetNeed(needs: TransitionWay['needs'], facts: TransitionFacts): TransitionRefusal | null {
  switch (needs) {
    case 'nothing':
      return null
    case 'no_payment_pending':
      return facts.paymentPending ? 'payment_pending' : null
    case 'fulfilment_acknowledged':
      return facts.fulfilment === 'acknowledged' ? null : 'fulfilment_way_refused'
    case 'fulfilment_api':
      return facts.fulfilment === 'api' ? null : 'fulfilment_way_refused'
  }
}
