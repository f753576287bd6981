// Decides what becomes of a move that is asked for: pure, from the locked order and the project's settings.
import { type CurrencyKind, decideTransition, type OrderStatus, type TransitionDecision } from '@ordertrail/core'
import type { ProjectFacts } from '../projects/index.ts'
import type { MovingOrder } from './moving-order.ts'
import { DONE_WITHIN_MS } from './overdue-orders.ts'
import type { Cause, Move, TransitionInput, TransitionResult } from './transition.ts'

/** A move that is asked for, with all that the decision depends on. */
export interface MoveQuestion {
  readonly input: TransitionInput
  /** Undefined: there is no such order. */
  readonly order: MovingOrder | undefined
  readonly facts: ProjectFacts | undefined
  readonly isPaymentUnderWay: boolean
  readonly now: number
}

/** The answer to the caller, and the steps to carry out: none, one, or two where nobody listens. */
export interface MoveDecision {
  readonly input: TransitionInput
  readonly order: MovingOrder | undefined
  readonly result: TransitionResult
  readonly moves: readonly Move[]
}

/** Decides one move. */
export function decideMoves(question: MoveQuestion): MoveDecision {
  const { input, order, facts } = question
  if (order === undefined || facts === undefined) return { input, order, moves: [], result: { kind: 'absent' } }
  const from = order.status as OrderStatus
  const decision = decide(question, order, facts)
  if (decision.kind === 'ignore')
    return { input, order, moves: [], result: { kind: 'ignored', reason: decision.reason, status: from } }
  if (decision.kind === 'refuse')
    return { input, order, moves: [], result: { kind: 'refused', code: decision.code, status: from } }

  const first = step({ order, facts, to: input.to, cause: input.cause, refundId: input.refundId ?? null }, question)
  const moves = [first, ...followUp(first, question.now)]
  return { input, order, moves, result: { kind: 'applied', from, status: moves.at(-1)?.to ?? first.to } }
}

function decide(
  { input, isPaymentUnderWay }: MoveQuestion,
  order: MovingOrder,
  facts: ProjectFacts,
): TransitionDecision {
  return decideTransition({
    from: order.status as OrderStatus,
    to: input.to,
    currencyKind: order.currency_kind as CurrencyKind,
    cause: input.cause.kind,
    facts: { paymentPending: isPaymentUnderWay, fulfilment: facts.settings.fulfilment },
  })
}

interface Step {
  readonly order: MovingOrder
  readonly facts: ProjectFacts
  readonly to: OrderStatus
  readonly cause: Cause
  readonly refundId: number | null
}

function step({ order, facts, to, cause, refundId }: Step, { input, now }: Pick<MoveQuestion, 'input' | 'now'>): Move {
  const moved = { ...order, status: to, timeline_length: order.timeline_length + 1, updated_at: now }
  return {
    from: order.status as OrderStatus,
    to,
    cause,
    facts,
    refundId,
    order:
      to === 'paid'
        ? { ...moved, accepted_payment_id: acceptedPayment(input), paid_at: now, overdue_at: now + DONE_WITHIN_MS }
        : moved,
  }
}

function acceptedPayment({ paymentId, orderId }: TransitionInput): number {
  if (paymentId === undefined) throw new TypeError(`The move of order ${orderId} to paid names no payment.`)
  return paymentId
}

/** Where neither a webhook nor an event can ever be acknowledged, a paid order is done at once. */
function followUp(first: Move, now: number): readonly Move[] {
  const { facts, order } = first
  const hasListener = facts.settings.isEventsApiOn || facts.webhook !== null
  if (first.to !== 'paid' || hasListener) return []
  const cause: Cause = { kind: 'no_listener', reference: null }
  const input: TransitionInput = { projectId: order.project_id, orderId: order.id, to: 'done', cause }
  const decision = decide({ input, order, facts, isPaymentUnderWay: false, now }, order, facts)
  return decision.kind === 'apply' ? [step({ order, facts, to: 'done', cause, refundId: null }, { input, now })] : []
}
