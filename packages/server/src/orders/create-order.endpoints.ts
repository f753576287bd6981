// The documented calls that create orders: of an item or a cart, for money, a virtual currency or nothing.
import { Type } from 'typebox'
import { type Call, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { actorOf } from '../projects/index.ts'
import {
  cartOrderBody,
  itemOrderBody,
  pathText,
  platformSchema,
  tokenBody,
  virtualOrderBody,
} from './create-order.schemas.ts'
import { buyerOf, namedBuyer, type OrderBody, playerOf, requestKeyOf, wishesOf } from './order-request.ts'
import { projectIdSchema } from './order-schemas.ts'
import type { PaidWith, PurchaseSource } from './order-wish.ts'
import { OWN_PLATFORM, type PlaceOrderDeps, placeOrder } from './place-order.ts'

const MONEY: PaidWith = { kind: 'money' }
const NOTHING: PaidWith = { kind: 'nothing' }

const paidAnswer = { 200: Type.Object({ order_id: Type.Integer(), token: Type.String() }) }
const unpaidAnswer = { 200: Type.Object({ order_id: Type.Integer() }) }
const tokenAnswer = { 201: Type.Object({ token: Type.String(), order_id: Type.Integer() }) }

const cartParams = Type.Object({ project_id: projectIdSchema })
const ownCartParams = Type.Object({ project_id: projectIdSchema, cart_id: pathText })
const itemParams = Type.Object({ project_id: projectIdSchema, item_sku: pathText })

/** Names of the calls, which are those of the documented operations. */
export type CreateOrderCall =
  | 'createOrderWithItem'
  | 'createOrder'
  | 'createOrderByCartId'
  | 'createFreeOrderWithItem'
  | 'createFreeOrder'
  | 'createFreeOrderByCartId'
  | 'createOrderWithItemForVirtualCurrency'
  | 'adminCreatePaymentToken'

/** Makes the endpoints. */
export function makeCreateOrderEndpoints(deps: PlaceOrderDeps): Readonly<Record<CreateOrderCall, Endpoint>> {
  return {
    createOrderWithItem: itemEndpoint(deps, 'create-order-with-item', MONEY),
    createOrder: cartEndpoint(deps, 'create-order', MONEY),
    createOrderByCartId: ownCartEndpoint(deps, 'create-order-by-cart-id', MONEY),
    createFreeOrderWithItem: itemEndpoint(deps, 'create-free-order-with-item', NOTHING),
    createFreeOrder: cartEndpoint(deps, 'create-free-order', NOTHING),
    createFreeOrderByCartId: ownCartEndpoint(deps, 'create-free-order-by-cart-id', NOTHING),
    createOrderWithItemForVirtualCurrency: virtualEndpoint(deps),
    adminCreatePaymentToken: tokenEndpoint(deps),
  }
}

function itemEndpoint(deps: PlaceOrderDeps, operationId: string, paidWith: PaidWith): Endpoint {
  return defineEndpoint({
    operationId,
    summary: `Create ${paidWith.kind === 'money' ? 'an order' : 'a free order'} of one item`,
    tag: 'Orders',
    schema: { params: itemParams, body: itemOrderBody, response: answerOf(paidWith) },
    handle: (call) => {
      const source = { kind: 'item', sku: call.params.item_sku, quantity: call.body.quantity ?? 1 } as const
      return buy(deps, call, { operationId, source, paidWith })
    },
  })
}

function cartEndpoint(deps: PlaceOrderDeps, operationId: string, paidWith: PaidWith): Endpoint {
  return defineEndpoint({
    operationId,
    summary: `Create ${paidWith.kind === 'money' ? 'an order' : 'a free order'} of what is in the cart`,
    tag: 'Orders',
    schema: { params: cartParams, body: cartOrderBody, response: answerOf(paidWith) },
    handle: (call) => buy(deps, call, { operationId, source: { kind: 'cart', cartId: null }, paidWith }),
  })
}

function ownCartEndpoint(deps: PlaceOrderDeps, operationId: string, paidWith: PaidWith): Endpoint {
  return defineEndpoint({
    operationId,
    summary: `Create ${paidWith.kind === 'money' ? 'an order' : 'a free order'} of what is in a named cart`,
    tag: 'Orders',
    schema: { params: ownCartParams, body: cartOrderBody, response: answerOf(paidWith) },
    handle: (call) => buy(deps, call, { operationId, source: { kind: 'cart', cartId: call.params.cart_id }, paidWith }),
  })
}

function virtualEndpoint(deps: PlaceOrderDeps): Endpoint {
  const operationId = 'create-order-with-item-for-virtual-currency'
  return defineEndpoint({
    operationId,
    summary: 'Buy one item with a virtual currency; the order is done at once',
    tag: 'Orders',
    schema: {
      params: Type.Object({ project_id: projectIdSchema, item_sku: pathText, virtual_currency_sku: pathText }),
      query: Type.Object({ platform: Type.Optional(platformSchema) }),
      body: virtualOrderBody,
      response: unpaidAnswer,
    },
    handle: (call) => {
      const { item_sku: sku, virtual_currency_sku: currency } = call.params
      const source = { kind: 'item', sku, quantity: 1 } as const
      const paidWith = { kind: 'virtual_currency', sku: currency } as const
      return buy(deps, call, { operationId, source, paidWith, platform: call.query.platform })
    },
  })
}

function answerOf(paidWith: PaidWith): typeof paidAnswer | typeof unpaidAnswer {
  return paidWith.kind === 'money' ? paidAnswer : unpaidAnswer
}

/** A call of a player. */
type PlayerCall = Pick<Call, 'caller' | 'ip' | 'headers'> & {
  readonly params: { readonly project_id: number }
  readonly body: OrderBody
}

interface Purchase {
  readonly operationId: string
  readonly source: Exclude<PurchaseSource, { readonly kind: 'coupon' }>
  readonly paidWith: PaidWith
  readonly platform?: string
}

function buy(deps: PlaceOrderDeps, call: PlayerCall, { operationId, source, paidWith, platform }: Purchase) {
  const player = playerOf(call.caller)
  const scope = `orders:${player.party.kind}:${player.party.id}`
  const wish = {
    ...buyerOf(player, call.ip),
    ...wishesOf(call.body),
    source,
    paidWith,
    currency: call.body.currency ?? null,
    platform: platform ?? OWN_PLATFORM,
    requestKey: requestKeyOf(call.headers, scope, [operationId, source, paidWith, call.body]),
    actor: null,
  }
  return placeOrder(deps, wish, { status: 200, form: source.kind })
}

function tokenEndpoint(deps: PlaceOrderDeps): Endpoint {
  const operationId = 'admin-create-payment-token'
  return defineEndpoint({
    operationId,
    summary: "Create an order and its payment token for one of the game's users, by the game's server",
    tag: 'Orders',
    schema: { params: cartParams, body: tokenBody, response: tokenAnswer },
    handle: ({ params, body, headers, caller }) => {
      const wish = {
        ...namedBuyer(body, params.project_id, headers),
        ...wishesOf(body),
        source: { kind: 'list', lines: body.purchase.items } as const,
        paidWith: MONEY,
        currency: body.settings?.currency ?? null,
        platform: OWN_PLATFORM,
        requestKey: requestKeyOf(headers, 'orders:server', [operationId, body]),
        actor: actorOf(caller),
      }
      return placeOrder(deps, wish, { status: 201, form: 'list' })
    },
  })
}
