// Fills a store with a long history of webhooks, for benches: millions of finished deliveries and of waiting ones, in minutes.
//
// By hand, while no server has the store open (it is made and migrated when it is new):
//
//   npm run node -- --conditions=ordertrail-source packages/server/src/webhooks/testing/seed-history.ts \
//     --store <path of a SQLite file, or postgresql://…> --project 44056 --finished 10000000 --waiting 1000000
//
// Ten million finished deliveries take about 7 GB in SQLite and 10 GB in PostgreSQL. The project itself and its orders are not made:
// waiting deliveries are due only in 1 to 13 hours, and order ids begin at 1,000,000,001, far from those that a server gives out.
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { Engine } from '../../platform/store/index.ts'
import { historyStatements, type Stretch } from './history-rows.ts'

/** Runs one statement and gives its rows. */
type RunStatement = (text: string) => Promise<readonly unknown[]>

/** An open store that takes statements. */
export interface SeededStore {
  readonly engine: Engine
  readonly run: RunStatement
  /** True: statements may run beside each other. */
  readonly isConcurrent: boolean
}

/**
 * What is made.
 *
 * @property finished deliveries that ended 60 to 370 days ago, one attempt each; 96 % accepted, 2 % rejected, 2 % exhausted
 * @property waiting deliveries with one failed attempt, whole, due in 1 to 13 hours
 * @property isWhole true: the finished ones still have their bodies and details; false when left out: they were retired
 */
export interface History {
  readonly projectId: number
  readonly finished: number
  readonly waiting: number
  readonly isWhole?: boolean
  /** Wall milliseconds; the machine's when left out. */
  readonly now?: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FIRST_ORDER_ID = 1_000_000_001
/** Rows of one statement: what one transaction holds, and how often progress is told. */
const STEP = 200_000

/**
 * Inserts the history step by step with ids that follow those of the store, and moves the store's counters past them.
 *
 * @param onStep called after each step with the number of deliveries made so far
 */
export async function seedHistory(
  store: SeededStore,
  history: History,
  onStep: (made: number) => void = () => {},
): Promise<void> {
  const firstId = await takeRange(store.run, history.finished + history.waiting)
  for (const stretch of stretches(history, firstId)) {
    const statements = historyStatements(store.engine, stretch)
    if (store.isConcurrent) await Promise.all(statements.map(store.run))
    else for (const statement of statements) await store.run(statement)
    onStep(stretch.last + 1)
  }
}

/** The whole history in steps; numbers count from 0, finished ones first, so that ids ascend with time. */
function stretches(history: History, firstId: number): readonly Stretch[] {
  const { projectId, finished, waiting, isWhole = false, now = Date.now() } = history
  const shared = { projectId, now, idShift: firstId, orderShift: FIRST_ORDER_ID + firstId, isRetired: !isWhole }
  const old = {
    ...shared,
    kind: 'finished',
    first: 0,
    last: finished - 1,
    fromMs: 370 * DAY_MS,
    untilMs: 60 * DAY_MS,
  } as const
  const later = {
    ...shared,
    kind: 'waiting',
    first: finished,
    last: finished + waiting - 1,
    fromMs: HOUR_MS,
    untilMs: 13 * HOUR_MS,
  } as const
  return [...steps(old), ...steps(later)]
}

/** `whole` cut into steps that follow each other in time as in number. */
function steps(whole: Stretch): readonly Stretch[] {
  const count = Math.ceil((whole.last - whole.first + 1) / STEP)
  const timeAt = (share: number): number => Math.round(whole.fromMs + (whole.untilMs - whole.fromMs) * share)
  return Array.from({ length: count }, (_, step) => ({
    ...whole,
    first: whole.first + step * STEP,
    last: Math.min(whole.last, whole.first + (step + 1) * STEP - 1),
    fromMs: timeAt(step / count),
    untilMs: timeAt((step + 1) / count),
  }))
}

/** The first of `count` ids for deliveries and notifications alike; nobody gets one of them afterwards. */
async function takeRange(run: RunStatement, count: number): Promise<number> {
  const rows = await run(`select next_id from id_blocks where project_id = 0 and kind in ('delivery', 'notification')`)
  const first = Math.max(1, ...rows.map((row) => Number((row as { readonly next_id: unknown }).next_id)))
  for (const kind of ['delivery', 'notification']) {
    await run(`insert into id_blocks (project_id, kind, next_id) values (0, '${kind}', ${first + count})
      on conflict (project_id, kind) do update set next_id = excluded.next_id`)
  }
  return first
}

/** What the command line opens. */
interface Opened extends SeededStore {
  /** Leaves the store as days of running would: with statistics, and no page to be cleaned at the first look. */
  finish(): Promise<void>
}

const TABLES_FILLED = ['notifications', 'deliveries', 'attempts'] as const

async function openPostgres(url: string): Promise<Opened> {
  const { default: pg } = await import('pg')
  const { prepareDatabase } = await import('../../platform/postgres/prepare-database.ts')
  await prepareDatabase(url, true)
  const options = '-c synchronous_commit=off'
  const pool = new pg.Pool({ connectionString: url, max: TABLES_FILLED.length, options })
  return {
    engine: 'postgres',
    isConcurrent: true,
    run: async (text) => (await pool.query(text)).rows,
    finish: async () => {
      await Promise.all(TABLES_FILLED.map((table) => pool.query(`vacuum (analyze) ${table}`)))
      await pool.query('checkpoint')
      await pool.end()
    },
  }
}

async function openSqlite(path: string): Promise<Opened> {
  const { openSqliteConnection } = await import('../../platform/sqlite/sqlite-connection.ts')
  const { migrate } = await import('../../platform/store/index.ts')
  const connection = openSqliteConnection(path, 'write')
  await migrate('sqlite', connection.db)
  connection.raw.exec('pragma synchronous = off; pragma cache_size = -262144')
  return {
    engine: 'sqlite',
    isConcurrent: false,
    run: async (text) => connection.run(text, []),
    finish: async () => {
      connection.raw.exec('pragma wal_checkpoint(truncate)')
      connection.close()
    },
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      store: { type: 'string' },
      project: { type: 'string', default: '44056' },
      finished: { type: 'string', default: '10000000' },
      waiting: { type: 'string', default: '1000000' },
      whole: { type: 'boolean', default: false },
    },
  })
  if (values.store === undefined) throw new Error('--store wants the path of a SQLite file or a postgresql:// URL.')
  const startedAt = performance.now()
  const tell = (text: string): void => {
    process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5)} s  ${text}\n`)
  }
  const opened = await (/^postgres(ql)?:/.test(values.store) ? openPostgres(values.store) : openSqlite(values.store))
  const history = {
    projectId: Number(values.project),
    finished: Number(values.finished),
    waiting: Number(values.waiting),
    isWhole: values.whole,
  }
  await seedHistory(opened, history, (made) => {
    if (made % (STEP * 5) === 0) tell(`${made} deliveries`)
  })
  await opened.finish()
  tell('done')
}

if (import.meta.main) await main()
