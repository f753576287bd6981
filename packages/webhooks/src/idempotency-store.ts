// The contract of the memory that keeps a handler from running twice for the same webhook.
import type { WebhookAnswer } from './answer.ts'

/** What is asked of the store for one webhook. Keys are plain text of at most a few hundred characters. */
export interface IdempotencyEntry {
  /** Names this webhook: kept once its handler has succeeded. */
  readonly key: string
  /** Entries with one subject (all webhooks of an order, say) must never be worked on at the same time. */
  readonly subject: string
  /** Keys that forbid the work once they are kept: a canceled order is not granted any more. */
  readonly forbiddenBy: readonly string[]
}

/** The handler's outcome. The key is kept only when `isDone`. */
export interface WorkResult {
  readonly isDone: boolean
  readonly answer: WebhookAnswer
}

/** Either the work ran, or a key that was already kept (`by`) made it needless. */
export type OnceResult =
  | { readonly kind: 'ran'; readonly answer: WebhookAnswer }
  | { readonly kind: 'kept'; readonly by: string }

/**
 * Memory of what has been handled. A make on a database should do all of `runOnce` in one transaction, hand that
 * transaction to `work`, commit when `isDone` and roll back when it is not or `work` throws: then the grant and its
 * key are kept together or not at all.
 */
export interface IdempotencyStore<Tx> {
  /**
   * Runs `work` unless `entry.key` or one of `entry.forbiddenBy` is kept.
   *
   * A second call with the same subject waits for the first to end, then looks again.
   *
   * @throws whatever `work` throws, and failures of the store itself; nothing is kept then
   */
  runOnce(entry: IdempotencyEntry, work: (tx: Tx) => Promise<WorkResult>): Promise<OnceResult>
}
