// The idempotency store of one process: a bounded set of keys, forgotten at a restart.
import type { IdempotencyStore } from './idempotency-store.ts'
import { createTurns } from './turns.ts'

const KEYS_MAX = 100_000

/**
 * An idempotency store in memory, for tests, for demos and for grants that are idempotent by themselves.
 *
 * It forgets everything when the process ends and knows nothing of other processes: a real shop should keep the keys
 * in the database that holds the inventory, in the transaction that grants.
 *
 * @param options.limit most keys held, 100,000 when absent; beyond it the oldest is forgotten
 * @throws {RangeError} when the limit is not a whole number above zero
 */
export function memoryIdempotencyStore({
  limit = KEYS_MAX,
}: {
  readonly limit?: number
} = {}): IdempotencyStore<undefined> {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError(`limit must be a whole number above 0, got ${limit}`)
  const kept = new Set<string>()
  const inTurn = createTurns()
  return {
    runOnce: (entry, work) =>
      inTurn(entry.subject, async () => {
        const by = [entry.key, ...entry.forbiddenBy].find((key) => kept.has(key))
        if (by !== undefined) return { kind: 'kept', by }
        const { isDone, answer } = await work(undefined)
        if (isDone) keep(kept, entry.key, limit)
        return { kind: 'ran', answer }
      }),
  }
}

function keep(kept: Set<string>, key: string, limit: number): void {
  kept.add(key)
  if (kept.size <= limit) return
  // A Set remembers the order of insertion, so the first is the oldest.
  const [oldest] = kept
  if (oldest !== undefined) kept.delete(oldest)
}
