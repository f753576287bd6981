// POST /v3/project/{project_id}/admin/order/search: orders of a project, newest first, at most ten at a time.
import { AppError } from '@ordertrail/core'
import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Row, Store, Tables } from '../platform/store/index.ts'
import { type CountedOrders, countOrders, type OrderRange, pageStart } from './count-orders.ts'
import { type FoundOrder, foundOrderSchema, type KeptOrder, wireFoundOrder } from './found-order.ts'
import { makeMilestoneKeeper } from './keep-milestones.ts'
import { keyOfOrder, keyOfOwner } from './lock-orders.ts'
import { MILESTONE_ORDERS } from './milestones.ts'
import { projectIdSchema } from './order-schemas.ts'

/** Orders in one answer. */
const SEARCH_LIMIT_MAX = 10

/** Which orders of which range are wanted. */
interface OrderSearch {
  readonly range: OrderRange
  readonly limit: number
  readonly offset: number
}

/** `tail`: see CountedOrders. */
interface FoundOrders {
  readonly orders: readonly FoundOrder[]
  readonly total: number
  readonly hasMore: boolean
  readonly tail: number
}

/** What the search needs. `milestoneOrders`: orders between two milestones. */
export interface SearchOrdersDeps {
  readonly store: Pick<Store, 'read' | 'run' | 'now'>
  readonly milestoneOrders?: number
}

const searchBody = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SEARCH_LIMIT_MAX, default: SEARCH_LIMIT_MAX })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 })),
  created_date_from: Type.Optional(
    Type.String({ description: 'ISO 8601 date or time; a bare date is its midnight in UTC.' }),
  ),
  created_date_until: Type.Optional(Type.String()),
})

/** Makes the endpoint. The sources order the result in two ways; we give the newest first, as the older ones do. */
export function searchOrdersEndpoint({ store, milestoneOrders: every = MILESTONE_ORDERS }: SearchOrdersDeps): Endpoint {
  const keepMilestones = makeMilestoneKeeper({ store, every })
  return defineEndpoint({
    operationId: 'admin-order-search',
    summary: 'Search orders of a project, newest first',
    tag: 'Orders',
    schema: {
      params: Type.Object({ project_id: projectIdSchema }),
      body: searchBody,
      response: {
        200: Type.Object({
          orders: Type.Array(foundOrderSchema),
          total_items_count: Type.Integer(),
          has_more: Type.Boolean(),
        }),
      },
    },
    async handle({ params, body }) {
      const { limit = SEARCH_LIMIT_MAX, offset = 0 } = body
      const from = timeOf('created_date_from', body.created_date_from)
      const until = timeOf('created_date_until', body.created_date_until)
      const range = { projectId: params.project_id, from, end: until === null ? null : until + 1 }
      const { orders, total, hasMore, tail } = await searchOrders(store.read, { range, limit, offset })
      if (tail >= every) await keepMilestones(range.projectId)
      return { status: 200, body: { orders, total_items_count: total, has_more: hasMore } }
    },
  })
}

function timeOf(member: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const time = Date.parse(text)
  if (!Number.isNaN(time)) return time
  const message = `${member} must be an ISO 8601 date or time, got ${JSON.stringify(text)}.`
  throw new AppError('unprocessable', { message, details: { reason: message } })
}

async function searchOrders(read: Kysely<Tables>, { range, limit, offset }: OrderSearch): Promise<FoundOrders> {
  const counted = await countOrders(read, range)
  // One more than is given tells whether there are more, whatever came since they were counted.
  const found = await pageOf(read, range, counted, { limit: limit + 1, offset })
  const orders = found.slice(0, limit)
  const items = Map.groupBy(await itemsOf(read, orders), keyOfOwner)
  const uses = Map.groupBy(await usesOf(read, orders), keyOfOwner)
  const keptOf = (order: Row<'orders'>): KeptOrder => {
    const key = keyOfOrder(order)
    return { order, items: items.get(key) ?? [], uses: uses.get(key) ?? [] }
  }
  return {
    orders: orders.map((order) => wireFoundOrder(keptOf(order))),
    total: found.length === 0 ? counted.total : Math.max(counted.total, offset + found.length),
    hasMore: found.length > limit,
    tail: counted.tail,
  }
}

async function pageOf(
  read: Kysely<Tables>,
  range: OrderRange,
  counted: CountedOrders,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly Row<'orders'>[]> {
  if (offset >= counted.total) return []
  const start = await pageStart(read, range, counted, offset)
  return read
    .selectFrom('orders')
    .where('project_id', '=', range.projectId)
    .$if(range.from !== null, (query) => query.where('created_at', '>=', range.from))
    .$if(start.end !== null, (query) => query.where('created_at', '<', start.end))
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(start.offset)
    .execute()
}

async function itemsOf(read: Kysely<Tables>, orders: readonly Row<'orders'>[]): Promise<readonly Row<'order_items'>[]> {
  const [first] = orders
  if (first === undefined) return []
  const ids = orders.map(({ id }) => id)
  return read
    .selectFrom('order_items')
    .where('project_id', '=', first.project_id)
    .where('order_id', 'in', ids)
    .selectAll()
    .orderBy('position')
    .execute()
}

async function usesOf(
  read: Kysely<Tables>,
  orders: readonly Row<'orders'>[],
): Promise<readonly Row<'promotion_uses'>[]> {
  const [first] = orders
  if (first === undefined) return []
  return read
    .selectFrom('promotion_uses')
    .where('project_id', '=', first.project_id)
    .where(
      'order_id',
      'in',
      orders.map(({ id }) => id),
    )
    .selectAll()
    .orderBy('promotion_id')
    .execute()
}
