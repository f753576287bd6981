// Makes the creation of an order safe to repeat: the first answer to a request key is kept and given again.
import type { Kysely } from 'kysely'
import type { Row, Tables, Tx } from '../platform/store/index.ts'
import type { OpenedOrder } from './open-orders.ts'
import type { CreateOrderInput, CreateOrderResult, KeptAnswer, RequestKey } from './order-wish.ts'
import { answerRequestKeys, claimRequestKeys, type KeyedRequest, requestKeyOf } from './request-keys.ts'

/** How long an answer is kept. */
const KEPT_ANSWER_LIFE_MS = 24 * 3_600_000

/** Status of an answer that was given. */
const ANSWERED = 200

type KeyRow = Row<'idempotency_keys'>

interface Keyed {
  readonly input: CreateOrderInput
  readonly request: KeyedRequest
}

/**
 * Claims the request keys of `inputs`, and gives the answers to those whose key has been used.
 *
 * A claim waits for another transaction that holds the same key, and is gone with its own transaction.
 */
export async function claimAnswers(
  tx: Tx,
  inputs: readonly CreateOrderInput[],
): Promise<ReadonlyMap<CreateOrderInput, CreateOrderResult>> {
  const keyed = inputs.flatMap(withKey)
  const known = await claimRequestKeys(
    tx,
    keyed.map(({ request }) => request),
    KEPT_ANSWER_LIFE_MS,
  )
  return new Map(
    keyed.flatMap(({ input, request }) => {
      const row = known.get(requestKeyOf(request)) ?? null
      return row === null ? [] : [[input, answerAgain(request, row)] as const]
    }),
  )
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
  const answers = keyed.flatMap(({ input, request }) => {
    const order = orders.get(input)
    if (order === undefined) return []
    return [{ ...nameOf(request), status: ANSWERED, body: bodyOf(order), expires_at: tx.now + KEPT_ANSWER_LIFE_MS }]
  })
  await answerRequestKeys(tx, answers)
  for (const { request } of keyed.filter((each) => !orders.has(each.input))) await freeKey(tx, request)
}

function withKey(input: CreateOrderInput): readonly Keyed[] {
  const { requestKey, party } = input
  return requestKey === null ? [] : [{ input, request: { projectId: party.projectId, ...requestKey } }]
}

function nameOf({ projectId, scope, key }: KeyedRequest): Pick<KeyRow, 'project_id' | 'scope' | 'key'> {
  return { project_id: projectId, scope, key }
}

function bodyOf({ input, row }: OpenedOrder): string {
  return JSON.stringify({ orderId: row.id, sealedToken: input.token?.sealed ?? null } satisfies KeptAnswer)
}

function answerAgain({ hash }: KeyedRequest, row: KeyRow): CreateOrderResult {
  return row.request_hash === hash
    ? { kind: 'replayed', ...(JSON.parse(row.body) as KeptAnswer) }
    : { kind: 'key_reused' }
}

async function freeKey(tx: Tx, { projectId, scope, key }: KeyedRequest): Promise<void> {
  await tx.db
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', projectId)
    .where('scope', '=', scope)
    .where('key', '=', key)
    .execute()
}
