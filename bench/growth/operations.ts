// What a shop does all day, each as the server does it, without HTTP.
import { listUnprocessedEvents } from '../../packages/server/src/events/list-unprocessed-events.ts'
import { getOrderEndpoint } from '../../packages/server/src/orders/get-order.ts'
import { searchOrdersEndpoint } from '../../packages/server/src/orders/search-orders.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { GatheredReads } from '../../packages/server/src/realtime/gather-reads.ts'
import { readHistory } from '../../packages/server/src/realtime/read-history.ts'
import { listDeliveries } from '../../packages/server/src/webhooks/deliveries.queries.ts'
import { COPY_AGE_MS } from './copied-columns.ts'
import type { KnownOrder } from './known-orders.ts'

/** What changes orders; each works on what the one before it made. */
export type WriteName = 'create order' | 'pay order' | 'claim and record a webhook'

/** In the order of an order's life. */
export const WRITES: readonly WriteName[] = ['create order', 'pay order', 'claim and record a webhook']

/** Something that is read. */
export type ReadName =
  | 'get order'
  | 'get order of any age'
  | 'events of a player'
  | 'channel history'
  | 'deliveries, newest'
  | 'deliveries, rejected'
  | 'order search, two hours'
  | 'order search, all'

/** All of them, in the order in which they are shown. */
export const READS: readonly ReadName[] = [
  'get order',
  'get order of any age',
  'events of a player',
  'channel history',
  'deliveries, newest',
  'deliveries, rejected',
  'order search, two hours',
  'order search, all',
]

const PAGE = 20
const EMPTY_CALL = { query: {}, rawBody: null, headers: {}, ip: '127.0.0.1', requestId: 'bench' }

/** Makes the reads of a store. Each throws where nothing was found, for that is fast. */
export function makeReads(store: Store): Readonly<Record<ReadName, (order: KnownOrder) => Promise<void>>> {
  const { read } = store
  const streams = new GatheredReads(store)
  const getOrder = getOrderEndpoint({ store, directory: { find: async () => undefined } })
  const searchOrders = searchOrdersEndpoint({ store })
  const get = async ({ projectId, orderId }: KnownOrder): Promise<void> => {
    const caller = keyOf(projectId)
    const params = { project_id: projectId, order_id: String(orderId) }
    const { body } = await getOrder.handle({ ...EMPTY_CALL, params, body: {}, caller })
    found(body, 'items')
  }
  const search = async (projectId: number, body: object): Promise<void> => {
    const answer = await searchOrders.handle({
      ...EMPTY_CALL,
      params: { project_id: projectId },
      body,
      caller: keyOf(projectId),
    })
    found(answer.body, 'orders')
  }
  const deliveries = async (projectId: number, state: string | null): Promise<void> => {
    const filter = { orderId: null, type: null, state, from: null, until: null, beforeId: null, limit: PAGE }
    found((await listDeliveries(read, projectId, filter)).rows, 'deliveries')
  }
  return {
    'get order': get,
    'get order of any age': get,
    'events of a player': async ({ projectId, partyId }) => {
      const party = { projectId, kind: 'user', id: partyId } as const
      found(await listUnprocessedEvents(read, [party], { afterId: 0, types: [] }), 'events')
    },
    'channel history': async (order) => {
      const answer = await readHistory(streams, order, { channel: order.channel, limit: -1 })
      found(answer.kind === 'read' ? answer.result.publications : [], 'publications')
    },
    'deliveries, newest': ({ projectId }) => deliveries(projectId, null),
    'deliveries, rejected': ({ projectId }) => deliveries(projectId, 'rejected'),
    'order search, two hours': ({ projectId, createdAt }) =>
      search(projectId, {
        created_date_from: new Date(createdAt - COPY_AGE_MS / 2).toISOString(),
        created_date_until: new Date(createdAt + COPY_AGE_MS / 2).toISOString(),
      }),
    'order search, all': ({ projectId }) => search(projectId, {}),
  }
}

function keyOf(projectId: number) {
  return { kind: 'key', merchantId: 0, projectId, keyName: 'bench' } as const
}

/** Looks for something in an answer, without knowing its type. */
function found(answer: unknown, what: string): void {
  const text = Array.isArray(answer) ? String(answer.length) : JSON.stringify(answer)
  if (text === '0' || !text || text.includes(`"${what}":[]`)) throw new Error(`No ${what} were found: ${text}`)
}
