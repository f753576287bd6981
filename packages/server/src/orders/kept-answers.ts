// Makes the creation of an order safe to repeat: the first answer to a request key is kept and given again.
import type { Kysely } from 'kysely'
import { type Row, runText, type Tables, type Tx, updateRows } from '../platform/store/index.ts'
import type { OpenedOrder } from './open-orders.ts'
import type { CreateOrderInput, CreateOrderResult, KeptAnswer, RequestKey } from './order-wish.ts'

/** How long an answer is kept. */
const KEPT_ANSWER_LIFE_MS = 24 * 3_600_000

type KeyRow = Row<'idempotency_keys'>
type KeyName = Pick<KeyRow, 'project_id' | 'scope' | 'key'>
interface Keyed {
  readonly input: CreateOrderInput
  readonly requestKey: RequestKey
}

/** Status of an answer that was given. 0 stands there until its transaction ends, so nobody else ever reads that. */
const ANSWERED = 200

/**
 * Claims the request keys of `inputs`, and gives the answers to those whose key has been used.
 *
 * A claim waits for another transaction that holds the same key, and is gone with its own transaction.
 */
export async function claimAnswers(
  tx: Tx,
  inputs: readonly CreateOrderInput[],
): Promise<ReadonlyMap<CreateOrderInput, CreateOrderResult>> {
  const keyed = inputs.flatMap(withKey).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  if (keyed.length === 0) return new Map()
  const claimed = new Set((await claimKeys(tx, keyed)).map(nameOfRow))
  const taken = keyed.filter((each) => !claimed.has(nameOf(each)))
  const kept = new Map((await readKeys(tx, taken)).map((row) => [nameOfRow(row), row]))
  return new Map(taken.map((each) => [each.input, answerAgain(each.requestKey, kept.get(nameOf(each)))]))
}

/** Whether a request with this key was answered before, whatever it asked for; a hint that takes no lock. */
export async function hasKeptAnswer(
  db: Kysely<Tables>,
  projectId: number,
  { scope, key }: Pick<RequestKey, 'scope' | 'key'>,
): Promise<boolean> {
  const row = await db
    .selectFrom('idempotency_keys')
    .where('project_id', '=', projectId)
    .where('scope', '=', scope)
    .where('key', '=', key)
    .select('status')
    .executeTakeFirst()
  return row !== undefined
}

/** Keeps the answers to `inputs` whose orders were made; the keys of the others are free again. */
export async function keepAnswers(
  tx: Tx,
  inputs: readonly CreateOrderInput[],
  opened: readonly OpenedOrder[],
): Promise<void> {
  const orders = new Map(opened.map((order) => [order.input, order]))
  const keyed = inputs.flatMap(withKey)
  const rows = keyed.flatMap(({ input, requestKey }) => {
    const order = orders.get(input)
    return order === undefined ? [] : [{ ...keyColumns(input, requestKey), status: ANSWERED, body: bodyOf(order) }]
  })
  await updateRows(tx, 'idempotency_keys', ['project_id', 'scope', 'key'], ['status', 'body'], rows)
  for (const { input, requestKey } of keyed.filter((each) => !orders.has(each.input))) {
    await freeKey(tx, keyColumns(input, requestKey))
  }
}

function withKey(input: CreateOrderInput): readonly Keyed[] {
  return input.requestKey === null ? [] : [{ input, requestKey: input.requestKey }]
}

function keyColumns({ party }: CreateOrderInput, { scope, key }: RequestKey): KeyName {
  return { project_id: party.projectId, scope, key }
}

function nameOfRow({ project_id, scope, key }: KeyName): string {
  return JSON.stringify([project_id, scope, key])
}

function nameOf({ input, requestKey }: Keyed): string {
  return nameOfRow(keyColumns(input, requestKey))
}

function bodyOf({ input, row }: OpenedOrder): string {
  return JSON.stringify({ orderId: row.id, sealedToken: input.token?.sealed ?? null } satisfies KeptAnswer)
}

function answerAgain({ hash }: RequestKey, row: KeyRow | undefined): CreateOrderResult {
  if (row === undefined) throw new Error('A request key was neither free nor taken.')
  return row.request_hash === hash
    ? { kind: 'replayed', ...(JSON.parse(row.body) as KeptAnswer) }
    : { kind: 'key_reused' }
}

const COLUMNS = 'project_id, scope, key, request_hash, status, body, created_at, expires_at'
// A key whose answer is no longer kept is as good as new.
const CLAIM = `on conflict (project_id, scope, key) do update set request_hash = excluded.request_hash, status = 0,
  body = '', created_at = excluded.created_at, expires_at = excluded.expires_at
  where idempotency_keys.expires_at <= excluded.created_at returning project_id, scope, key`
const CLAIM_POSTGRES = `insert into idempotency_keys (${COLUMNS}) select * from
  unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[]) ${CLAIM}`
const CLAIM_SQLITE = `insert into idempotency_keys (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?) ${CLAIM}`

async function claimKeys(tx: Tx, keyed: readonly Keyed[]): Promise<readonly KeyName[]> {
  const rows = keyed.map(({ input: { party }, requestKey: { scope, key, hash } }) => {
    return [party.projectId, scope, key, hash, 0, '', tx.now, tx.now + KEPT_ANSWER_LIFE_MS]
  })
  if (tx.engine === 'postgres') return runText<KeyName>(tx, CLAIM_POSTGRES, transposed(rows))
  const claimed: KeyName[] = []
  for (const row of rows) claimed.push(...(await runText<KeyName>(tx, CLAIM_SQLITE, row)))
  return claimed
}

const READ_POSTGRES = `select * from idempotency_keys
  where (project_id, scope, key) in (select * from unnest($1::bigint[], $2::text[], $3::text[]))`
const READ_SQLITE = 'select * from idempotency_keys where project_id = ? and scope = ? and key = ?'

async function readKeys(tx: Tx, keyed: readonly Keyed[]): Promise<readonly KeyRow[]> {
  if (keyed.length === 0) return []
  const names = keyed.map(({ input: { party }, requestKey: { scope, key } }) => [party.projectId, scope, key])
  if (tx.engine === 'postgres') return runText<KeyRow>(tx, READ_POSTGRES, transposed(names))
  const found: KeyRow[] = []
  for (const name of names) found.push(...(await runText<KeyRow>(tx, READ_SQLITE, name)))
  return found
}

async function freeKey(tx: Tx, name: KeyName): Promise<void> {
  await tx.db
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', name.project_id)
    .where('scope', '=', name.scope)
    .where('key', '=', name.key)
    .execute()
}

/** Rows as one array per column, which is how unnest wants them. */
function transposed(rows: readonly (readonly unknown[])[]): readonly unknown[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]))
}
