// Skipped time: the offset lives in the table meta, so that it outlasts a restart and every process sees it.
import { AppError } from '@ordertrail/core'
import { type Kysely, sql } from 'kysely'
import { type BoundCommand, bind, type Command, oneByOne, rareCommand } from './command.ts'
import type { Tables } from './tables.ts'

/** The row of meta that holds the skipped milliseconds as decimal text. */
export const TIME_OFFSET_KEY = 'time_offset_ms'

/** Moves wall time forward by `ms`; its result is the new offset. */
export const skipTimeCommand: Command<{ readonly ms: number }, { readonly offsetMs: number }> =
  rareCommand('store.skip-time')

/** The command with its handler; every store has it. */
export const boundSkipTime: BoundCommand = bind(
  skipTimeCommand,
  oneByOne(async (tx, { ms }) => {
    // Added up by the database: two processes that skip at once both count.
    await sql`insert into meta (key, value) values (${TIME_OFFSET_KEY}, ${String(ms)}) on conflict (key)
      do update set value = cast(cast(meta.value as bigint) + cast(excluded.value as bigint) as text)`.execute(tx.db)
    const offsetMs = await readTimeOffset(tx.db)
    tx.wake({ kind: 'time_skipped', now: tx.leaseNow + offsetMs })
    return { offsetMs }
  }),
)

/** Skipped milliseconds; 0 when time was never skipped. */
export async function readTimeOffset(db: Kysely<Tables>): Promise<number> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', TIME_OFFSET_KEY).executeTakeFirst()
  return Number(row?.value ?? 0)
}

/**
 * A store whose time was skipped is opened only where skipping is allowed: going back to real time would put its rows into
 * the future.
 *
 * @throws AppError time_skip_refused
 */
export function checkTimeOffset(offsetMs: number, allowTimeSkip: boolean): void {
  if (offsetMs === 0 || allowTimeSkip) return
  const message = `The time of this store was moved forward by ${offsetMs} ms; open it in dev, or start with an empty store.`
  throw new AppError('time_skip_refused', { message, details: { offsetMs } })
}

/**
 * @throws AppError time_skip_refused where the store was opened without allowTimeSkip
 * @throws {RangeError} unless `ms` is a whole number above 0
 */
export function checkTimeSkip(ms: number, allowTimeSkip: boolean): void {
  if (!allowTimeSkip) throw new AppError('time_skip_refused', { details: { ms } })
  if (!Number.isSafeInteger(ms) || ms <= 0)
    throw new RangeError(`Time is skipped forward by whole milliseconds, got ${ms}.`)
}
