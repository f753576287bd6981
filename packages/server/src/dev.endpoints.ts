// Calls that exist in dev only: moving time, and behaving badly towards the game.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { CALL_DELAY_MS_MAX, CALL_FAULTS_MAX, type CallFault, type CallFaults } from './call-faults.ts'
import { LOST_PUSHES_MAX, type LosingBroker } from './losing-broker.ts'
import { defineEndpoint, type Endpoint } from './platform/http/index.ts'
import { SKIP_MS_MAX, type SkipTimeDeps, skipTime } from './skip-time.ts'

/** The calls by name, for the route table. */
export type DevEndpoints = Readonly<Record<'skipTime' | 'failCalls' | 'dropConnections' | 'losePushes', Endpoint>>

/** What the calls need. `faults` and `pushes` null: outside of dev; the calls then answer like paths that do not exist. */
export interface DevEndpointDeps extends SkipTimeDeps {
  readonly faults: CallFaults | null
  readonly pushes: Pick<LosingBroker, 'loseNext'> | null
}

const TAG = 'Dev'
const PATH_CHARS_MAX = 200
const RETRY_AFTER_SECONDS_MAX = 3_600
const strict = { additionalProperties: false } as const

/** Makes the calls. */
export function makeDevEndpoints(deps: DevEndpointDeps): DevEndpoints {
  return {
    skipTime: skipTimeEndpoint(deps),
    failCalls: failCallsEndpoint(deps.faults),
    dropConnections: dropConnectionsEndpoint(deps.faults),
    losePushes: losePushesEndpoint(deps.pushes),
  }
}

const skipBody = Type.Object(
  { ms: Type.Integer({ minimum: 1, maximum: SKIP_MS_MAX, description: 'Wall time to skip, in milliseconds.' }) },
  strict,
)

function skipTimeEndpoint(deps: SkipTimeDeps): Endpoint {
  return defineEndpoint({
    operationId: 'skip-time',
    summary: 'Skips wall time; everything that falls due on the way happens before the answer',
    tag: TAG,
    schema: { body: skipBody, response: { 200: Type.Object({ now: Type.String({ format: 'date-time' }) }) } },
    handle: async ({ body }) => ({
      status: 200,
      body: { now: new Date(await skipTime(deps, body.ms)).toISOString() },
    }),
  })
}

const failBody = Type.Object(
  {
    count: Type.Integer({ minimum: 0, maximum: CALL_FAULTS_MAX, description: '0 ends all that was asked before.' }),
    method: Type.Optional(Type.String({ pattern: '^[A-Z]{1,10}$', description: 'Absent: any.' })),
    path: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: PATH_CHARS_MAX,
        description: 'Text that path and query hold, such as /order/; absent: any call of games and players.',
      }),
    ),
    delay_ms: Type.Optional(
      Type.Integer({ minimum: 0, maximum: CALL_DELAY_MS_MAX, default: 0, description: 'Time before anything else.' }),
    ),
    end: Type.Optional(
      Type.Unsafe<'answer' | 'pass' | 'hang' | 'drop'>(
        Type.Union(
          (['answer', 'pass', 'hang', 'drop'] as const).map((end) => Type.Literal(end)),
          {
            default: 'answer',
            description: 'An error; the true answer after the delay; no answer at all; or the connection is cut.',
          },
        ),
      ),
    ),
    status: Type.Optional(Type.Integer({ minimum: 400, maximum: 599, default: 503 })),
    retry_after_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: RETRY_AFTER_SECONDS_MAX })),
  },
  strict,
)

function failCallsEndpoint(faults: CallFaults | null): Endpoint {
  return defineEndpoint({
    operationId: 'fail-calls',
    summary: 'Spoil the next calls of games and players: an error, a delay, silence or a cut connection; only in dev',
    tag: TAG,
    schema: { body: failBody, response: { 200: Type.Object({ left: Type.Integer() }) } },
    async handle({ body }) {
      if (faults === null) throw new AppError('not_found')
      if (body.count === 0) faults.clear()
      else if (!faults.failNext(callFault(body))) {
        throw new AppError('unprocessable', { message: 'Too many orders to fail calls wait. Clear them with count 0.' })
      }
      return { status: 200, body: { left: faults.left() } }
    },
  })
}

function callFault(body: Type.Static<typeof failBody>): CallFault {
  const { count, method = null, path = null, delay_ms: delayMs = 0, end: kind = 'answer' } = body
  const { status = 503, retry_after_seconds: retryAfterSeconds = null } = body
  return { count, method, path, delayMs, ending: kind === 'answer' ? { kind, status, retryAfterSeconds } : { kind } }
}

function dropConnectionsEndpoint(faults: CallFaults | null): Endpoint {
  return defineEndpoint({
    operationId: 'drop-connections',
    summary: 'Cut every open connection for statuses, as a lost network does; only in dev',
    tag: TAG,
    schema: { body: Type.Object({}, strict), response: { 200: Type.Object({ dropped: Type.Integer() }) } },
    async handle() {
      if (faults === null) throw new AppError('not_found')
      return { status: 200, body: { dropped: faults.dropConnections() } }
    },
  })
}

function losePushesEndpoint(pushes: Pick<LosingBroker, 'loseNext'> | null): Endpoint {
  return defineEndpoint({
    operationId: 'lose-pushes',
    summary: 'Lose the next pushes of statuses on their way to clients; only in dev',
    tag: TAG,
    schema: {
      body: Type.Object({ count: Type.Integer({ minimum: 0, maximum: LOST_PUSHES_MAX }) }, strict),
      response: { 200: Type.Object({ left: Type.Integer() }) },
    },
    async handle({ body }) {
      if (pushes === null) throw new AppError('not_found')
      pushes.loseNext(body.count)
      return { status: 200, body: { left: body.count } }
    },
  })
}
