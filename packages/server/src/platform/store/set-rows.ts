// Set-based writes: many rows of one table in one statement on PostgreSQL, one prepared statement in a loop on SQLite.
import type { SqliteTx, Tx } from './store.ts'
import { columnsOf, type Row, type TableName } from './tables.ts'

type Values = readonly (string | number | null)[]

/** Statement texts by table, columns and engine; there are a few dozen of them in all. */
const textCache = new Map<string, string>()

function cachedText(key: string, make: () => string): string {
  const found = textCache.get(key)
  if (found !== undefined) return found
  const text = make()
  textCache.set(key, text)
  return text
}

/** `unnest($1::bigint[], $2::text[], …)`, one array per column. */
function unnest(table: TableName, columns: readonly string[]): string {
  const kinds = columnsOf(table)
  const arrays = columns.map(
    (column, index) => `$${index + 1}::${kinds[column]?.startsWith('int') ? 'bigint' : 'text'}[]`,
  )
  return `unnest(${arrays.join(', ')})`
}

function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ')
}

/** Column-wise arrays of `rows`, as unnest wants them. */
function columnArrays(columns: readonly string[], rows: readonly object[]): unknown[] {
  return columns.map((column) => rows.map((row) => (row as Readonly<Record<string, unknown>>)[column] ?? null))
}

function valuesOf(columns: readonly string[], row: object): Values {
  return columns.map((column) => (row as Readonly<Record<string, string | number | null>>)[column] ?? null)
}

/**
 * Runs one hand-written statement inside the transaction.
 *
 * @param text with `$1`, `$2` … on PostgreSQL and `?` on SQLite
 * @returns the rows it gives back; empty without RETURNING or SELECT
 */
export async function runText<Result>(tx: Tx, text: string, values: readonly unknown[]): Promise<readonly Result[]> {
  return (await tx.runText(text, values)) as readonly Result[]
}

/** Runs one statement with each of `lists` of values and gives the rows of all, in that order. */
export async function runEach<Result>(
  tx: SqliteTx,
  text: string,
  lists: readonly (readonly unknown[])[],
): Promise<readonly Result[]> {
  return (await tx.runEach(text, lists)) as readonly Result[]
}

/** The row that one statement finds with each of `lists` of values, in that order, and undefined where there is none. */
export async function findEach<Result>(
  tx: SqliteTx,
  text: string,
  lists: readonly (readonly unknown[])[],
): Promise<readonly (Result | undefined)[]> {
  return (await tx.findEach(text, lists)) as readonly (Result | undefined)[]
}

/** Inserts `rows`, each with every column of the table. No rows: no statement. */
export async function insertRows<Table extends TableName>(
  tx: Tx,
  table: Table,
  rows: readonly Row<Table>[],
): Promise<void> {
  if (rows.length === 0) return
  const columns = Object.keys(columnsOf(table))
  const text = cachedText(`insert ${tx.engine} ${table}`, () =>
    tx.engine === 'postgres'
      ? `insert into ${table} (${columns.join(', ')}) select * from ${unnest(table, columns)}`
      : `insert into ${table} (${columns.join(', ')}) values (${placeholders(columns.length)})`,
  )
  if (tx.engine === 'postgres') await tx.postText(text, columnArrays(columns, rows))
  else
    await tx.runEach(
      text,
      rows.map((row) => valuesOf(columns, row)),
    )
}

/**
 * Sets `set` columns of the rows named by `keys` columns; each row carries both. Rows that do not exist are passed over.
 *
 * All rows must name the same columns, because they share a statement, and each row of the table at most once.
 */
export async function updateRows<Table extends TableName>(
  tx: Tx,
  table: Table,
  keys: readonly (keyof Row<Table> & string)[],
  set: readonly (keyof Row<Table> & string)[],
  rows: readonly Partial<Row<Table>>[],
): Promise<void> {
  if (rows.length === 0) return
  const text = cachedText(`update ${tx.engine} ${table} ${keys} ${set}`, () =>
    tx.engine === 'postgres' ? updateFromUnnest(table, keys, set) : updateOne(table, keys, set),
  )
  if (tx.engine === 'postgres') return tx.postText(text, columnArrays([...keys, ...set], rows))
  const columns = [...set, ...keys]
  await tx.runEach(
    text,
    rows.map((row) => valuesOf(columns, row)),
  )
}

/**
 * Inserts `rows`, or changes the one that has the same `keys`, and gives them as they are afterwards.
 *
 * @param changes what each column becomes where the row exists, as SQL over `excluded` (the row that was to be inserted) and the table's
 *   name (the row that is there)
 * @param rows in the order in which their locks are to be taken, no key twice
 */
export async function upsertRows<Table extends TableName>(
  tx: Tx,
  table: Table,
  keys: readonly (keyof Row<Table> & string)[],
  changes: { readonly [Column in keyof Row<Table>]?: string },
  rows: readonly Row<Table>[],
): Promise<readonly Row<Table>[]> {
  if (rows.length === 0) return []
  const columns = Object.keys(columnsOf(table))
  const sets = Object.entries(changes).map(([column, text]) => `${column} = ${text}`)
  const tail = `on conflict (${keys.join(', ')}) do update set ${sets.join(', ')} returning *`
  const text = cachedText(`upsert ${tx.engine} ${table}`, () =>
    tx.engine === 'postgres'
      ? `insert into ${table} (${columns.join(', ')}) select * from ${unnest(table, columns)} ${tail}`
      : `insert into ${table} (${columns.join(', ')}) values (${placeholders(columns.length)}) ${tail}`,
  )
  if (tx.engine === 'postgres') return runText<Row<Table>>(tx, text, columnArrays(columns, rows))
  return runEach<Row<Table>>(
    tx,
    text,
    rows.map((row) => valuesOf(columns, row)),
  )
}

function updateFromUnnest(table: TableName, keys: readonly string[], set: readonly string[]): string {
  const columns = [...keys, ...set]
  const sets = set.map((column) => `${column} = v.${column}`).join(', ')
  const match = keys.map((column) => `t.${column} = v.${column}`).join(' and ')
  return `update ${table} t set ${sets} from ${unnest(table, columns)} as v (${columns.join(', ')}) where ${match}`
}

function updateOne(table: TableName, keys: readonly string[], set: readonly string[]): string {
  const sets = set.map((column) => `${column} = ?`).join(', ')
  return `update ${table} set ${sets} where ${keys.map((column) => `${column} = ?`).join(' and ')}`
}

/** A key of two whole numbers, such as (project_id, id). */
export interface NumberPair {
  readonly projectId: number
  readonly id: number
}

/**
 * Rows of `table` whose (project_id, `idColumn`) is one of `pairs`, in ascending order of both.
 *
 * @param lock 'update' takes row locks in that order on PostgreSQL, so that two groups never wait for each other in a ring;
 *   SQLite has a single writer and needs none
 */
export function selectRows<Table extends TableName>(
  tx: Tx,
  table: Table,
  idColumn: keyof Row<Table> & string,
  pairs: readonly NumberPair[],
  lock: 'update' | 'none',
): Promise<readonly Row<Table>[]> {
  return selectPairs<Row<Table>>(tx, { list: '*', table, idColumn, lock }, pairs)
}

/** The same, but only `columns` of each row: on the hot path, where reading the others would cost more than finding the row. */
export function selectColumns<Table extends TableName, Column extends keyof Row<Table> & string>(
  tx: Tx,
  table: Table,
  columns: readonly Column[],
  idColumn: keyof Row<Table> & string,
  pairs: readonly NumberPair[],
  lock: 'update' | 'none',
): Promise<readonly Pick<Row<Table>, Column>[]> {
  return selectPairs<Pick<Row<Table>, Column>>(tx, { list: columns.join(', '), table, idColumn, lock }, pairs)
}

/** What is selected by pairs; `list` of columns. */
interface PairQuery {
  readonly list: string
  readonly table: TableName
  readonly idColumn: string
  readonly lock: 'update' | 'none'
}

async function selectPairs<Found>(tx: Tx, query: PairQuery, pairs: readonly NumberPair[]): Promise<readonly Found[]> {
  const { list, table, idColumn, lock } = query
  if (pairs.length === 0) return []
  if (tx.engine === 'postgres') {
    const text = cachedText(`select postgres ${table} ${idColumn} ${lock} ${list}`, () => selectByUnnest(query))
    return runText<Found>(tx, text, [pairs.map((pair) => pair.projectId), pairs.map((pair) => pair.id)])
  }
  const text = cachedText(
    `select sqlite ${table} ${idColumn} ${list}`,
    () => `select ${list} from ${table} where project_id = ? and ${idColumn} = ?`,
  )
  return runEach<Found>(
    tx,
    text,
    sortedPairs(pairs).map(({ projectId, id }) => [projectId, id]),
  )
}

function selectByUnnest({ list, table, idColumn, lock }: PairQuery): string {
  const keys = 'select * from unnest($1::bigint[], $2::bigint[])'
  const locking = lock === 'update' ? ' for update' : ''
  return `select ${list} from ${table} where (project_id, ${idColumn}) in (${keys}) order by project_id, ${idColumn}${locking}`
}

/**
 * Locks the rows of `table` named by `pairs` in the one order of all locks, and reads nothing of them.
 *
 * SQLite has a single writer and needs no statement.
 */
export async function lockRows(tx: Tx, table: TableName, pairs: readonly NumberPair[]): Promise<void> {
  if (pairs.length === 0 || tx.engine === 'sqlite') return
  const text = cachedText(
    `lock ${table}`,
    () =>
      `select 1 from ${table} where (project_id, id) in (select * from unnest($1::bigint[], $2::bigint[])) order by project_id, id for update`,
  )
  await tx.postText(text, [pairs.map((pair) => pair.projectId), pairs.map((pair) => pair.id)])
}

/** Unique pairs in the one order in which locks are taken everywhere. */
function sortedPairs(pairs: readonly NumberPair[]): readonly NumberPair[] {
  const unique = new Map(pairs.map((pair) => [`${pair.projectId}:${pair.id}`, pair]))
  return [...unique.values()].sort((a, b) => a.projectId - b.projectId || a.id - b.id)
}
