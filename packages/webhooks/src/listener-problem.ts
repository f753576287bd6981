// What the listener reports beside its answers: the things a developer wants to see in the log.
import type { SignatureFault } from './signature-fault.ts'

/** Something that went wrong with one webhook. `sentence` is for people and holds no secret. */
export type ListenerProblem =
  | { readonly kind: 'invalid_signature'; readonly fault: SignatureFault; readonly sentence: string }
  | { readonly kind: 'invalid_body'; readonly notificationType: string | null; readonly sentence: string }
  | {
      readonly kind: 'handler_failed'
      readonly notificationType: string
      readonly sentence: string
      /** What the handler, or the idempotency store, threw. */
      readonly cause: unknown
    }
  /** A request from an address that `sources` does not allow; answered 500. */
  | { readonly kind: 'source_refused'; readonly sentence: string }
  /** One entry of what onPartnerCatalog gave was left out of the answer. */
  | { readonly kind: 'invalid_offer'; readonly sentence: string }
  | { readonly kind: 'body_already_read'; readonly sentence: string }
  | { readonly kind: 'body_too_large'; readonly sentence: string }

/** Makes a report that can never change an answer: what a reporter throws is written to the console and forgotten. */
export function safeReporter(
  report: (problem: ListenerProblem) => void = toConsole,
): (problem: ListenerProblem) => void {
  return (problem) => {
    try {
      report(problem)
    } catch (error) {
      console.error('onError of the webhook listener threw', error)
    }
  }
}

function toConsole(problem: ListenerProblem): void {
  const cause = problem.kind === 'handler_failed' ? [problem.cause] : []
  console.error(`webhook.${problem.kind}: ${problem.sentence}`, ...cause)
}
