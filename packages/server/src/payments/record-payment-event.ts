// One payment event of a request of its own: what it tells is recorded, and its answer kept, in the same transaction.
import type { Command, Tx } from '../platform/store/index.ts'
import {
  type AnsweredRequest,
  type KeptRequest,
  type KeyState,
  keepAnswers,
  keysOfRequest,
  openKeys,
} from './keep-answer.ts'
import type { FactResult, PaymentFact } from './payment-fact.ts'
import { recordPaymentFact, recordPaymentFacts } from './record-payment-facts.ts'

/** An event with the request that brought it. */
export interface PaymentEventRequest {
  readonly request: KeptRequest
  readonly fact: PaymentFact
}

/** Its answer, or why it has none. `isRepeat`: it was given before, and nothing happened now. */
export type PaymentEventAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly isRepeat: boolean }
  | Extract<KeyState, { kind: 'running' | 'reused' }>

/** Records one event, once for each key of a request; what was answered then is answered again. */
export const recordPaymentEvent: Command<PaymentEventRequest, PaymentEventAnswer> = {
  name: 'payments.record-event',
  groupMax: recordPaymentFact.groupMax,
  keys: ({ request, fact }) => [...recordPaymentFact.keys(fact), ...keysOfRequest(request)],
}

/** The answer to an event, as it goes over the wire. */
export function wireResult(result: FactResult): object {
  return { event_id: result.eventId, applied: result.isApplied, order: result.order, note: result.note }
}

/** Handler of `recordPaymentEvent`. A member that fails leaves no key behind, because all of it is undone. */
export async function recordPaymentEvents(
  tx: Tx,
  inputs: readonly PaymentEventRequest[],
): Promise<readonly PaymentEventAnswer[]> {
  const states = await openKeys(
    tx,
    inputs.map(({ request }) => request),
  )
  const fresh = inputs.filter((_, index) => states[index]?.kind === 'first')
  const results = await recordPaymentFacts(
    tx,
    fresh.map(({ fact }) => fact),
  )
  const answers = new Map(
    fresh.map(({ request }, index) => [request, answerTo(request, results[index] as FactResult)] as const),
  )
  await keepAnswers(tx, [...answers.values()])
  return inputs.map(({ request }, index) => answerOf(answers.get(request), states[index] as KeyState))
}

function answerTo(request: KeptRequest, result: FactResult): AnsweredRequest {
  return { ...request, status: 201, body: JSON.stringify(wireResult(result)) }
}

function answerOf(answer: AnsweredRequest | undefined, state: KeyState): PaymentEventAnswer {
  if (answer !== undefined) return { kind: 'answered', status: answer.status, body: answer.body, isRepeat: false }
  if (state.kind === 'answered') return { ...state, isRepeat: true }
  if (state.kind === 'first') throw new Error('A payment event was not recorded.')
  return state
}
