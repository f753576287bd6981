// Opens a store in PostgreSQL, for any number of processes.
import { type Kysely, sql } from 'kysely'
import type pg from 'pg'
import { systemClock } from '../clock.ts'
import {
  type BoundCommand,
  boundPing,
  boundSkipTime,
  type CommandDesk,
  checkTimeSkip,
  type IdCounter,
  makeIdBlocks,
  openCommandDesk,
  pingCommand,
  type Store,
  skipTimeCommand,
  startGroupWrites,
  type Tables,
  TIME_OFFSET_KEY,
  type WriteLane,
} from '../store/index.ts'
import { type ConnectionPatience, servingSettings } from './connection-settings.ts'
import { type DatabaseTime, makeDatabaseTime } from './database-time.ts'
import { postgresFailure } from './postgres-errors.ts'
import { makePostgresLane } from './postgres-lane.ts'
import { connectSession, type PostgresSession } from './postgres-session.ts'
import { prepareDatabase } from './prepare-database.ts'
import { makeReadingPool, openPool, type ReadingPool } from './reading-pool.ts'

/** What a PostgreSQL store is opened with. */
export interface PostgresStoreOptions {
  /** `postgresql://…`, see DATABASE_URL. */
  readonly url: string
  /** The composed write side; it runs in this thread. */
  readonly commands: readonly BoundCommand[]
  /** False when left out: wall time is that of the database. */
  readonly allowTimeSkip?: boolean
  readonly readConnectionsMax?: number
  /** Limits of waiting that differ from the usual ones. */
  readonly patience?: Partial<ConnectionPatience>
}

const READ_CONNECTIONS_MAX = 8
/** Two: while one waits for the disk the other works. */
const LANES = 2
const ID_CONNECTIONS_MAX = 2

const RESERVE = `insert into id_blocks as counter (project_id, kind, next_id) values ($1, $2, $3)
  on conflict (project_id, kind) do update set next_id = counter.next_id + $4 returning next_id`

/**
 * Connects, brings the schema up to date and starts writing lanes. Connections that are lost later are made anew.
 *
 * @throws AppError store_unavailable when the database cannot be reached, config_invalid when it is too old, store_too_new,
 *   time_skip_refused
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  await prepareDatabase(options.url, options.allowTimeSkip ?? false)
  const settings = servingSettings(options.url, options.patience)
  const reading = makeReadingPool(settings, options.readConnectionsMax ?? READ_CONNECTIONS_MAX)
  const look = (): Promise<number> => readWallTime(reading.db)
  try {
    const time = makeDatabaseTime(await look(), look, systemClock().monotonic)
    return storeOver(reading, time, settings, options)
  } catch (error) {
    await reading.end()
    throw error
  }
}

function storeOver(
  reading: ReadingPool,
  time: DatabaseTime,
  settings: pg.ClientConfig,
  options: PostgresStoreOptions,
): Store {
  const idPool = openPool(settings, ID_CONNECTIONS_MAX)
  const lanes = makeLanes(settings, idPool, time)
  const commands = [...options.commands, boundPing, boundSkipTime]
  const desk: CommandDesk = openCommandDesk((batch) => writes.submit(batch))
  const writes = startGroupWrites({ lanes, commands, report: desk.accept })
  const close = async (): Promise<void> => {
    await desk.close()
    await Promise.all([...lanes.map((lane) => lane.close()), idPool.end(), reading.end()])
  }
  let stopping: Promise<void> | null = null
  return {
    engine: 'postgres',
    read: reading.db,
    run: desk.run,
    onWakeUp: desk.onWakeUp,
    now: time.now,
    skipTime: async (ms) => {
      checkTimeSkip(ms, options.allowTimeSkip ?? false)
      await desk.run(skipTimeCommand, { ms })
      await time.refresh()
    },
    ping: async () => {
      await desk.run(pingCommand, null)
      await sql`select 1`.execute(reading.db)
    },
    stop: () => {
      stopping ??= close()
      return stopping
    },
  }
}

function makeLanes(settings: pg.ClientConfig, idPool: pg.Pool, { learn }: DatabaseTime): readonly WriteLane[] {
  // Exact for events: with a block for each process a later event of an order could get the smaller id.
  const ids = makeIdBlocks({ event: 0 })
  const connect = (): Promise<PostgresSession> => connectSession(settings)
  const reserve = (counter: IdCounter, count: number): Promise<number> => reserveOn(idPool, counter, count)
  return Array.from({ length: LANES }, () => makePostgresLane({ connect, ids, reserve, onTime: learn }))
}

/** On a connection of its own, so that it holds whatever becomes of the transaction that asks. */
async function reserveOn(idPool: pg.Pool, { projectId, kind, first }: IdCounter, count: number): Promise<number> {
  try {
    const { rows } = await idPool.query(RESERVE, [projectId, kind, first + count, count])
    return rows[0].next_id
  } catch (error) {
    throw postgresFailure(error)
  }
}

async function readWallTime(db: Kysely<Tables>): Promise<number> {
  const offset = sql`(select value from meta where key = ${TIME_OFFSET_KEY})`
  const { rows } = await sql<{ now: number }>`select
    floor(extract(epoch from clock_timestamp()) * 1000)::bigint + coalesce(${offset}, '0')::bigint as now`.execute(db)
  if (rows[0] === undefined) throw new Error('PostgreSQL did not tell the time.')
  return rows[0].now
}
