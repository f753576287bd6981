// Deliveries with their notifications and attempts, as rows in whatever state a test wants.
import { type DeliveryState, isEnded } from '@ordertrail/core'
import type { Row, Store } from '../../platform/store/index.ts'
import { seedRows } from '../../platform/store/testing/index.ts'

export const HISTORY_PROJECT_ID = 44056

/** What of a delivery is on show. `age` is the time since its end, or since it was made where it has not ended. */
export interface GivenDelivery {
  readonly id: number
  readonly orderId: number
  readonly state: DeliveryState
  readonly ageMs: number
  readonly line?: number
  readonly projectId?: number
  readonly attempts?: number
  /** Its notification is offered as an event as well: processed so long ago; null: not processed. */
  readonly event?: { readonly processedAgeMs: number | null }
}

/** Puts them into the store. Their notifications have the ids of the deliveries, and so have their events. */
export async function giveDeliveries(store: Store, given: readonly GivenDelivery[]): Promise<void> {
  const now = store.now()
  await store.run(seedRows, { table: 'notifications', rows: given.map((each) => notificationOf(each, now)) })
  await store.run(seedRows, { table: 'deliveries', rows: given.map((each) => deliveryOf(each, now)) })
  await store.run(seedRows, { table: 'attempts', rows: given.flatMap((each) => attemptsOf(each, now)) })
  await store.run(seedRows, { table: 'events_state', rows: given.flatMap((each) => eventsOf(each, now)) })
}

function notificationOf({ id, orderId, ageMs, event, projectId }: GivenDelivery, now: number): Row<'notifications'> {
  return {
    project_id: projectId ?? HISTORY_PROJECT_ID,
    id,
    order_id: orderId,
    type: 'order_paid',
    mode: 'combined',
    version: 2,
    route: event === undefined ? 'webhook' : 'events',
    party_kind: 'user',
    party_id: 'player-1',
    transaction_id: null,
    body: JSON.stringify({ notification_type: 'order_paid', order: { id: orderId } }),
    created_at: now - ageMs,
  }
}

function deliveryOf(given: GivenDelivery, now: number): Row<'deliveries'> {
  const { state, ageMs, attempts = 1 } = given
  return {
    project_id: given.projectId ?? HISTORY_PROJECT_ID,
    id: given.id,
    notification_id: given.id,
    order_id: given.orderId,
    type: 'order_paid',
    mode: 'combined',
    line: given.line ?? 1,
    predecessor_id: null,
    state,
    offsets: '[0,5,10]',
    position: 0,
    first_attempt_at: attempts === 0 ? null : now - ageMs,
    due_at: state === 'due' ? now + 1_000_000 : null,
    lease_owner: state === 'claimed' ? 'somebody' : null,
    lease_token: 0,
    lease_until: state === 'claimed' ? now + 1_000_000 : null,
    attempt_count: attempts,
    crash_resends: 0,
    last_status: attempts === 0 ? null : 204,
    ended_by: isEnded(state) ? 'automatic' : null,
    created_at: now - ageMs,
    ended_at: isEnded(state) ? now - ageMs : null,
    retired: 0,
    kept_since: null,
  }
}

function attemptsOf(given: GivenDelivery, now: number): readonly Row<'attempts'>[] {
  const startedAt = now - given.ageMs
  return Array.from({ length: given.attempts ?? 1 }, (_, index) => ({
    project_id: given.projectId ?? HISTORY_PROJECT_ID,
    delivery_id: given.id,
    number: index + 1,
    order_id: given.orderId,
    kind: 'automatic',
    position: index,
    is_late: 0,
    requested_by: null,
    url: 'https://game.example/webhooks',
    started_at: startedAt,
    ended_at: startedAt,
    outcome: 'accepted',
    status: 204,
    failure: null,
    request_headers: '{"content-type":"application/json"}',
    response_headers: '{"server":"game"}',
    response_body: 'thanks',
  }))
}

function eventsOf(
  { id, orderId, ageMs, event, projectId }: GivenDelivery,
  now: number,
): readonly Row<'events_state'>[] {
  if (event === undefined) return []
  return [
    {
      project_id: projectId ?? HISTORY_PROJECT_ID,
      id,
      notification_id: id,
      order_id: orderId,
      party_kind: 'user',
      party_id: 'player-1',
      type: 'order_paid',
      created_at: now - ageMs,
      processed_at: event.processedAgeMs === null ? null : now - event.processedAgeMs,
      retired: 0,
    },
  ]
}

/** What is left, by delivery: `body`, `details` of any attempt, `log` of any attempt; an empty text: nothing. */
export async function whatIsLeft(store: Store): Promise<Readonly<Record<number, string>>> {
  const deliveries = await store.read.selectFrom('deliveries').selectAll().orderBy('id').execute()
  const bodies = await store.read.selectFrom('notifications').select(['id', 'body']).execute()
  const attempts = await store.read.selectFrom('attempts').selectAll().execute()
  const withBody = new Set(bodies.filter(({ body }) => body !== '').map(({ id }) => id))
  return Object.fromEntries(
    deliveries.map(({ id, notification_id: notificationId }) => {
      const own = attempts.filter(({ delivery_id: deliveryId }) => deliveryId === id)
      const hasDetails = own.some(
        (row) => row.request_headers !== '{}' || (row.response_headers ?? row.response_body) !== null,
      )
      const left = [withBody.has(notificationId) && 'body', hasDetails && 'details', own.length > 0 && 'log']
      return [id, left.filter((word) => word !== false).join(' ')]
    }),
  )
}
