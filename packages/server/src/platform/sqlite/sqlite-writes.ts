// The write side of a SQLite store: one connection, its lane and the grouping loop, in whatever thread it is called.
import type { Clock } from '../clock.ts'
import {
  type BoundCommand,
  boundPing,
  boundSkipTime,
  checkTimeOffset,
  makeIdBlocks,
  migrate,
  type Report,
  readTimeOffset,
  type Sent,
  startGroupWrites,
} from '../store/index.ts'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { makeSqliteLane } from './sqlite-lane.ts'

/** Where a store is that lives in memory. */
export const MEMORY = ':memory:'

/**
 * What the first store in memory was after its migrations: who opens many, as tests do, waits for those once. SQLite lets a database that
 * begins so grow to 1 GiB, enough for some two hundred thousand orders.
 */
let emptyImage: Uint8Array | null = null

/** What the write side is made of. */
export interface SqliteWritesOptions {
  readonly path: string
  readonly clock: Clock
  readonly allowTimeSkip: boolean
  readonly commands: readonly BoundCommand[]
  readonly report: (report: Report) => void
}

/** An open write side. */
export interface SqliteWrites {
  readonly connection: SqliteConnection
  /** Skipped milliseconds at the opening. */
  readonly offsetMs: number
  submit(batch: readonly Sent[]): void
  /** Closes the file; called when nothing is under way. */
  close(): Promise<void>
}

/** Data that the module of the write side is given; it crosses a thread border. */
export interface WriteSideModule {
  /** A module with `export function composeWriteSide(options): readonly BoundCommand[]`. */
  readonly writeSideModule: string | URL
  readonly writeSideOptions: unknown
}

/**
 * Opens the file, brings it to the newest schema and starts the loop.
 *
 * @throws AppError store_read_only, store_full, store_unavailable, store_too_new, time_skip_refused
 */
export async function openSqliteWrites(options: SqliteWritesOptions): Promise<SqliteWrites> {
  const connection = openSqliteConnection(options.path, 'write', options.path === MEMORY ? emptyImage : null)
  try {
    await migrate('sqlite', connection.db)
    if (options.path === MEMORY) emptyImage ??= imageOf(connection)
    const offsetMs = await readTimeOffset(connection.db)
    checkTimeOffset(offsetMs, options.allowTimeSkip)
    const lane = makeSqliteLane({ connection, clock: options.clock, ids: makeIdBlocks() })
    const commands = [...options.commands, boundPing, boundSkipTime]
    const { submit } = startGroupWrites({ lanes: [lane], commands, report: options.report })
    return { connection, offsetMs, submit, close: () => lane.close() }
  } catch (error) {
    connection.close()
    throw error
  }
}

/** @returns all bytes of its database; null before Node 24.16, which cannot tell */
export function imageOf({ raw }: SqliteConnection): Uint8Array | null {
  return typeof raw.serialize === 'function' ? raw.serialize() : null
}

/**
 * Loads the module that composes the write side. The store knows it by its address only, so that imports go down.
 *
 * @throws {TypeError} when the module has no composeWriteSide
 */
export async function composeFrom({
  writeSideModule,
  writeSideOptions,
}: WriteSideModule): Promise<readonly BoundCommand[]> {
  const loaded: Readonly<Record<string, unknown>> = await import(String(writeSideModule))
  const { composeWriteSide } = loaded
  if (typeof composeWriteSide !== 'function')
    throw new TypeError(`${writeSideModule} does not export composeWriteSide.`)
  return composeWriteSide(writeSideOptions)
}
