// Which order a payment token opens, and whether it can be paid now.

import type { Row, Store } from '../../platform/store/index.ts'
import { findPaymentToken } from '../../projects/index.ts'

/** An order ready to be paid, or why it is not. `code` is the documented pay station error where there is one. */
export type OpenedOrder =
  | { readonly kind: 'payable'; readonly order: Row<'orders'>; readonly items: readonly Row<'order_items'>[] }
  | { readonly kind: 'finished'; readonly order: Row<'orders'> }
  | {
      readonly kind: 'refused'
      readonly status: 401 | 410 | 422
      readonly sentence: string
      readonly code: number | null
    }

/** Documented error of a payment for an expired order. */
const ORDER_EXPIRED = 2002

const UNKNOWN_LINK = refused(401, 'This payment link is not known. Start the purchase again in the game.', null)
const EXPIRED_LINK = refused(410, 'This payment link has expired. Start the purchase again in the game.', null)
const EXPIRED_ORDER = refused(410, 'This order has expired and can no longer be paid.', ORDER_EXPIRED)
const CANCELED_ORDER = refused(410, 'This order was canceled and can no longer be paid.', null)
const NO_ORDER = refused(422, 'This token names a player and no order, so there is nothing to pay.', null)

/** Opens the order of a token; an unknown token and one that names no order are refused. */
export async function openOrder(store: Store, token: string): Promise<OpenedOrder> {
  const found = await findPaymentToken(store.read, token, store.now())
  if (found.kind === 'unknown') return UNKNOWN_LINK
  if (found.orderId === null) return found.kind === 'expired' ? EXPIRED_LINK : NO_ORDER
  const order = await orderOf(store, { projectId: found.projectId, id: found.orderId })
  if (order === undefined) return UNKNOWN_LINK
  // Token and order often end at the same moment; that the order has expired says more.
  if (order.status === 'expired') return EXPIRED_ORDER
  return found.kind === 'expired' ? EXPIRED_LINK : openByStatus(store, order)
}

/** Opens an order by its number; undefined: there is none. Whoever asks has been allowed to. */
export async function openOrderById(store: Store, place: OrderPlace): Promise<OpenedOrder | undefined> {
  const order = await orderOf(store, place)
  if (order === undefined) return undefined
  return order.status === 'expired' ? EXPIRED_ORDER : openByStatus(store, order)
}

interface OrderPlace {
  readonly projectId: number
  readonly id: number
}

function orderOf(store: Store, { projectId, id }: OrderPlace): Promise<Row<'orders'> | undefined> {
  return store.read
    .selectFrom('orders')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
}

async function openByStatus(store: Store, order: Row<'orders'>): Promise<OpenedOrder> {
  if (order.status === 'canceled') return CANCELED_ORDER
  if (order.status !== 'new') return { kind: 'finished', order }
  const items = await store.read
    .selectFrom('order_items')
    .selectAll()
    .where('project_id', '=', order.project_id)
    .where('order_id', '=', order.id)
    .orderBy('position')
    .execute()
  return { kind: 'payable', order, items }
}

function refused(status: 401 | 410 | 422, sentence: string, code: number | null): OpenedOrder {
  return { kind: 'refused', status, sentence, code }
}
