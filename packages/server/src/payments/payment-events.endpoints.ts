// POST payment-events: facts from a studio's own payment system, one or up to a hundred at a time.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Answer, type Call, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { sha256Hex } from '../platform/seal.ts'
import type { Store } from '../platform/store/index.ts'
import { freeKey, type KeptRequest, keepAnswer, openKey } from './keep-answer.ts'
import {
  factOfEvent,
  type PaymentEventBody,
  paymentEventAnswer,
  paymentEventBody,
  paymentEventFault,
} from './payment-event-schemas.ts'
import type { FactResult } from './payment-fact.ts'
import { recordPaymentFact } from './record-payment-facts.ts'

/** Events in one batch. */
const BATCH_MAX = 100
const KEY_LENGTH_MAX = 255

const projectParams = Type.Object({ project_id: Type.Integer({ minimum: 1 }) })
const batchBody = Type.Object(
  { events: Type.Array(paymentEventBody, { minItems: 1, maxItems: BATCH_MAX }) },
  { additionalProperties: false },
)
const batchAnswer = Type.Object({ results: Type.Array(paymentEventAnswer) })

/** The endpoints by name, for the route table. */
export interface PaymentEventEndpoints {
  readonly record: Endpoint
  readonly recordBatch: Endpoint
}

/** Makes the endpoints of the payment-events API. */
export function makePaymentEventEndpoints(deps: { readonly store: Store }): PaymentEventEndpoints {
  return {
    record: defineEndpoint({
      operationId: 'record-payment-event',
      summary: 'Records a fact of your payment provider; the first matching success pays the order',
      tag: 'Payments',
      schema: { params: projectParams, body: paymentEventBody, response: { 201: paymentEventAnswer } },
      handle: (call) => {
        refuseFaults([call.body])
        return answerOnce(deps.store, call, call.params.project_id, 'payment-events', async (key) =>
          wireResult(await recordOne(deps.store, call.params.project_id, call.body, `key:${key}`)),
        )
      },
    }),
    recordBatch: defineEndpoint({
      operationId: 'record-payment-events',
      summary: 'Records up to 100 facts; each has its own result',
      tag: 'Payments',
      schema: { params: projectParams, body: batchBody, response: { 201: batchAnswer } },
      handle: (call) => {
        refuseFaults(call.body.events)
        return answerOnce(deps.store, call, call.params.project_id, 'payment-events:batch', async (key) => ({
          results: await recordBatch(deps.store, call.params.project_id, call.body.events, key),
        }))
      },
    }),
  }
}

/** Refuses a request whose events cannot be true, before its key is taken. */
function refuseFaults(events: readonly PaymentEventBody[]): void {
  for (const [index, event] of events.entries()) {
    const fault = paymentEventFault(event)
    if (fault !== null)
      throw new AppError('unprocessable', { message: events.length === 1 ? fault : `events[${index}]: ${fault}` })
  }
}

/** In their order: a batch may tell an authorisation and then its success. */
async function recordBatch(
  store: Store,
  projectId: number,
  events: readonly PaymentEventBody[],
  key: string,
): Promise<readonly object[]> {
  const results: object[] = []
  for (const [index, event] of events.entries()) {
    results.push(wireResult(await recordOne(store, projectId, event, `batch:${key}:${index}`)))
  }
  return results
}

function recordOne(store: Store, projectId: number, body: PaymentEventBody, key: string): Promise<FactResult> {
  return store.run(recordPaymentFact, factOfEvent(projectId, body, key))
}

function wireResult(result: FactResult): object {
  return { event_id: result.eventId, applied: result.isApplied, order: result.order, note: result.note }
}

/** Runs `work` once per Idempotency-Key and answers repeats with what was answered first. */
async function answerOnce(
  store: Store,
  call: Pick<Call, 'headers'> & { readonly body: unknown },
  projectId: number,
  scope: string,
  work: (key: string) => Promise<object>,
): Promise<Answer> {
  const key = idempotencyKey(call.headers)
  const request: KeptRequest = { projectId, scope, key, requestHash: sha256Hex(JSON.stringify(call.body)) }
  const state = await store.run(openKey, request)
  if (state.kind === 'reused') throw new AppError('idempotency_key_reused')
  if (state.kind === 'running') throw new AppError('idempotency_in_progress')
  if (state.kind === 'answered') {
    return { status: state.status, body: JSON.parse(state.body), headers: { 'idempotent-replayed': 'true' } }
  }
  const body = await work(key).catch(async (error: unknown) => {
    // What was recorded is recognised by its event id at the repeat. If this fails too, the key is free after a minute.
    await store.run(freeKey, request).catch(() => undefined)
    throw error
  })
  await store.run(keepAnswer, { ...request, status: 201, body: JSON.stringify(body) })
  return { status: 201, body }
}

function idempotencyKey(headers: Call['headers']): string {
  const header = headers['idempotency-key']
  if (typeof header !== 'string' || header === '' || header.length > KEY_LENGTH_MAX)
    throw new AppError('idempotency_key_missing')
  return header
}
