// Faults on demand for developers: the next attempts get a made-up answer and are not sent at all.
import type { DeliveryType } from '@ordertrail/core'
import { NO_ANSWER_SENTENCES, type SignedExchange } from '../platform/http/index.ts'

/** Most attempts that one call may spoil. */
export const FAULTS_MAX = 1_000

/** A status that the listener is to have answered, or silence until the deadline. */
export type FaultAnswer = number | 'timeout'

/** Webhooks that can be spoilt by their type. */
export type SpoiltType = DeliveryType | 'user_validation'

/**
 * What the next attempts get; asking again replaces what was asked before for the same type. `count` 0 ends it.
 *
 * @property type null: every delivery. The question user_validation is spoilt only when it is named, because a payment would end there
 */
export interface FaultOrder {
  readonly type: SpoiltType | null
  readonly count: number
  readonly answer: FaultAnswer
}

/** Faults of this process. It exists only in dev: where there is none, every attempt is sent. */
export interface FaultInjection {
  failNext(order: FaultOrder): void
  /** The made-up answer of the attempt that is about to be sent; null: send it. */
  take(type: SpoiltType): SignedExchange | null
  /** Attempts that will still be spoilt. */
  left(): number
}

/** Makes one, with nothing to spoil. */
export function createFaultInjection(): FaultInjection {
  const orders = new Map<SpoiltType | null, FaultOrder>()
  return {
    failNext(order) {
      if (!Number.isSafeInteger(order.count) || order.count < 0 || order.count > FAULTS_MAX) {
        throw new RangeError(`0 to ${FAULTS_MAX} attempts can be spoilt, got ${order.count}.`)
      }
      if (order.count > 0) orders.set(order.type, order)
      else if (order.type === null) orders.clear()
      else orders.delete(order.type)
    },
    take(type) {
      const order = orders.get(type) ?? (type === 'user_validation' ? undefined : orders.get(null))
      if (order === undefined) return null
      if (order.count === 1) orders.delete(order.type)
      else orders.set(order.type, { ...order, count: order.count - 1 })
      return spoilt(order.answer)
    },
    left: () => [...orders.values()].reduce((sum, { count }) => sum + count, 0),
  }
}

/** Silence does not really take the whole deadline, so that demos stay short. */
function spoilt(answer: FaultAnswer): SignedExchange {
  const base = { durationMs: 0, requestHeaders: {} }
  return answer === 'timeout'
    ? { ...base, kind: 'no_answer', reason: 'deadline', sentence: `${NO_ANSWER_SENTENCES.deadline} (injected)` }
    : { ...base, kind: 'response', status: answer, headers: {}, body: '(injected)', truncated: false }
}
