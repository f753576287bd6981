// GET /v2/project/{project_id}/order/{order_id}: the status and content of an order, as clients poll it.
import { type OrderStatus, wireStatus } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Answer, type Caller, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Row, Store } from '../platform/store/index.ts'
import type { ProjectDirectory } from '../projects/index.ts'
import { isNoneMatch } from './etag.ts'
import { findOrder, foundOrder, itemsOfOrder, mayRead } from './find-order.ts'
import { contentSchema, orderContent } from './order-content.ts'
import { orderParams } from './order-schemas.ts'

/** What reading an order needs. */
export interface GetOrderDeps {
  readonly store: Pick<Store, 'read'>
  readonly directory: Pick<ProjectDirectory, 'find'>
}

interface OrderRequest {
  readonly projectId: number
  readonly orderId: string
  readonly caller: Caller
  readonly ifNoneMatch: string | undefined
}

/** Makes the endpoint. Clients poll it every three seconds, so what has not changed is answered without its items. */
export function getOrderEndpoint(deps: GetOrderDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-order',
    summary: 'Status and content of an order',
    tag: 'Orders',
    schema: {
      params: orderParams,
      response: {
        200: Type.Object({ order_id: Type.Integer(), status: Type.String(), content: contentSchema }),
        304: null,
      },
    },
    handle: ({ params, caller, headers }) => {
      const ifNoneMatch = headers['if-none-match']
      return answerOrder(deps, {
        projectId: params.project_id,
        orderId: params.order_id,
        caller,
        ifNoneMatch: typeof ifNoneMatch === 'string' ? ifNoneMatch : undefined,
      })
    },
  })
}

async function answerOrder(deps: GetOrderDeps, request: OrderRequest): Promise<Answer> {
  const found = await findOrder(deps.store.read, request.projectId, request.orderId)
  const order = foundOrder(found !== undefined && mayRead(request.caller, found) ? found : undefined)
  const status = await shownStatus(deps, order)
  // What an order contains never changes, so its id, its timeline and the word for its status say it all.
  const etag = `"${order.id}-${order.timeline_length}-${status}"`
  const headers = { etag, 'cache-control': 'private, no-cache' }
  if (isNoneMatch(request.ifNoneMatch, etag)) return { status: 304, headers }
  const content = orderContent(order, await itemsOfOrder(deps.store.read, order))
  return { status: 200, headers, body: { order_id: order.id, status, content } }
}

async function shownStatus({ directory }: GetOrderDeps, order: Row<'orders'>): Promise<OrderStatus> {
  const facts = await directory.find(order.project_id)
  return wireStatus(order.status as OrderStatus, { expiredOptIn: facts?.settings.isExpiredShown ?? false })
}
