// GET /v1/projects/{project_id}/webhooks/health: how the endpoint is, what it answered lately, and what waits for it.
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../../platform/http/index.ts'
import type { Store } from '../../platform/store/index.ts'
import type { ProjectDirectory } from '../../projects/index.ts'
import { projectIdSchema } from '../delivery-schemas.ts'
import type { EndpointSlots } from '../endpoint-slots.ts'
import { isPaused } from '../release-successors.ts'
import { type AnswerCounts, countSince, countWaiting, readHealth, WAITING_COUNTED_MAX } from './health.queries.ts'
import { endpointState, HEALTH_STATES } from './health-state.ts'

/** What the call needs. `slots` null: this process sends no webhooks. */
export interface HealthEndpointDeps {
  readonly store: Store
  readonly directory: Pick<ProjectDirectory, 'find'>
  readonly slots: Pick<EndpointSlots, 'capOf'> | null
}

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

const timeOrNull = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])
const counted = Type.Integer({ description: `${WAITING_COUNTED_MAX} means so many or more.` })
const answers = Type.Object({
  attempts: Type.Integer(),
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  errored: Type.Integer({ description: 'Answered, but neither accepted nor rejected: a 500, for instance.' }),
  unanswered: Type.Integer(),
})

const healthSchema = Type.Object({
  state: Type.String({ description: `${HEALTH_STATES.join(', ')}. Down: nothing answers; promised attempts go on.` }),
  since: timeOrNull,
  is_sending: Type.Boolean({ description: 'False while webhooks are off: no URL, disabled, or the events API is on.' }),
  last_accepted_at: timeOrNull,
  last_failed_at: timeOrNull,
  last_failure: Type.Union([Type.String(), Type.Null()]),
  failures_in_row: Type.Integer({ description: 'Attempts since the last accepted one.' }),
  last_hour: answers,
  last_day: answers,
  waiting: Type.Object({ due: counted, later: counted, blocked: counted, held: counted, paused: counted }),
  oldest_due_at: timeOrNull,
  in_flight_cap: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Webhooks that the answering process sends at once now; null: it has sent none lately.',
  }),
})

/** Makes the call. */
export function makeHealthEndpoint({ store, directory, slots }: HealthEndpointDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-webhook-health',
    summary: 'How the webhook endpoint answers, and what waits for it',
    tag: 'webhooks',
    schema: { params: Type.Object({ project_id: projectIdSchema }), response: { 200: healthSchema } },
    async handle({ params: { project_id: projectId } }) {
      const now = store.now()
      const facts = await directory.find(projectId)
      const health = await readHealth(store.read, projectId)
      const { state, since } = endpointState(health)
      const { oldestDueAt, ...waiting } = await countWaiting(store.read, projectId, now)
      const body = {
        state,
        since: shownTime(since),
        is_sending: facts !== undefined && !isPaused(facts),
        last_accepted_at: shownTime(health?.last_accepted_at ?? null),
        last_failed_at: shownTime(health?.last_failed_at ?? null),
        last_failure: health?.last_failure ?? null,
        failures_in_row: health?.failures_in_row ?? 0,
        last_hour: shownCounts(await countSince(store.read, projectId, now - HOUR_MS)),
        last_day: shownCounts(await countSince(store.read, projectId, now - DAY_MS)),
        waiting,
        oldest_due_at: shownTime(oldestDueAt),
        in_flight_cap: slots?.capOf(projectId) ?? null,
      }
      return { status: 200, body }
    },
  })
}

function shownCounts(counts: AnswerCounts): AnswerCounts & { readonly attempts: number } {
  const { accepted, rejected, errored, unanswered } = counts
  return { attempts: accepted + rejected + errored + unanswered, ...counts }
}

function shownTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
