// Runs a handler at most once successfully for one webhook, and turns its outcome into an answer.
import { accepted, isRefusal, rejected, type WebhookAnswer } from './answer.ts'
import type { IdempotencyEntry, IdempotencyStore, WorkResult } from './idempotency-store.ts'
import type { Handler, HandlerContext, HandlerResult } from './listener-options.ts'

/** One handler, the webhook it is called for, and the store that remembers it. */
export interface HandledWebhook<Subject, Tx> {
  readonly store: IdempotencyStore<Tx>
  readonly entry: IdempotencyEntry
  readonly handler: Handler<Subject, Tx>
  readonly context: Omit<HandlerContext<Tx>, 'tx'>
}

/**
 * Calls the handler unless this webhook was handled before.
 *
 * @returns 204 also for a repeat and for an order_paid that comes after the order was canceled; 400 for a refusal
 * @throws what the handler or the store throws; nothing is remembered then
 */
export async function handleOnce<Subject, Tx>(
  { store, entry, handler, context }: HandledWebhook<Subject, Tx>,
  subject: Subject,
): Promise<WebhookAnswer> {
  const result = await store.runOnce(entry, async (tx) => workResult(await handler(subject, { tx, ...context })))
  return result.kind === 'ran' ? result.answer : accepted()
}

function workResult(result: HandlerResult): WorkResult {
  if (isRefusal(result)) return { isDone: false, answer: rejected(result.code, result.message) }
  return { isDone: true, answer: accepted() }
}
