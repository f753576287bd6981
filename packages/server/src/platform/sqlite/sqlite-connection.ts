// One connection to a SQLite file: prepared statements by text, and Kysely on top of them.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type DialectAdapter, Kysely, SqliteAdapter, SqliteDialect, type SqliteStatement } from 'kysely'
import type { Tables } from '../store/index.ts'
import { openingFailure, sqliteFailure } from './sqlite-errors.ts'

/** An open connection. */
export interface SqliteConnection {
  readonly raw: DatabaseSync
  readonly db: Kysely<Tables>
  /** The first statement that failed since this was last set to null; a transaction must not be committed after one. */
  failure: unknown
  /** Runs a statement with `?` places at once. @throws AppError of sqliteFailure, or what SQLite says */
  run(text: string, values: readonly unknown[]): readonly unknown[]
  /** The same with each of `lists`; gives the rows of all. */
  runEach(text: string, lists: readonly (readonly unknown[])[]): readonly unknown[]
  /** The first row for each of `lists`, undefined where there is none. */
  findEach(text: string, lists: readonly (readonly unknown[])[]): readonly unknown[]
  close(): void
}

/** Statements are few and fixed; should somebody build texts without end, the memory is given back. */
const STATEMENTS_MAX = 500
const LOCK_WAIT_MS_MAX = 5_000
/** The write-ahead log is cut back to this size after a checkpoint. */
const LOG_BYTES_MAX = 64 * 1024 * 1024
/**
 * Pages in the log at which they go into the file: 32 MiB. A payment writes about six pages, and most are written again soon: with SQLite's
 * own 1,000 this took a quarter of the time of commits. The price is a longer wait of the few who are there when it happens.
 *
 * The writer does it itself. With a thread of its own the writer still had to do the last part, and waited as long for the disk; and in
 * versions of SQLite before 3.51.3 two connections that write and checkpoint at the same instant can damage the file.
 */
const CHECKPOINT_PAGES = 8_192
/** Pages that the writer keeps; SQLite's own 2 MiB are less than the payments of a moment touch, so it read thousands again each second. */
const WRITER_CACHE_KIB = 64 * 1024

/** `first`: the first row that it gives, undefined where there is none. */
interface PreparedStatement extends SqliteStatement {
  first(values: readonly unknown[]): Record<string, unknown> | undefined
}

/** A statement that failed takes the whole migration with it: SQLite does undo table changes. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter()
  }
}

/**
 * Opens `path`, or a new database in memory for `:memory:`.
 *
 * @param image what a database in memory begins with; null for nothing
 * @throws AppError store_read_only, store_unavailable, store_full
 */
export function openSqliteConnection(
  path: string,
  mode: 'write' | 'read',
  image: Uint8Array | null = null,
): SqliteConnection {
  let raw: DatabaseSync | undefined
  try {
    raw = new DatabaseSync(path, { readOnly: mode === 'read', timeout: LOCK_WAIT_MS_MAX })
    if (image !== null) raw.deserialize(image)
    if (mode === 'write') {
      // FULL: an acknowledged commit survives a power cut, not only the end of the process.
      raw.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=${LOG_BYTES_MAX}`)
      raw.exec(`PRAGMA wal_autocheckpoint=${CHECKPOINT_PAGES}; PRAGMA cache_size=-${WRITER_CACHE_KIB}`)
      // SQLite opens a file it may not write without a word, and would say so at the first order.
      raw.exec('BEGIN IMMEDIATE; PRAGMA user_version=0; ROLLBACK')
    }
    return connectionOver(raw, path)
  } catch (error) {
    raw?.close()
    throw openingFailure(error, path)
  }
}

function connectionOver(raw: DatabaseSync, path: string): SqliteConnection {
  const statements = new Map<string, PreparedStatement>()
  const fail = (error: unknown): never => {
    const failure = sqliteFailure(error, path)
    connection.failure ??= failure
    throw failure
  }
  const prepare = (text: string): PreparedStatement => {
    const known = statements.get(text)
    if (known !== undefined) return known
    if (statements.size >= STATEMENTS_MAX) statements.clear()
    const statement = statementOver(prepareOr(raw, text, fail), fail)
    statements.set(text, statement)
    return statement
  }
  const connection: SqliteConnection = {
    raw,
    db: new Kysely<Tables>({ dialect: new NodeSqliteDialect({ database: { prepare, close: () => {} } }) }),
    failure: null,
    run: (text, values) => {
      const statement = prepare(text)
      if (statement.reader) return statement.all(values)
      statement.run(values)
      return []
    },
    runEach: (text, lists) => {
      const statement = prepare(text)
      if (statement.reader) return lists.flatMap((values) => statement.all(values))
      for (const values of lists) statement.run(values)
      return []
    },
    findEach: (text, lists) => lists.map(prepare(text).first),
    close: () => {
      statements.clear()
      if (raw.isOpen) raw.close()
    },
  }
  return connection
}

function prepareOr(raw: DatabaseSync, text: string, fail: (error: unknown) => never): StatementSync {
  try {
    return raw.prepare(text)
  } catch (error) {
    return fail(error)
  }
}

/** Rows become plain objects, as PostgreSQL gives them. Made from lists of values, which takes a third of the time of node's own objects. */
function statementOver(statement: StatementSync, fail: (error: unknown) => never): PreparedStatement {
  const names = statement.columns().map(({ name }) => name)
  statement.setReturnArrays(true)
  const rowOf = (values: unknown): Record<string, unknown> => namedRow(names, values as readonly unknown[])
  return {
    reader: names.length > 0,
    all: (values) => attempt(() => statement.all(...bindable(values)).map(rowOf), fail),
    first: (values) => {
      const found = attempt(() => statement.get(...bindable(values)), fail)
      return found === undefined ? undefined : rowOf(found)
    },
    run: (values) => attempt(() => statement.run(...bindable(values)), fail),
    iterate: (values) => namedRows(names, statement.iterate(...bindable(values))),
  }
}

function* namedRows(names: readonly string[], rows: Iterable<unknown>): IterableIterator<Record<string, unknown>> {
  for (const values of rows) yield namedRow(names, values as readonly unknown[])
}

function namedRow(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (let index = 0; index < names.length; index += 1) row[names[index] as string] = values[index]
  return row
}

function attempt<Value>(act: () => Value, fail: (error: unknown) => never): Value {
  try {
    return act()
  } catch (error) {
    return fail(error)
  }
}

/** node:sqlite takes an object in the first place for named values, and stores NULL without an error. */
function bindable(values: readonly unknown[]): SQLInputValue[] {
  const [first] = values
  if (typeof first === 'object' && first !== null && !ArrayBuffer.isView(first)) {
    throw new TypeError(`A statement was given ${Object.prototype.toString.call(first)}; give numbers, texts and null.`)
  }
  return values as SQLInputValue[]
}
