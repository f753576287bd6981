// Every call about orders, by name, for the route table.
import type { Endpoint } from '../platform/http/index.ts'
import { cancelOrderEndpoint, fulfilOrderEndpoint } from './change-order.endpoints.ts'
import { type CreateOrderCall, makeCreateOrderEndpoints } from './create-order.endpoints.ts'
import { type GetOrderDeps, getOrderEndpoint } from './get-order.ts'
import { orderStoryEndpoint } from './order-story.ts'
import type { PlaceOrderDeps } from './place-order.ts'
import { redeemCouponEndpoint } from './redeem-coupon.endpoint.ts'
import { searchOrdersEndpoint } from './search-orders.ts'

/** What the calls need. */
export type OrderEndpointDeps = PlaceOrderDeps & Pick<GetOrderDeps, 'directory'>

/** Names of the calls. */
export type OrderCall =
  | CreateOrderCall
  | 'getOrder'
  | 'redeemCoupon'
  | 'adminOrderSearch'
  | 'readOrderStory'
  | 'fulfilOrder'
  | 'cancelOrder'

/** Makes the endpoints. */
export function makeOrderEndpoints(deps: OrderEndpointDeps): Readonly<Record<OrderCall, Endpoint>> {
  return {
    ...makeCreateOrderEndpoints(deps),
    redeemCoupon: redeemCouponEndpoint(deps),
    getOrder: getOrderEndpoint(deps),
    adminOrderSearch: searchOrdersEndpoint(deps),
    readOrderStory: orderStoryEndpoint(deps),
    fulfilOrder: fulfilOrderEndpoint(deps),
    cancelOrder: cancelOrderEndpoint(deps),
  }
}
