// The events API: what a game without a backend has not yet taken note of.
import type { Endpoints } from './all-endpoints.ts'
import { askWithToken, type RequestDeps, type StoreAnswer } from './look-at-order.ts'

/** A notification that waits to be processed; `data` is the body of the webhook that would have been sent. */
export interface PendingEvent {
  readonly id: number
  /** ISO 8601. */
  readonly createdAt: string
  /** `order_paid`, `payment`, `order_canceled` … */
  readonly type: string
  /** Null: it is about no order. */
  readonly orderId: number | null
  readonly data: EventData
}

/** Members of the bodies that are read here. */
export interface EventData {
  readonly notification_type?: string
  readonly order?: { readonly id?: number }
  readonly items?: readonly EventLine[]
  readonly purchase?: { readonly order?: { readonly id?: number; readonly lineitems?: readonly EventLine[] } }
  readonly settings?: { readonly project_id?: number | string }
  readonly billing?: { readonly settings?: { readonly project_id?: number | string } }
  readonly [member: string]: unknown
}

/** A line of what was bought. */
export interface EventLine {
  readonly sku: string
  readonly quantity: number
  readonly is_bundle_content?: boolean
}

/** Why the events could not be had. */
export interface EventsFailed {
  readonly kind: 'failed'
  readonly code: 'unauthorized' | 'refused' | 'unreachable'
  readonly advice: string
  readonly cause: unknown
}

/** All events, ascending by id. */
export interface EventsFound {
  readonly kind: 'events'
  readonly events: readonly PendingEvent[]
}

/** What requests of the events API need. */
export interface EventDeps extends RequestDeps {
  readonly endpoints: Endpoints
}

/** More events than this are left for the next time. */
const EVENTS_MAX = 5_000
/** One request has to be answered by then. */
const ANSWER_MS_MAX = 10_000

interface WireEvent {
  readonly id: number
  readonly created_at: string
  readonly data: EventData
}

/** Reads all that is unprocessed, page by page. Never throws. */
export async function pendingEvents(deps: EventDeps): Promise<EventsFound | EventsFailed> {
  const events: PendingEvent[] = []
  try {
    for (let afterId = 0; events.length < EVENTS_MAX; ) {
      const page = await readPage(deps, afterId)
      if ('kind' in page) return page
      const last = page.at(-1)
      if (last === undefined || last.id <= afterId) break
      afterId = last.id
      events.push(...page.filter(({ data }) => isOwn(data, deps.projectId)).map(pendingEvent))
    }
    return { kind: 'events', events }
  } catch (cause) {
    return { kind: 'failed', code: 'unreachable', advice: 'Try again later; nothing is lost.', cause }
  }
}

/** Marks one event. False: it could not be done now, and the event comes again. */
export async function markProcessed(deps: EventDeps, id: number): Promise<boolean> {
  const { endpoints, projectId } = deps
  const url = `${endpoints.events}/events/${id}/processed?project_id=${projectId}`
  try {
    const { status } = await askWithToken(deps, url, { method: 'POST', signal: AbortSignal.timeout(ANSWER_MS_MAX) })
    // What is not there any more needs no mark.
    return status < 300 || status === 404
  } catch {
    return false
  }
}

async function readPage(deps: EventDeps, afterId: number): Promise<readonly WireEvent[] | EventsFailed> {
  const { endpoints, projectId } = deps
  const url = `${endpoints.events}/events?project_id=${projectId}&after_id=${afterId}`
  const response = await askWithToken(deps, url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
  const body = (await response.json().catch(() => null)) as { readonly events?: readonly WireEvent[] } | null
  if (response.status === 200 && Array.isArray(body?.events)) return body.events
  return failed({ status: response.status, body })
}

function failed(cause: StoreAnswer): EventsFailed {
  const { status } = cause
  if (status === 401) return { kind: 'failed', code: 'unauthorized', advice: 'Sign the player in again.', cause }
  return status >= 400 && status < 500 && status !== 429
    ? { kind: 'failed', code: 'refused', advice: 'Check the project id, and that its events API is on.', cause }
    : { kind: 'failed', code: 'unreachable', advice: 'Try again later; nothing is lost.', cause }
}

/** A player may own accounts in several projects, and their events stand in one list. */
function isOwn({ settings, billing }: EventData, projectId: number): boolean {
  const named = settings?.project_id ?? billing?.settings?.project_id
  return named === undefined || Number(named) === projectId
}

function pendingEvent({ id, created_at, data }: WireEvent): PendingEvent {
  const orderId = data.order?.id ?? data.purchase?.order?.id ?? null
  return { id, createdAt: created_at, type: data.notification_type ?? '', orderId, data }
}
