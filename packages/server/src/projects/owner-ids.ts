// Ids of merchants and projects: small, ascending, and taken under a lock because they are made rarely.
import { runText, type Tx } from '../platform/store/index.ts'

/** First key of the advisory lock that makers of merchants and projects share. */
const OWNER_LOCKS = 2

/** Where numbering starts: below are ids that a seeded store gives itself. */
const FIRST_IDS = { merchants: 1002, projects: 44_057 } as const

/** Next unused id of `table`. PostgreSQL: only one maker at a time gets an answer. */
export async function nextOwnerId(tx: Tx, table: 'merchants' | 'projects'): Promise<number> {
  if (tx.engine === 'postgres') await runText(tx, `select pg_advisory_xact_lock(${OWNER_LOCKS}, 0)`, [])
  const row = await tx.db
    .selectFrom(table)
    .select((eb) => eb.fn.max('id').as('last'))
    .executeTakeFirst()
  return Math.max(Number(row?.last ?? 0) + 1, FIRST_IDS[table])
}
