// One payment event of a request of its own: what it tells is recorded, and its answer kept, in the same transaction.
import type { Command, Tx } from '../platform/store/index.ts'
import { expectedResult, type NumberedFact, numberFacts } from './fact-records.ts'
import {
  type AnsweredRequest,
  type KeptRequest,
  type KeyState,
  keepAnswers,
  keysOfRequest,
  openKeysWith,
} from './keep-answer.ts'
import type { FactResult, PaymentFact } from './payment-fact.ts'
import { recordNumberedFacts, recordPaymentFact } from './record-payment-facts.ts'

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

/**
 * Handler of `recordPaymentEvent`. A member that fails leaves no key behind, because all of it is undone.
 *
 * Keys are taken with the answers that are expected, so that only what came otherwise is written twice.
 */
export async function recordPaymentEvents(
  tx: Tx,
  inputs: readonly PaymentEventRequest[],
): Promise<readonly PaymentEventAnswer[]> {
  const numbered = await numberFacts(
    tx,
    inputs.map(({ fact }) => fact),
  )
  const expected = inputs.map(({ request }, index) => expectedAnswer(request, numbered[index] as NumberedFact))
  const states = await openKeysWith(
    tx,
    inputs.map(({ request }, index) => ({ request, expected: expected[index] ?? null })),
  )
  const isFresh = (_: unknown, index: number): boolean => states[index]?.kind === 'first'
  const fresh = inputs.filter(isFresh)
  const results = await recordNumberedFacts(tx, numbered.filter(isFresh))
  const answers = new Map(
    fresh.map(({ request }, index) => [request, answerTo(request, results[index] as FactResult)] as const),
  )
  const foreseen = new Set(expected.map((answer) => answer?.body))
  await keepAnswers(
    tx,
    [...answers.values()].filter(({ body }) => !foreseen.has(body)),
  )
  return inputs.map(({ request }, index) => answerOf(answers.get(request), states[index] as KeyState))
}

function expectedAnswer(request: KeptRequest, { fact, eventId }: NumberedFact): AnsweredRequest | null {
  const result = expectedResult(fact, eventId)
  return result === null ? null : answerTo(request, result)
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
