// POST /v3/project/{project_id}/admin/order/search: orders of a project, newest first, at most ten at a time.
import { AppError } from '@ordertrail/core'
import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Row, Store, Tables } from '../platform/store/index.ts'
import { type FoundOrder, foundOrderSchema, type KeptOrder, wireFoundOrder } from './found-order.ts'
import { keyOfOrder, keyOfOwner } from './lock-orders.ts'
import { projectIdSchema } from './order-schemas.ts'

/** Orders in one answer. */
const SEARCH_LIMIT_MAX = 10

/** Whose orders are wanted; times are wall milliseconds, both ends included, null: open. */
interface OrderSearch {
  readonly projectId: number
  readonly limit: number
  readonly offset: number
  readonly from: number | null
  readonly until: number | null
}

interface FoundOrders {
  readonly orders: readonly FoundOrder[]
  readonly total: number
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
export function searchOrdersEndpoint({ store }: { readonly store: Pick<Store, 'read'> }): Endpoint {
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
      const { orders, total } = await searchOrders(store.read, {
        projectId: params.project_id,
        limit,
        offset,
        from,
        until,
      })
      const hasMore = offset + orders.length < total
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

async function searchOrders(read: Kysely<Tables>, search: OrderSearch): Promise<FoundOrders> {
  const counted = await matching(read, search)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirst()
  const orders = await matching(read, search)
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(search.limit)
    .offset(search.offset)
    .execute()
  const items = Map.groupBy(await itemsOf(read, orders), keyOfOwner)
  const uses = Map.groupBy(await usesOf(read, orders), keyOfOwner)
  const keptOf = (order: Row<'orders'>): KeptOrder => {
    const key = keyOfOrder(order)
    return { order, items: items.get(key) ?? [], uses: uses.get(key) ?? [] }
  }
  return {
    orders: orders.map((order) => wireFoundOrder(keptOf(order))),
    total: Number(counted?.total ?? 0),
  }
}

function matching(read: Kysely<Tables>, { projectId, from, until }: OrderSearch) {
  let query = read.selectFrom('orders').where('project_id', '=', projectId)
  if (from !== null) query = query.where('created_at', '>=', from)
  if (until !== null) query = query.where('created_at', '<=', until)
  return query
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
