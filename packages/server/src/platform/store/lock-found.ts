// Takes rows that nobody else is at.
import type { SelectQueryBuilder, Simplify } from 'kysely'
import type { Tx } from './store.ts'

/**
 * Runs `query` and locks the rows that it gives. Those that somebody else has locked are passed over, so nobody ever waits here.
 *
 * @param table by its alias, the one whose rows are locked; left out: all that `query` reads
 */
export function lockFound<Db, From extends keyof Db & string, Found>(
  tx: Tx,
  query: SelectQueryBuilder<Db, From, Found>,
  table?: From,
): Promise<Simplify<Found>[]> {
  // SQLite has one writer, and it is we who write.
  return (tx.engine === 'postgres' ? query.forUpdate(table).skipLocked() : query).execute()
}
