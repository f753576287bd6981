// A shop to be asked: orders and events of many players, and orders that wait for their payment.
import { type Databases, type EngineName, type Place, withStore } from '../stage/databases.ts'
import { KEY_AUTHORIZATION, paymentRequest } from '../stage/payment-request.ts'
import { addOrders, pointAt, projectIds, type SeededOrder, seedPlace } from '../stage/seed.ts'
import { userToken } from '../stage/user-token.ts'
import type { WireRequest } from './asker.ts'

/** What is asked, by the name of its figures. */
export const CALLS = [
  'Get order',
  'Get order, not changed',
  'order by key',
  'list events',
  'health',
  'mark event processed',
  'payment event',
] as const

export type CallName = (typeof CALLS)[number]

/** Requests of each call. Those that write do so once each. */
export type Requests = Readonly<Record<CallName, readonly WireRequest[]>>

/** Calls whose repetition is a cheaper call. */
export const WRITES: ReadonlySet<CallName> = new Set(['mark event processed', 'payment event'])

/** A seeded shop. */
export interface Shop {
  readonly place: Place
  readonly requests: Requests
}

const PROJECTS = 1
const [PROJECT_ID = 0] = projectIds(PROJECTS)
const ORDERS_OF_A_PLAYER = 2

/**
 * Seeds `orders` paid orders with an event each and as many unpaid ones. The events API is on, so that no webhook is sent meanwhile.
 *
 * @param orders even
 */
export async function seedShop(databases: Databases, engine: EngineName, orders: number): Promise<Shop> {
  const place = await databases.make(engine)
  const plan = { projects: PROJECTS, players: orders / ORDERS_OF_A_PLAYER }
  await seedPlace(place, { ...plan, orders: 0, arePaid: true })
  await pointAt(place, PROJECTS, () => 'http://127.0.0.1:1/', { isEventsApiOn: true, fulfilment: 'acknowledged' })
  const paid = await addOrders(place, { ...plan, orders, arePaid: true })
  const unpaid = await addOrders(place, { ...plan, orders, arePaid: false })
  return { place, requests: await requestsOf(place, plan.players, paid, unpaid) }
}

async function requestsOf(
  place: Place,
  players: number,
  paid: readonly SeededOrder[],
  unpaid: readonly SeededOrder[],
): Promise<Requests> {
  const tokens = Array.from({ length: players }, (_, player) => `Bearer ${userToken(`player-${player}`)}`)
  const bearer = (index: number) => ({ authorization: tokens[index % players] ?? '' })
  const orderPath = (orderId: number): string => `/api/v2/project/${PROJECT_ID}/order/${orderId}`
  const { events, timelines } = await rowsOf(place)
  return {
    'Get order': paid.map(({ orderId }, index) => get(orderPath(orderId), bearer(index))),
    'Get order, not changed': paid.map(({ orderId }, index) => {
      const etag = `"${orderId}-${timelines.get(orderId)}-paid"`
      return get(orderPath(orderId), { ...bearer(index), 'if-none-match': etag })
    }),
    'order by key': paid.map(({ orderId }) =>
      get(`/v1/projects/${PROJECT_ID}/orders/${orderId}`, { authorization: KEY_AUTHORIZATION }),
    ),
    'list events': tokens.map((_, player) => get(`/events?project_id=${PROJECT_ID}`, bearer(player))),
    health: [get('/healthz', {})],
    'mark event processed': events.map(({ id, party_id }) => ({
      method: 'POST',
      path: `/events/${id}/processed?project_id=${PROJECT_ID}`,
      headers: bearer(Number(party_id.slice('player-'.length))),
      body: null,
    })),
    'payment event': unpaid.map((order) => ({ method: 'POST', ...paymentRequest(order) })),
  }
}

const get = (path: string, headers: WireRequest['headers']): WireRequest => ({
  method: 'GET',
  path,
  headers,
  body: null,
})

function rowsOf(place: Place) {
  return withStore(place, async ({ read }) => {
    const events = await read.selectFrom('events_state').select(['id', 'party_id']).orderBy('id').execute()
    const orders = await read.selectFrom('orders').select(['id', 'timeline_length']).execute()
    return { events, timelines: new Map(orders.map((order) => [order.id, order.timeline_length])) }
  })
}
