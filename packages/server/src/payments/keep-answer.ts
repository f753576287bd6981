// Answers kept for a repeat of the same request, so that an impatient sender gets the same answer and not a second effect.
import { answerRequestKeys, claimRequestKeys, requestKeyOf, UNANSWERED } from '../orders/index.ts'
import { type Command, type GroupHandler, oneByOne, type Row, rareCommand, type Tx } from '../platform/store/index.ts'

/** Time for which an answer is kept; at least 72 hours are promised. */
const ANSWER_KEPT_MS: number = 96 * 60 * 60 * 1000

/** A running request that has not answered by then is taken for dead, and its key may be used again. */
const RUNNING_MS_MAX = 60_000

/** Requests of one transaction. */
const GROUP_MAX = 64

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

/** A request with its answer. */
export interface AnsweredRequest extends KeptRequest {
  readonly status: number
  readonly body: string
}

/** Marks a key as running, or tells what is known of it. */
export const openKey: Command<KeptRequest, KeyState> = {
  name: 'idempotency.open',
  groupMax: GROUP_MAX,
  keys: keysOfRequest,
}

/** Keeps the answer of a request whose key is running. */
export const keepAnswer: Command<AnsweredRequest, null> = {
  name: 'idempotency.keep',
  groupMax: GROUP_MAX,
  keys: keysOfRequest,
}

/** Frees a key whose request failed, so that a repeat is tried at once. */
export const freeKey: Command<KeptRequest, null> = rareCommand('idempotency.free')

/** Handler of `freeKey`. */
export const freeKeys: GroupHandler<KeptRequest, null> = oneByOne(async (tx, { projectId, scope, key }) => {
  await tx.db
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', projectId)
    .where('scope', '=', scope)
    .where('key', '=', key)
    .where('status', '=', UNANSWERED)
    .execute()
  return null
})

/** What commands touch alone that open or answer the key of `request`. */
export function keysOfRequest(request: KeptRequest): readonly string[] {
  return [`request:${requestKeyOf(request)}`]
}

/** Handler of `openKey`. */
export const openKeys: GroupHandler<KeptRequest, KeyState> = (tx, requests) =>
  openKeysWith(
    tx,
    requests.map((request) => ({ request, expected: null })),
  )

/** A request with the answer that it will probably get in this transaction; null: nobody knows. */
export interface ExpectingRequest {
  readonly request: KeptRequest
  readonly expected: AnsweredRequest | null
}

/** The same; where another answer was given than the one that was expected, it must be kept before the transaction ends. */
export const openKeysWith: GroupHandler<ExpectingRequest, KeyState> = async (tx, opened) => {
  const keyed = opened.map(({ request, expected }) => {
    const answer = expected === null ? null : keptAnswer(tx, expected)
    return { ...request, hash: request.requestHash, answer }
  })
  const known = await claimRequestKeys(tx, keyed, RUNNING_MS_MAX)
  return opened.map(({ request }) => stateOf(request, known.get(requestKeyOf(request)) ?? null))
}

/** Handler of `keepAnswer`. */
export const keepAnswers: GroupHandler<AnsweredRequest, null> = async (tx, answered) => {
  const rows = answered.map((answer) => {
    const { projectId, scope, key } = answer
    return { project_id: projectId, scope, key, ...keptAnswer(tx, answer) }
  })
  await answerRequestKeys(tx, rows)
  return answered.map(() => null)
}

function keptAnswer(tx: Tx, { status, body }: AnsweredRequest) {
  return { status, body, expires_at: tx.now + ANSWER_KEPT_MS }
}

function stateOf({ requestHash }: KeptRequest, row: Row<'idempotency_keys'> | null): KeyState {
  if (row === null) return { kind: 'first' }
  if (row.request_hash !== requestHash) return { kind: 'reused' }
  return row.status === UNANSWERED ? { kind: 'running' } : { kind: 'answered', status: row.status, body: row.body }
}
