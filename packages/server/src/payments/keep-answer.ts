// Answers kept for a repeat of the same request, so that an impatient sender gets the same answer and not a second effect.
import { type Command, type GroupHandler, oneByOne, rareCommand, type Tx } from '../platform/store/index.ts'

/** Time for which an answer is kept; at least 72 hours are promised. */
const ANSWER_KEPT_MS: number = 96 * 60 * 60 * 1000

/** A running request that has not answered by then is taken for dead, and its key may be used again. */
const RUNNING_MS_MAX = 60_000

/** Stands for the status of a request that is under way. */
const RUNNING = 0

/** Names a request: `scope` keeps callers and operations apart, `requestHash` tells whether the body is the same. */
export interface KeptRequest {
  readonly projectId: number
  readonly scope: string
  readonly key: string
  readonly requestHash: string
}

/** What to do with a request. */
export type KeyState =
  | { readonly kind: 'first' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'reused' }

/** Marks a key as running, or tells what is known of it. */
export const openKey: Command<KeptRequest, KeyState> = rareCommand('idempotency.open')

/** Keeps the answer of a request whose key is running. */
export const keepAnswer: Command<KeptRequest & { readonly status: number; readonly body: string }, null> =
  rareCommand('idempotency.keep')

/** Frees a key whose request failed, so that a repeat is tried at once. */
export const freeKey: Command<KeptRequest, null> = rareCommand('idempotency.free')

/** Handler of `freeKey`. */
export const freeKeys: GroupHandler<KeptRequest, null> = oneByOne(async (tx, { projectId, scope, key }) => {
  await tx.db
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', projectId)
    .where('scope', '=', scope)
    .where('key', '=', key)
    .where('status', '=', RUNNING)
    .execute()
  return null
})

/** Handler of `openKey`. */
export const openKeys: GroupHandler<KeptRequest, KeyState> = oneByOne(openOne)

/** Handler of `keepAnswer`. */
export const keepAnswers: GroupHandler<KeptRequest & { readonly status: number; readonly body: string }, null> =
  oneByOne(async (tx, { projectId, scope, key, status, body }) => {
    await tx.db
      .updateTable('idempotency_keys')
      .set({ status, body, expires_at: tx.now + ANSWER_KEPT_MS })
      .where('project_id', '=', projectId)
      .where('scope', '=', scope)
      .where('key', '=', key)
      .execute()
    return null
  })

async function openOne(tx: Tx, request: KeptRequest): Promise<KeyState> {
  const { projectId, scope, key, requestHash } = request
  await tx.db
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', projectId)
    .where('scope', '=', scope)
    .where('key', '=', key)
    .where('expires_at', '<=', tx.now)
    .execute()
  const inserted = await tx.db
    .insertInto('idempotency_keys')
    .values({
      project_id: projectId,
      scope,
      key,
      request_hash: requestHash,
      status: RUNNING,
      body: '',
      created_at: tx.now,
      expires_at: tx.now + RUNNING_MS_MAX,
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'scope', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst()
  return inserted === undefined ? knownKey(tx, request) : { kind: 'first' }
}

async function knownKey(tx: Tx, { projectId, scope, key, requestHash }: KeptRequest): Promise<KeyState> {
  const row = await tx.db
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  if (row.request_hash !== requestHash) return { kind: 'reused' }
  return row.status === RUNNING ? { kind: 'running' } : { kind: 'answered', status: row.status, body: row.body }
}
