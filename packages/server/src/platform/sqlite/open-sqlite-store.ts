// Opens a store in a SQLite file, or in memory.
import { sql } from 'kysely'
import { type Clock, type SystemClock, systemClock } from '../clock.ts'
import {
  type BoundCommand,
  type CommandDesk,
  checkTimeSkip,
  openCommandDesk,
  pingCommand,
  type Sent,
  type Store,
  skipTimeCommand,
} from '../store/index.ts'
import { lockFile } from './file-lock.ts'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { composeFrom, MEMORY, openSqliteWrites, type WriteSideModule } from './sqlite-writes.ts'
import { startWriteThread } from './start-write-thread.ts'

/** How the write side is given: by module, or, for tests, by its commands, which then run in this thread. */
export type WriteSide = WriteSideModule | { readonly commands: readonly BoundCommand[]; readonly clock?: Clock }

/** What a SQLite store is opened with. */
export type SqliteStoreOptions = WriteSide & {
  /** A file, made when it is missing, or `:memory:`. Its folder must be there. */
  readonly path: string
  /** False when left out: wall time is that of the machine. */
  readonly allowTimeSkip?: boolean
}

/** A write side in this thread or in another. `connection` is there where readers share it: in memory. */
interface Writer {
  readonly connection: SqliteConnection | null
  readonly offsetMs: number
  send(batch: readonly Sent[]): void
  stop(): Promise<void>
}

/**
 * Opens the store. A file is written by a worker thread where the write side is given by module; a store in memory lives in
 * this thread, reads and all.
 *
 * @throws AppError store_locked when another process has the file; store_read_only, store_full, store_too_new,
 *   time_skip_refused
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const clock = systemClock()
  let writer: Writer | null = null
  const desk = openCommandDesk((batch) => writer?.send(batch))
  const unlock = options.path === MEMORY ? () => {} : lockFile(options.path)
  try {
    writer = await openWriter(options, clock, desk)
    const reader = writer.connection ?? openSqliteConnection(options.path, 'read')
    const ownClock = 'commands' in options ? options.clock : undefined
    return storeOver({
      desk,
      writer,
      reader,
      clock: ownClock ?? clock,
      unlock,
      allowTimeSkip: options.allowTimeSkip ?? false,
    })
  } catch (error) {
    await writer?.stop()
    unlock()
    throw error
  }
}

async function openWriter(options: SqliteStoreOptions, clock: SystemClock, desk: CommandDesk): Promise<Writer> {
  const { path, allowTimeSkip = false } = options
  if ('writeSideModule' in options && path !== MEMORY) return openThread(options, clock, desk)
  const commands = 'commands' in options ? options.commands : await composeFrom(options)
  const ownClock = 'commands' in options ? options.clock : undefined
  const report = desk.accept
  const writes = await openSqliteWrites({ path, allowTimeSkip, commands, clock: ownClock ?? clock, report })
  const connection = path === MEMORY ? writes.connection : null
  return { connection, offsetMs: writes.offsetMs, send: writes.submit, stop: writes.close }
}

async function openThread(
  options: SqliteStoreOptions & WriteSideModule,
  clock: SystemClock,
  desk: CommandDesk,
): Promise<Writer> {
  const { path, allowTimeSkip = false, writeSideModule, writeSideOptions } = options
  const data = {
    path,
    allowTimeSkip,
    anchor: clock.anchor(),
    writeSideModule: String(writeSideModule),
    writeSideOptions,
  }
  let death: Error | null = null
  const died = (error: Error): void => {
    death = error
    desk.failAll(error)
  }
  const thread = await startWriteThread(data, { accept: desk.accept, died })
  const send = (batch: readonly Sent[]): void => {
    // A message to a thread that is gone would be lost without a word.
    if (death !== null) throw death
    thread.send(batch)
  }
  return { connection: null, offsetMs: thread.offsetMs, send, stop: thread.stop }
}

interface OpenParts {
  readonly desk: CommandDesk
  readonly writer: Writer
  readonly reader: SqliteConnection
  readonly clock: Clock
  readonly unlock: () => void
  readonly allowTimeSkip: boolean
}

function storeOver({ desk, writer, reader, clock, unlock, allowTimeSkip }: OpenParts): Store {
  let offsetMs = writer.offsetMs
  const close = async (): Promise<void> => {
    await desk.close()
    // The reader first: whoever closes last writes the log back into the file, and that must be able to write.
    if (writer.connection === null) reader.close()
    await writer.stop()
    unlock()
  }
  let stopping: Promise<void> | null = null
  return {
    engine: 'sqlite',
    read: reader.db,
    run: desk.run,
    onWakeUp: desk.onWakeUp,
    now: () => clock.now() + offsetMs,
    skipTime: async (ms) => {
      checkTimeSkip(ms, allowTimeSkip)
      ;({ offsetMs } = await desk.run(skipTimeCommand, { ms }))
    },
    ping: async () => {
      await desk.run(pingCommand, null)
      await sql`select 1`.execute(reader.db)
    },
    stop: () => {
      stopping ??= close()
      return stopping
    },
  }
}
