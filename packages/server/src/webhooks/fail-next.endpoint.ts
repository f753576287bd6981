// POST /v1/dev/fail-next: spoils the next webhooks, so that a developer sees retries without breaking the own listener.
import { AppError, DELIVERY_TYPES } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { strict } from './delivery-schemas.ts'
import { FAULTS_MAX, type FaultInjection, type SpoiltType } from './fault-injection.ts'

const SPOILT_TYPES: readonly SpoiltType[] = [...DELIVERY_TYPES, 'user_validation']

const spoiltType = Type.Unsafe<SpoiltType>(Type.Union(SPOILT_TYPES.map((type) => Type.Literal(type))))

/** Makes the call. `faults` null, as in `start`: it answers like a path that does not exist. */
export function makeFailNextEndpoint(faults: FaultInjection | null): Endpoint {
  return defineEndpoint({
    operationId: 'fail-next',
    summary: 'Make up the answers of the next webhooks instead of sending them; only in dev',
    tag: 'dev',
    schema: {
      body: Type.Object(
        {
          count: Type.Integer({ minimum: 0, maximum: FAULTS_MAX, description: '0 ends what was asked before.' }),
          status: Type.Optional(
            Type.Union([Type.Integer({ minimum: 200, maximum: 599 }), Type.Literal('timeout')], {
              default: 503,
              description: 'The status to make up, or timeout for no answer at all.',
            }),
          ),
          type: Type.Optional(spoiltType),
        },
        strict,
      ),
      response: { 200: Type.Object({ left: Type.Integer() }) },
    },
    async handle({ body }) {
      if (faults === null) throw new AppError('not_found')
      faults.failNext({ type: body.type ?? null, count: body.count, answer: body.status ?? 503 })
      return { status: 200, body: { left: faults.left() } }
    },
  })
}
