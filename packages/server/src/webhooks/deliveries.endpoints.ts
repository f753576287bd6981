// Our own calls about deliveries: list, one with its attempts, send again, and faults on demand in dev.
import { AppError, type ErrorCode } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import { actorOf } from '../projects/index.ts'
import { makeAttemptsEndpoint } from './attempts/attempts.endpoint.ts'
import { DELIVERIES_PAGE_MAX, findDelivery, lastDeliveryOf, listDeliveries } from './deliveries.queries.ts'
import {
  deliveryIdSchema,
  deliverySchema,
  deliveryStorySchema,
  orderIdSchema,
  projectIdSchema,
  resentSchema,
  shownAttempt,
  shownDelivery,
  shownExchange,
  stateSchema,
  strict,
  typeSchema,
} from './delivery-schemas.ts'
import { endpointTestEndpoint } from './endpoint-test/endpoint-test.endpoint.ts'
import type { EndpointTestDeps } from './endpoint-test/run-checks.ts'
import { makeFailNextEndpoint } from './fail-next.endpoint.ts'
import type { FaultInjection } from './fault-injection.ts'
import { type HealthEndpointDeps, makeHealthEndpoint } from './health/health.endpoint.ts'
import { makeRecoveryEndpoints, type RecoveryEndpoints } from './recovery/recoveries.endpoints.ts'
import { makeResend, type Resend, type ResendDeps, type ResendRequest } from './resend-delivery.ts'

/** What the calls need. `faults` null: outside of dev. */
export type WebhookEndpointDeps = Omit<ResendDeps, 'faults'> &
  HealthEndpointDeps &
  EndpointTestDeps & { readonly faults: FaultInjection | null }

/** The calls by name, for the route table. */
export type WebhookEndpoints = RecoveryEndpoints &
  Readonly<
    Record<
      | 'listDeliveries'
      | 'getDelivery'
      | 'resendDelivery'
      | 'resendOrder'
      | 'listAttempts'
      | 'getHealth'
      | 'testEndpoint'
      | 'failNext',
      Endpoint
    >
  >

/** Makes every call about deliveries. */
export function makeWebhookEndpoints(deps: WebhookEndpointDeps): WebhookEndpoints {
  const resend = makeResend(deps)
  return {
    listDeliveries: listEndpoint(deps.store),
    getDelivery: getEndpoint(deps.store),
    resendDelivery: resendEndpoint(resend),
    resendOrder: resendOrderEndpoint(deps.store, resend),
    listAttempts: makeAttemptsEndpoint(deps.store),
    getHealth: makeHealthEndpoint(deps),
    ...makeRecoveryEndpoints(deps.store),
    testEndpoint: endpointTestEndpoint(deps),
    failNext: makeFailNextEndpoint(deps.faults),
  }
}

const time = Type.Optional(Type.String({ format: 'date-time' }))

function listEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'list-deliveries',
    summary: 'Webhooks of a project, newest first',
    tag: 'webhooks',
    schema: {
      params: Type.Object({ project_id: projectIdSchema }),
      query: Type.Object(
        {
          order_id: Type.Optional(orderIdSchema),
          type: Type.Optional(typeSchema),
          state: Type.Optional(stateSchema),
          from: time,
          until: time,
          before_id: Type.Optional(deliveryIdSchema),
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: DELIVERIES_PAGE_MAX, default: DELIVERIES_PAGE_MAX }),
          ),
        },
        strict,
      ),
      response: {
        200: Type.Object({
          deliveries: Type.Array(deliverySchema),
          next_before_id: Type.Union([Type.Integer(), Type.Null()], {
            description: 'before_id of the next page; null: none. A short or empty page may have a next one, too.',
          }),
        }),
      },
    },
    async handle({ params, query }) {
      const { rows, nextBeforeId } = await listDeliveries(store.read, params.project_id, {
        orderId: query.order_id ?? null,
        type: (query.type as string | undefined) ?? null,
        state: (query.state as string | undefined) ?? null,
        from: query.from === undefined ? null : Date.parse(query.from),
        until: query.until === undefined ? null : Date.parse(query.until),
        beforeId: query.before_id ?? null,
        limit: query.limit ?? DELIVERIES_PAGE_MAX,
      })
      return { status: 200, body: { deliveries: rows.map(shownDelivery), next_before_id: nextBeforeId } }
    },
  })
}

const deliveryParams = Type.Object({ project_id: projectIdSchema, delivery_id: deliveryIdSchema })

function getEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'get-delivery',
    summary: 'One webhook with its body and all attempts; signatures are hidden',
    tag: 'webhooks',
    schema: { params: deliveryParams, response: { 200: deliveryStorySchema } },
    async handle({ params }) {
      const story = await findDelivery(store.read, params.project_id, params.delivery_id)
      if (story === undefined) throw new AppError('delivery_not_found')
      const { delivery, body, attempts } = story
      return { status: 200, body: { ...shownDelivery(delivery), body, attempts: attempts.map(shownAttempt) } }
    },
  })
}

function resendEndpoint(resend: Resend): Endpoint {
  return defineEndpoint({
    operationId: 'resend-delivery',
    summary: 'Send a webhook again, at once; its schedule goes on as it was unless the answer is a success',
    tag: 'webhooks',
    schema: { params: deliveryParams, response: { 200: resentSchema } },
    handle: async ({ params, caller }) =>
      answerOf(resend, { projectId: params.project_id, deliveryId: params.delivery_id, requestedBy: actorOf(caller) }),
  })
}

function resendOrderEndpoint(store: Store, resend: Resend): Endpoint {
  return defineEndpoint({
    operationId: 'resend-order',
    summary: 'Send the last webhook of an order again, at once',
    tag: 'webhooks',
    schema: {
      params: Type.Object({ project_id: projectIdSchema, order_id: orderIdSchema }),
      response: { 200: resentSchema },
    },
    async handle({ params, caller }) {
      const deliveryId = await lastDeliveryOf(store.read, params.project_id, params.order_id)
      if (deliveryId === undefined) throw new AppError('order_not_found')
      if (deliveryId === null) {
        throw new AppError('delivery_not_found', { message: `Order ${params.order_id} has no webhook yet.` })
      }
      return answerOf(resend, { projectId: params.project_id, deliveryId, requestedBy: actorOf(caller) })
    },
  })
}

async function answerOf(
  resend: Resend,
  request: ResendRequest,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const result = await resend(request)
  if (result.kind === 'absent') throw new AppError('delivery_not_found')
  if (result.kind === 'refused') throw new AppError(result.code satisfies ErrorCode)
  const { number, verdict, ended, exchange } = result
  const { deliveryId } = request
  const body = {
    delivery_id: deliveryId,
    attempt: number,
    outcome: verdict,
    has_ended_delivery: ended,
    ...shownExchange(exchange),
  }
  return { status: 200, body }
}
