// An idempotency store on SQLite: what a handler writes and the key of its webhook lie in one transaction.
import type { DatabaseSync } from 'node:sqlite'
import type { IdempotencyEntry, IdempotencyStore, OnceResult, WorkResult } from '@ordertrail/webhooks'

/**
 * Keeps handled webhooks in the table `handled_webhooks` of the game's own database.
 *
 * A handler writes through `context.tx`, which is this database. The connection must serve the listener alone: what
 * others write through it while a handler runs would be rolled back with it.
 */
export function sqliteIdempotencyStore(database: DatabaseSync): IdempotencyStore<DatabaseSync> {
  database.exec(
    'CREATE TABLE IF NOT EXISTS handled_webhooks (key TEXT PRIMARY KEY, handled_at INTEGER NOT NULL) STRICT',
  )
  // A connection has one transaction at a time, so all webhooks wait for each other, not only those of one subject.
  let last: Promise<unknown> = Promise.resolve()
  return {
    runOnce: (entry, work) => {
      const mine = last.then(() => runInTransaction(database, entry, work))
      last = mine.catch(() => {})
      return mine
    },
  }
}

async function runInTransaction(
  database: DatabaseSync,
  entry: IdempotencyEntry,
  work: (tx: DatabaseSync) => Promise<WorkResult>,
): Promise<OnceResult> {
  // IMMEDIATE, so that a second process waits here and then sees the key.
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = await runUnlessKept(database, entry, work)
    database.exec(result.isDone ? 'COMMIT' : 'ROLLBACK')
    return result.outcome
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

async function runUnlessKept(
  database: DatabaseSync,
  { key, forbiddenBy }: IdempotencyEntry,
  work: (tx: DatabaseSync) => Promise<WorkResult>,
): Promise<{ readonly isDone: boolean; readonly outcome: OnceResult }> {
  const isKept = database.prepare('SELECT 1 FROM handled_webhooks WHERE key = ?')
  const by = [key, ...forbiddenBy].find((name) => isKept.get(name) !== undefined)
  if (by !== undefined) return { isDone: false, outcome: { kind: 'kept', by } }
  const { isDone, answer } = await work(database)
  if (isDone) database.prepare('INSERT INTO handled_webhooks VALUES (?, ?)').run(key, Date.now())
  return { isDone, outcome: { kind: 'ran', answer } }
}
