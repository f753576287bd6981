// Balances of virtual currencies: credited and debited inside the transaction that causes it, never below zero.
import type { Kysely } from 'kysely'
import type { Party } from '../platform/http/index.ts'
import { type Row, runText, type Tables, type Tx, updateRows } from '../platform/store/index.ts'

/** A credit (delta above 0) or debit. */
export interface BalanceChange {
  readonly projectId: number
  readonly party: Pick<Party, 'kind' | 'id'>
  readonly sku: string
  readonly delta: number
  /** What to do when a debit exceeds the balance; taking back a credit that was partly spent takes what is there. */
  readonly whenShort?: 'refuse' | 'take_what_is_there'
}

/** A change that was not made, because it would leave less than nothing or more than can be counted. */
export interface RefusedBalanceChange extends BalanceChange {
  /** Place among the changes that were asked for. */
  readonly index: number
  /** What the player has. */
  readonly balance: number
}

/** Largest balance: whole units that JSON and both engines hold exactly. */
export const BALANCE_MAX: number = Number.MAX_SAFE_INTEGER

type BalanceRow = Row<'virtual_currency_balances'>
const KEYS = ['project_id', 'party_kind', 'party_id', 'sku'] as const

/**
 * Makes changes in their order and gives back those that were refused; the others are written.
 *
 * Its rows are locked after orders and before channels, sorted. Three statements on PostgreSQL however many changes there are.
 */
export async function changeBalances(
  tx: Tx,
  changes: readonly BalanceChange[],
): Promise<readonly RefusedBalanceChange[]> {
  if (changes.length === 0) return []
  const keys = sortedKeys(changes)
  await makeMissingRows(tx, sortedKeys(changes.filter(({ delta }) => delta > 0)))
  const balances = new Map((await lockRows(tx, keys)).map((row) => [keyText(row), row.balance]))
  const before = new Map(balances)
  const refused = applyChanges(balances, changes)
  const changed = keys.filter((key) => balances.get(keyText(key)) !== before.get(keyText(key)))
  await updateRows(
    tx,
    'virtual_currency_balances',
    KEYS,
    ['balance'],
    changed.map((key) => ({ ...key, balance: balances.get(keyText(key)) ?? 0 })),
  )
  return refused
}

/** What a party has, by SKU of the currency; currencies it never had are absent. */
export async function readBalances(db: Kysely<Tables>, party: Party): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('virtual_currency_balances')
    .where('project_id', '=', party.projectId)
    .where('party_kind', '=', party.kind)
    .where('party_id', '=', party.id)
    .select(['sku', 'balance'])
    .orderBy('sku')
    .execute()
  return new Map(rows.map(({ sku, balance }) => [sku, balance]))
}

/** Decides in memory, one change after the other; `balances` is changed in place. */
function applyChanges(
  balances: Map<string, number>,
  changes: readonly BalanceChange[],
): readonly RefusedBalanceChange[] {
  const refused: RefusedBalanceChange[] = []
  changes.forEach((change, index) => {
    const key = keyText(keyOf(change))
    const balance = balances.get(key) ?? 0
    const wanted = balance + change.delta
    const after = wanted < 0 && change.whenShort === 'take_what_is_there' ? 0 : wanted
    if (after < 0 || after > BALANCE_MAX) refused.push({ ...change, index, balance })
    else balances.set(key, after)
  })
  return refused
}

type BalanceKey = Omit<BalanceRow, 'balance'>

function keyOf({ projectId, party, sku }: BalanceChange): BalanceKey {
  return { project_id: projectId, party_kind: party.kind, party_id: party.id, sku }
}

function keyText(key: BalanceKey): string {
  return JSON.stringify([key.project_id, key.party_kind, key.party_id, key.sku])
}

/** Unique keys in the one order in which they are locked everywhere. */
function sortedKeys(changes: readonly BalanceChange[]): readonly BalanceKey[] {
  const unique = new Map(changes.map(keyOf).map((key) => [keyText(key), key]))
  return [...unique.values()].sort(
    (a, b) =>
      a.project_id - b.project_id ||
      byText(a.party_kind, b.party_kind) ||
      byText(a.party_id, b.party_id) ||
      byText(a.sku, b.sku),
  )
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** A row that does not exist cannot be locked, so what is credited starts with a row of zero; a debit of nothing is refused without. */
async function makeMissingRows(tx: Tx, keys: readonly BalanceKey[]): Promise<void> {
  if (keys.length === 0) return
  const columns = `${KEYS.join(', ')}, balance`
  if (tx.engine === 'postgres') {
    const text = `insert into virtual_currency_balances (${columns}) select *, 0 from ${unnestKeys} on conflict do nothing`
    await runText(tx, text, columnsOfKeys(keys))
    return
  }
  const text = `insert into virtual_currency_balances (${columns}) values (?, ?, ?, ?, 0) on conflict do nothing`
  for (const key of keys) await runText(tx, text, valuesOf(key))
}

async function lockRows(tx: Tx, keys: readonly BalanceKey[]): Promise<readonly BalanceRow[]> {
  const columns = KEYS.join(', ')
  if (tx.engine === 'postgres') {
    const text = `select * from virtual_currency_balances where (${columns}) in (select * from ${unnestKeys}) order by ${columns} for update`
    return runText<BalanceRow>(tx, text, columnsOfKeys(keys))
  }
  const text = `select * from virtual_currency_balances where ${KEYS.map((column) => `${column} = ?`).join(' and ')}`
  const rows: BalanceRow[] = []
  for (const key of keys) rows.push(...(await runText<BalanceRow>(tx, text, valuesOf(key))))
  return rows
}

const unnestKeys = 'unnest($1::bigint[], $2::text[], $3::text[], $4::text[])'

function columnsOfKeys(keys: readonly BalanceKey[]): readonly unknown[] {
  return KEYS.map((column) => keys.map((key) => key[column]))
}

function valuesOf(key: BalanceKey): readonly unknown[] {
  return KEYS.map((column) => key[column])
}
