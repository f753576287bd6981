// Faults on demand for developers: the next attempts get a made-up answer and are not sent at all.
import { NO_ANSWER_SENTENCES, type SignedExchange } from '../platform/http/index.ts'

/** Most attempts that one call may spoil. */
export const FAULTS_MAX = 1_000

/** A status that the listener is to have answered, or silence until the deadline. */
export type FaultAnswer = number | 'timeout'

/** What the next attempts get; asking again replaces what was asked before. `count` 0 ends it. */
export interface FaultOrder {
  readonly count: number
  readonly answer: FaultAnswer
}

/** Faults of this process. It exists only in dev: where there is none, every attempt is sent. */
export interface FaultInjection {
  failNext(order: FaultOrder): void
  /** The made-up answer of the attempt that is about to be sent; null: send it. */
  take(): SignedExchange | null
  /** Attempts that will still be spoilt. */
  left(): number
}

/** Makes one, with nothing to spoil. */
export function createFaultInjection(): FaultInjection {
  let current: FaultOrder = { count: 0, answer: 'timeout' }
  return {
    failNext(order) {
      if (!Number.isSafeInteger(order.count) || order.count < 0 || order.count > FAULTS_MAX) {
        throw new RangeError(`0 to ${FAULTS_MAX} attempts can be spoilt, got ${order.count}.`)
      }
      current = order
    },
    take() {
      if (current.count === 0) return null
      current = { ...current, count: current.count - 1 }
      return spoilt(current.answer)
    },
    left: () => current.count,
  }
}

/** Silence does not really take the whole deadline, so that demos stay short. */
function spoilt(answer: FaultAnswer): SignedExchange {
  const base = { durationMs: 0, requestHeaders: {} }
  return answer === 'timeout'
    ? { ...base, kind: 'no_answer', reason: 'deadline', sentence: `${NO_ANSWER_SENTENCES.deadline} (injected)` }
    : { ...base, kind: 'response', status: answer, headers: {}, body: '(injected)', truncated: false }
}
