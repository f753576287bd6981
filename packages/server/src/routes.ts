// The route table: every path of the server, who may call it, and which endpoint answers. One line each.
import type {
  CatalogEndpointName,
  makeCartEndpoints,
  makeImportEndpoints,
  PromotionEndpointName,
} from './catalog/index.ts'
import type { DevEndpoints } from './dev.endpoints.ts'
import type { EventEndpoints } from './events/index.ts'
import type { OrderCall } from './orders/index.ts'
import type { PaymentEventEndpoints, PayStationEndpoints, RefundEndpoints } from './payments/index.ts'
import type { Role } from './platform/config/index.ts'
import type { Access, Endpoint, HealthEndpoints, Route } from './platform/http/index.ts'
import type { ProjectEndpointName } from './projects/index.ts'
import type { StreamEndpoints } from './realtime/index.ts'
import type { WebhookEndpoints } from './webhooks/index.ts'

type Calls<Name extends string> = Readonly<Record<Name, Endpoint>>

/** All endpoints, by folder and name. */
export interface Endpoints {
  readonly orders: Calls<OrderCall>
  readonly catalog: Calls<CatalogEndpointName>
  readonly carts: ReturnType<typeof makeCartEndpoints>
  readonly promotions: Calls<PromotionEndpointName>
  readonly imports: ReturnType<typeof makeImportEndpoints>
  readonly projects: Calls<ProjectEndpointName>
  readonly webhooks: WebhookEndpoints
  readonly events: EventEndpoints
  readonly streams: StreamEndpoints
  readonly payStation: PayStationEndpoints
  readonly paymentEvents: PaymentEventEndpoints
  readonly refunds: RefundEndpoints
  readonly dev: DevEndpoints
  readonly health: HealthEndpoints
  readonly openApi: Endpoint
}

/** A row of the table. `role`: whose work it is; `every`: what each process tells of itself. */
export interface TableRoute extends Route {
  readonly role: Role | 'every'
}

type Line = readonly [method: Route['method'], path: string, access: Access, endpoint: Endpoint]

const V2 = '/api/v2/project/{project_id}'
const V3 = '/api/v3/project/{project_id}'
const OWN = '/v1/projects/{project_id}'

/** The table. Documented calls first, then our own, then what operators ask. */
export function routeTable(endpoints: Endpoints): readonly TableRoute[] {
  return [
    ...rows('api', 'store', documentedLines(endpoints)),
    ...rows('gateway', 'store', connectionLines(endpoints)),
    ...rows('api', 'problem', ownLines(endpoints)),
    ...rows('every', 'problem', operatorLines(endpoints)),
  ]
}

function rows(role: TableRoute['role'], errors: Route['errors'], lines: readonly Line[]): readonly TableRoute[] {
  return lines.map(([method, path, access, endpoint]) => ({ method, path, access, endpoint, errors, role }))
}

function documentedLines(e: Endpoints): readonly Line[] {
  return [
    ['POST', `${V2}/payment/item/{item_sku}`, 'player', e.orders.createOrderWithItem],
    ['POST', `${V2}/payment/cart`, 'cart', e.orders.createOrder],
    ['POST', `${V2}/payment/cart/{cart_id}`, 'cart', e.orders.createOrderByCartId],
    ['POST', `${V2}/free/item/{item_sku}`, 'player', e.orders.createFreeOrderWithItem],
    ['POST', `${V2}/free/cart`, 'cart', e.orders.createFreeOrder],
    ['POST', `${V2}/free/cart/{cart_id}`, 'cart', e.orders.createFreeOrderByCartId],
    [
      'POST',
      `${V2}/payment/item/{item_sku}/virtual/{virtual_currency_sku}`,
      'player',
      e.orders.createOrderWithItemForVirtualCurrency,
    ],
    ['POST', `${V3}/admin/payment/token`, 'project', e.orders.adminCreatePaymentToken],
    ['GET', `${V2}/order/{order_id}`, 'cart', e.orders.getOrder],
    ['POST', `${V3}/admin/order/search`, 'project', e.orders.adminOrderSearch],

    ['GET', `${V2}/items`, 'anyone', e.catalog.getItems],
    ['GET', `${V2}/items/groups`, 'anyone', e.catalog.getItemGroups],
    ['GET', `${V2}/items/group/{external_id}`, 'anyone', e.catalog.getItemsOfGroup],
    ['GET', `${V2}/items/sku/{sku}`, 'anyone', e.catalog.getItemBySku],
    ['GET', `${V2}/items/id/{item_id}`, 'anyone', e.catalog.getItemById],
    ['GET', `${V2}/items/virtual_items`, 'anyone', e.catalog.getVirtualItems],
    ['GET', `${V2}/items/virtual_items/all`, 'anyone', e.catalog.getAllVirtualItems],
    ['GET', `${V2}/items/virtual_items/group/{external_id}`, 'anyone', e.catalog.getVirtualItemsOfGroup],
    ['GET', `${V2}/items/virtual_items/sku/{item_sku}`, 'anyone', e.catalog.getVirtualItemBySku],
    ['GET', `${V2}/items/virtual_currency`, 'anyone', e.catalog.getVirtualCurrencies],
    ['GET', `${V2}/items/virtual_currency/sku/{virtual_currency_sku}`, 'anyone', e.catalog.getVirtualCurrencyBySku],
    ['GET', `${V2}/items/virtual_currency/package`, 'anyone', e.catalog.getVirtualCurrencyPackages],
    [
      'GET',
      `${V2}/items/virtual_currency/package/sku/{virtual_currency_package_sku}`,
      'anyone',
      e.catalog.getVirtualCurrencyPackageBySku,
    ],
    ['GET', `${V2}/items/bundle`, 'anyone', e.catalog.getBundles],
    ['GET', `${V2}/items/bundle/group/{external_id}`, 'anyone', e.catalog.getBundlesOfGroup],
    ['GET', `${V2}/items/bundle/sku/{sku}`, 'anyone', e.catalog.getBundleBySku],
    ['POST', `${V2}/promocode/redeem`, 'cart', e.promotions.redeemPromoCode],
    ['PUT', `${V2}/promocode/remove`, 'cart', e.promotions.removePromoCode],
    ['GET', `${V2}/promocode/code/{promocode_code}/rewards`, 'cart', e.promotions.getPromoCodeRewards],
    ['POST', `${V2}/coupon/redeem`, 'cart', e.orders.redeemCoupon],
    ['GET', `${V2}/coupon/code/{coupon_code}/rewards`, 'cart', e.promotions.getCouponRewards],
    ['GET', `${V2}/promotion/code/{code}/verify`, 'cart', e.promotions.verifyPromotionCode],

    ['GET', `${V2}/cart`, 'cart', e.carts.getCart],
    ['GET', `${V2}/cart/{cart_id}`, 'cart', e.carts.getCartById],
    ['PUT', `${V2}/cart/clear`, 'cart', e.carts.clearCart],
    ['PUT', `${V2}/cart/{cart_id}/clear`, 'cart', e.carts.clearCartById],
    ['PUT', `${V2}/cart/fill`, 'cart', e.carts.fillCart],
    ['PUT', `${V2}/cart/{cart_id}/fill`, 'cart', e.carts.fillCartById],
    ['PUT', `${V2}/cart/item/{item_sku}`, 'cart', e.carts.putCartItem],
    ['PUT', `${V2}/cart/{cart_id}/item/{item_sku}`, 'cart', e.carts.putCartItemById],
    ['DELETE', `${V2}/cart/item/{item_sku}`, 'cart', e.carts.deleteCartItem],
    ['DELETE', `${V2}/cart/{cart_id}/item/{item_sku}`, 'cart', e.carts.deleteCartItemById],
    ['PUT', '/api/v2/admin/project/{project_id}/cart/fill', 'project', e.carts.adminFillCart],
    ['PUT', '/api/v2/admin/project/{project_id}/cart/{cart_id}/fill', 'project', e.carts.adminFillCartById],

    ['GET', `${V2}/admin/webhook`, 'project', e.projects.getWebhook],
    ['PUT', `${V2}/admin/webhook`, 'project', e.projects.updateWebhook],
    ['GET', '/api/v2/merchant/{merchant_id}/projects', 'merchant', e.projects.getMerchantProjects],

    // The endpoints of the events API prove the token themselves: one token may stand for several projects.
    ['GET', '/events', 'anyone', e.events.list],
    ['POST', '/events/{event_id}/processed', 'anyone', e.events.markProcessed],
    ['GET', '/paystation2/api/payments/status', 'anyone', e.payStation.paymentStatus],
  ]
}

/** Fallbacks of the WebSocket; like it they prove the token in the connect request themselves. */
function connectionLines(e: Endpoints): readonly Line[] {
  return [
    ['POST', '/connection/http_stream', 'anyone', e.streams.httpStream],
    ['GET', '/connection/sse', 'anyone', e.streams.sse],
    ['POST', '/connection/sse', 'anyone', e.streams.ssePosted],
    ['POST', '/emulation', 'anyone', e.streams.emulation],
  ]
}

function ownLines(e: Endpoints): readonly Line[] {
  return [
    ['POST', '/v1/merchants', 'installation', e.projects.createMerchant],
    ['GET', '/v1/merchants/{merchant_id}/projects', 'merchant', e.projects.listProjects],
    ['POST', '/v1/merchants/{merchant_id}/projects', 'merchant', e.projects.createProject],
    ['GET', OWN, 'project', e.projects.getProject],
    ['GET', `${OWN}/settings`, 'project', e.projects.getSettings],
    ['PATCH', `${OWN}/settings`, 'project', e.projects.changeSettings],
    ['GET', `${OWN}/keys`, 'project', e.projects.listKeys],
    ['POST', `${OWN}/keys`, 'project', e.projects.createKey],
    ['DELETE', `${OWN}/keys/{key_name}`, 'project', e.projects.revokeKey],
    ['POST', `${OWN}/user-tokens`, 'project', e.projects.createUserToken],
    ['GET', `${OWN}/webhook-settings`, 'project', e.projects.getWebhookSettings],
    ['PUT', `${OWN}/webhook-settings`, 'project', e.projects.putWebhookSettings],
    ['POST', `${OWN}/webhook-settings:rotate-secret`, 'project', e.projects.rotateWebhookSecret],
    ['POST', `${OWN}/webhooks/test`, 'project', e.webhooks.testEndpoint],
    ['PUT', `${OWN}/catalog`, 'project', e.imports.importCatalog],

    ['GET', `${OWN}/orders/{order_id}`, 'project', e.orders.readOrderStory],
    ['POST', `${OWN}/orders/{order_id}/fulfillment`, 'project', e.orders.fulfilOrder],
    ['POST', `${OWN}/orders/{order_id}/cancel`, 'project', e.orders.cancelOrder],
    ['POST', `${OWN}/orders/{order_id}/resend`, 'project', e.webhooks.resendOrder],
    ['GET', `${OWN}/orders/{order_id}/refunds`, 'project', e.refunds.list],
    ['POST', `${OWN}/orders/{order_id}/refunds`, 'project', e.refunds.request],
    ['GET', `${OWN}/deliveries`, 'project', e.webhooks.listDeliveries],
    ['GET', `${OWN}/deliveries/{delivery_id}`, 'project', e.webhooks.getDelivery],
    ['POST', `${OWN}/deliveries/{delivery_id}/resend`, 'project', e.webhooks.resendDelivery],
    ['GET', `${OWN}/webhooks/attempts`, 'project', e.webhooks.listAttempts],
    ['GET', `${OWN}/webhooks/health`, 'project', e.webhooks.getHealth],
    ['POST', `${OWN}/webhooks/recoveries`, 'project', e.webhooks.startRecovery],
    ['GET', `${OWN}/webhooks/recoveries`, 'project', e.webhooks.listRecoveries],
    ['GET', `${OWN}/webhooks/recoveries/{recovery_id}`, 'project', e.webhooks.getRecovery],
    ['POST', `${OWN}/webhooks/recoveries/{recovery_id}/cancel`, 'project', e.webhooks.cancelRecovery],
    ['POST', `${OWN}/payment-events`, 'project', e.paymentEvents.record],
    ['POST', `${OWN}/payment-events:batch`, 'project', e.paymentEvents.recordBatch],

    ['GET', '/paystation4/', 'anyone', e.payStation.page],
    ['POST', '/paystation4/method', 'anyone', e.payStation.chooseMethod],
    ['POST', '/paystation4/data', 'anyone', e.payStation.enterData],
    ['POST', '/paystation4/pay', 'anyone', e.payStation.payForm],
    ['POST', '/paystation4/complete', 'anyone', e.payStation.completeForm],
    ['POST', '/paystation4/api/pay', 'anyone', e.payStation.pay],
    ['POST', '/paystation4/api/complete', 'anyone', e.payStation.complete],

    ['POST', '/v1/dev/time:skip', 'dev', e.dev.skipTime],
    ['POST', '/v1/dev/fail-next', 'dev', e.webhooks.failNext],
    ['POST', '/v1/dev/fail-calls', 'dev', e.dev.failCalls],
    ['POST', '/v1/dev/drop-connections', 'dev', e.dev.dropConnections],
    ['POST', '/v1/dev/lose-pushes', 'dev', e.dev.losePushes],
    ['POST', '/v1/dev/pay-order', 'dev', e.payStation.payOrder],
  ]
}

function operatorLines(e: Endpoints): readonly Line[] {
  return [
    ['GET', '/healthz', 'anyone', e.health.healthz],
    ['GET', '/readyz', 'anyone', e.health.readyz],
    ['GET', '/metrics', 'installation', e.health.metricsText],
    ['GET', '/openapi.json', 'anyone', e.openApi],
  ]
}
