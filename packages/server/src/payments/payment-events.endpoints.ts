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
import { recordPaymentEvent, wireResult } from './record-payment-event.ts'
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
        return recordSingle(deps.store, requestOf(call, call.params.project_id, 'payment-events'), call.body)
      },
    }),
    recordBatch: defineEndpoint({
      operationId: 'record-payment-events',
      summary: 'Records up to 100 facts; each has its own result',
      tag: 'Payments',
      schema: { params: projectParams, body: batchBody, response: { 201: batchAnswer } },
      handle: (call) => {
        refuseFaults(call.body.events)
        const request = requestOf(call, call.params.project_id, 'payment-events:batch')
        return answerOnce(deps.store, request, async () => ({
          results: await recordBatch(deps.store, call.params.project_id, call.body.events, request.key),
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

/** An event alone: its effect and its answer are one transaction. */
async function recordSingle(store: Store, request: KeptRequest, body: PaymentEventBody): Promise<Answer> {
  const fact = factOfEvent(request.projectId, body, `key:${request.key}`)
  const answer = await store.run(recordPaymentEvent, { request, fact })
  return answer.kind === 'answered' ? given(answer.status, JSON.parse(answer.body), answer.isRepeat) : refuseKey(answer)
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
    const fact = factOfEvent(projectId, event, `batch:${key}:${index}`)
    results.push(wireResult(await store.run(recordPaymentFact, fact)))
  }
  return results
}

/** Runs `work`, which is more than one transaction, once per key and answers repeats with what was answered first. */
async function answerOnce(store: Store, request: KeptRequest, work: () => Promise<object>): Promise<Answer> {
  const state = await store.run(openKey, request)
  if (state.kind === 'answered') return given(state.status, JSON.parse(state.body), true)
  if (state.kind !== 'first') return refuseKey(state)
  const body = await work().catch(async (error: unknown) => {
    // What was recorded is recognised by its event id at the repeat. If this fails too, the key is free after a minute.
    await store.run(freeKey, request).catch(() => undefined)
    throw error
  })
  await store.run(keepAnswer, { ...request, status: 201, body: JSON.stringify(body) })
  return given(201, body, false)
}

function given(status: number, body: object, isRepeat: boolean): Answer {
  return isRepeat ? { status, body, headers: { 'idempotent-replayed': 'true' } } : { status, body }
}

function refuseKey({ kind }: { readonly kind: 'running' | 'reused' }): never {
  throw new AppError(kind === 'reused' ? 'idempotency_key_reused' : 'idempotency_in_progress')
}

function requestOf(
  call: Pick<Call, 'headers'> & { readonly body: unknown },
  projectId: number,
  scope: string,
): KeptRequest {
  return { projectId, scope, key: idempotencyKey(call.headers), requestHash: sha256Hex(JSON.stringify(call.body)) }
}

function idempotencyKey(headers: Call['headers']): string {
  const header = headers['idempotency-key']
  if (typeof header !== 'string' || header === '' || header.length > KEY_LENGTH_MAX)
    throw new AppError('idempotency_key_missing')
  return header
}
