// The two calls of the events API.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint, type Party } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import { listUnprocessedEvents } from './list-unprocessed-events.ts'
import { markEventProcessed } from './mark-event-processed.ts'

/** What the calls need; `resolveParties` proves a token and throws AppError when it names nobody. */
export interface EventEndpointDeps {
  readonly store: Store
  readonly resolveParties: (token: string, projectId: number | null) => Promise<readonly Party[]>
}

/** Longest list of types that a query may name. */
const TYPES_MAX = 20

const eventId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
const projectId = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Project, where the token does not name one.',
  }),
)
const paymentToken = Type.Optional(
  Type.String({ description: 'Payment token, where there is no Authorization header.' }),
)

const eventsQuery = Type.Object({
  after_id: Type.Optional(
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Only events after this id.' }),
  ),
  types: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      maxItems: TYPES_MAX,
      description: 'Only these notification types.',
    }),
  ),
  token: paymentToken,
  project_id: projectId,
})

const eventList = Type.Object({
  events: Type.Array(
    Type.Object({
      id: Type.Integer(),
      status: Type.Integer({ description: 'Always 0: not processed.' }),
      created_at: Type.String({ description: 'Whole seconds with Z.' }),
      data: Type.Unknown({ description: 'The body of the webhook that would have been sent.' }),
    }),
  ),
})

const markParams = Type.Object({ event_id: eventId })
const markQuery = Type.Object({ token: paymentToken, project_id: projectId })

/** The endpoints by name, for the route table. */
export interface EventEndpoints {
  readonly list: Endpoint
  readonly markProcessed: Endpoint
}

/** Makes the endpoints of the events API. */
export function makeEventEndpoints(deps: EventEndpointDeps): EventEndpoints {
  return { list: listEndpoint(deps), markProcessed: markEndpoint(deps) }
}

function listEndpoint({ store, resolveParties }: EventEndpointDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-events',
    summary: 'Unprocessed events of the user, oldest first, 100 a page',
    tag: 'Events',
    schema: { query: eventsQuery, response: { 200: eventList } },
    handle: async ({ headers, query }) => {
      const parties = await resolveParties(tokenOf(headers, query.token), query.project_id ?? null)
      const events = await listUnprocessedEvents(store.read, parties, {
        afterId: query.after_id ?? 0,
        types: query.types ?? [],
      })
      return { status: 200, body: { events } }
    },
  })
}

function markEndpoint({ store, resolveParties }: EventEndpointDeps): Endpoint {
  return defineEndpoint({
    operationId: 'mark-event-processed',
    summary: 'Marks an event as processed; safe to repeat',
    tag: 'Events',
    schema: { params: markParams, query: markQuery, response: { 200: Type.Object({}) } },
    handle: async ({ headers, params, query }) => {
      const parties = await resolveParties(tokenOf(headers, query.token), query.project_id ?? null)
      if (!(await markFirst(store, parties, params.event_id))) throw new AppError('event_not_found')
      return { status: 200, body: {} }
    },
  })
}

/**
 * Marks the first unprocessed event of that id; false: no party has one.
 *
 * Ids are per project, so a player with accounts in several projects may have two events of one id. They stand in one list, in the order
 * of the parties, and are marked in that order.
 */
async function markFirst(store: Store, parties: readonly Party[], id: number): Promise<boolean> {
  let isKnown = false
  for (const party of parties) {
    const { kind } = await store.run(markEventProcessed, { party, eventId: id })
    if (kind === 'marked') return true
    isKnown ||= kind === 'repeated'
  }
  return isKnown
}

/** The token of the Authorization header, else of the query. */
function tokenOf(headers: Readonly<Record<string, unknown>>, queryToken: string | undefined): string {
  const header = headers.authorization
  const bearer = typeof header === 'string' ? /^Bearer +(\S+)$/i.exec(header)?.[1] : undefined
  const token = bearer ?? queryToken
  if (token === undefined || token === '') throw new AppError('authorization_missing')
  return token
}
