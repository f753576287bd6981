// Calls that exist in dev only: moving time.
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from './platform/http/index.ts'
import { SKIP_MS_MAX, type SkipTimeDeps, skipTime } from './skip-time.ts'

const skipBody = Type.Object(
  { ms: Type.Integer({ minimum: 1, maximum: SKIP_MS_MAX, description: 'Wall time to skip, in milliseconds.' }) },
  { additionalProperties: false },
)

/** Moves wall time forward; what falls due on the way happens in its order before the answer. */
export function makeSkipTimeEndpoint(deps: SkipTimeDeps): Endpoint {
  return defineEndpoint({
    operationId: 'skip-time',
    summary: 'Skips wall time; everything that falls due on the way happens before the answer',
    tag: 'Dev',
    schema: { body: skipBody, response: { 200: Type.Object({ now: Type.String({ format: 'date-time' }) }) } },
    handle: async ({ body }) => ({
      status: 200,
      body: { now: new Date(await skipTime(deps, body.ms)).toISOString() },
    }),
  })
}
