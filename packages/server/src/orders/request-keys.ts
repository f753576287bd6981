// Keys of requests that may be repeated, for a group at once: claimed before anything is done, answered at its end.
import { type Row, runEach, runText, type Tx, updateRows } from '../platform/store/index.ts'

type KeyRow = Row<'idempotency_keys'>
type KeyName = Pick<KeyRow, 'project_id' | 'scope' | 'key'>

/**
 * A request by its key.
 *
 * @property scope keeps callers and operations apart
 * @property hash tells whether the same is asked for
 * @property answer what it will probably be answered in this transaction: it is kept with the key at once. Left out or null: to be told
 */
export interface KeyedRequest {
  readonly projectId: number
  readonly scope: string
  readonly key: string
  readonly hash: string
  readonly answer?: KeyAnswer | null
}

/** An answer, and how long it is kept. */
type KeyAnswer = Pick<KeyRow, 'status' | 'body' | 'expires_at'>

/** What a claim found: null where the key was free and is held now, else its row. */
export type ClaimedKeys = ReadonlyMap<string, KeyRow | null>

/** Status of a key whose request is under way. */
export const UNANSWERED = 0

/** Names the key of a request; no two requests of a group may have the same. */
export function requestKeyOf({ projectId, scope, key }: Omit<KeyedRequest, 'hash' | 'answer'>): string {
  return nameOfRow({ project_id: projectId, scope, key })
}

const COLUMNS = 'project_id, scope, key, request_hash, status, body, created_at, expires_at'
// A key whose answer is no longer kept is as good as new.
const CLAIM = `on conflict (project_id, scope, key) do update set request_hash = excluded.request_hash, status = excluded.status,
  body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
  where idempotency_keys.expires_at <= excluded.created_at returning project_id, scope, key`
const CLAIM_POSTGRES = `insert into idempotency_keys (${COLUMNS}) select * from
  unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[]) ${CLAIM}`
const CLAIM_SQLITE = `insert into idempotency_keys (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?) ${CLAIM}`

/**
 * Claims the keys of `requests`; by requestKeyOf, what was known of each.
 *
 * A claim waits for another transaction that holds the same key, and is gone with its own. It comes before any lock, always in one order.
 *
 * @param lifeMs after which a key that was not answered is free again
 */
export async function claimRequestKeys(
  tx: Tx,
  requests: readonly KeyedRequest[],
  lifeMs: number,
): Promise<ClaimedKeys> {
  if (requests.length === 0) return new Map()
  const sorted = [...requests].sort((a, b) => (requestKeyOf(a) < requestKeyOf(b) ? -1 : 1))
  const claimed = new Set((await claim(tx, sorted, lifeMs)).map(nameOfRow))
  const taken = sorted.filter((request) => !claimed.has(requestKeyOf(request)))
  const kept = new Map((await readKeys(tx, taken)).map((row) => [nameOfRow(row), row]))
  return new Map(
    sorted.map((request) => {
      const name = requestKeyOf(request)
      const row = kept.get(name) ?? null
      if (row === null && !claimed.has(name)) throw new Error('A request key was neither free nor taken.')
      return [name, row]
    }),
  )
}

/** Keeps answers, each until `expires_at`. Their keys were claimed before. */
export async function answerRequestKeys(tx: Tx, answers: readonly (KeyName & KeyAnswer)[]): Promise<void> {
  const columns = ['status', 'body', 'expires_at'] as const
  await updateRows(tx, 'idempotency_keys', ['project_id', 'scope', 'key'], columns, answers)
}

function nameOfRow({ project_id, scope, key }: KeyName): string {
  return JSON.stringify([project_id, scope, key])
}

async function claim(tx: Tx, requests: readonly KeyedRequest[], lifeMs: number): Promise<readonly KeyName[]> {
  const untold: KeyAnswer = { status: UNANSWERED, body: '', expires_at: tx.now + lifeMs }
  const rows = requests.map(({ projectId, scope, key, hash, answer }) => {
    const { status, body, expires_at } = answer ?? untold
    return [projectId, scope, key, hash, status, body, tx.now, expires_at]
  })
  if (tx.engine === 'postgres') return runText<KeyName>(tx, CLAIM_POSTGRES, transposed(rows))
  return runEach<KeyName>(tx, CLAIM_SQLITE, rows)
}

const READ_POSTGRES = `select * from idempotency_keys
  where (project_id, scope, key) in (select * from unnest($1::bigint[], $2::text[], $3::text[]))`
const READ_SQLITE = 'select * from idempotency_keys where project_id = ? and scope = ? and key = ?'

async function readKeys(tx: Tx, requests: readonly KeyedRequest[]): Promise<readonly KeyRow[]> {
  if (requests.length === 0) return []
  const names = requests.map(({ projectId, scope, key }) => [projectId, scope, key])
  if (tx.engine === 'postgres') return runText<KeyRow>(tx, READ_POSTGRES, transposed(names))
  return runEach<KeyRow>(tx, READ_SQLITE, names)
}

/** Rows as one array per column, which is how unnest wants them. */
function transposed(rows: readonly (readonly unknown[])[]): readonly unknown[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]))
}
