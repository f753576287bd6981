// An idempotency store on PostgreSQL: what a handler writes and the key of its webhook lie in one transaction.
import type { IdempotencyEntry, IdempotencyStore, OnceResult, WorkResult } from '@ordertrail/webhooks'
import type { Pool, PoolClient } from 'pg'

/** Create it once, with the other tables of the game. */
export const HANDLED_WEBHOOKS_TABLE = `
  create table if not exists handled_webhooks (key text primary key, handled_at timestamptz not null default now())`

/** Keeps handled webhooks in the game's own database; a handler writes through `context.tx`. Any number of servers. */
export function postgresIdempotencyStore(pool: Pool): IdempotencyStore<PoolClient> {
  return {
    runOnce: async (entry, work) => {
      const client = await pool.connect()
      try {
        const outcome = await runInTransaction(client, entry, work)
        client.release()
        return outcome
      } catch (error) {
        // Closing the connection rolls back, also when the connection itself is what broke.
        client.release(true)
        throw error
      }
    },
  }
}

async function runInTransaction(
  client: PoolClient,
  { key, subject, forbiddenBy }: IdempotencyEntry,
  work: (tx: PoolClient) => Promise<WorkResult>,
): Promise<OnceResult> {
  await client.query('begin')
  // Held until the transaction ends: webhooks of one order wait for each other on whatever server they arrive.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [subject])
  const kept = await client.query('select key from handled_webhooks where key = any($1)', [[key, ...forbiddenBy]])
  if (kept.rows.length > 0) {
    await client.query('rollback')
    return { kind: 'kept', by: kept.rows[0].key }
  }
  const { isDone, answer } = await work(client)
  if (isDone) await client.query('insert into handled_webhooks (key) values ($1)', [key])
  await client.query(isDone ? 'commit' : 'rollback')
  return { kind: 'ran', answer }
}
