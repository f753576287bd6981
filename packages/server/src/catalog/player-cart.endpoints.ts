// The documented calls about a player's own carts.
import { AppError } from '@ordertrail/core'
import { type TObject, Type } from 'typebox'
import { type Call, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { type CartAsk, type CartDeps, countryOf, fillCart, partyOf, readCartBody, runChange } from './cart-answers.ts'
import { assertQuantity, mayBeInCart } from './cart-lines.ts'
import { cartBodySchema, cartIdSchema, fillBodySchema, filledCartSchema } from './cart-schemas.ts'
import { findItem } from './load-items.ts'
import { pathText, projectId } from './wire-schemas.ts'

/** Names of the calls. Those with ById name their cart in the path. */
export type CartEndpointName =
  | 'getCart'
  | 'getCartById'
  | 'clearCart'
  | 'clearCartById'
  | 'fillCart'
  | 'fillCartById'
  | 'putCartItem'
  | 'putCartItemById'
  | 'deleteCartItem'
  | 'deleteCartItemById'

const TAG = 'cart-client-side'
const ownParams = { project_id: projectId }
const byIdParams = { project_id: projectId, cart_id: cartIdSchema }

/** Two ways to name a cart, each with the operation ids of its calls. */
const OWN = { params: ownParams, suffix: '', summary: "current user's cart" } as const
const BY_ID = { params: byIdParams, suffix: '-by-id', summary: 'cart by cart ID' } as const
type CartNaming = typeof OWN | typeof BY_ID

/** Makes the calls. */
export function makePlayerCartEndpoints(deps: CartDeps): Readonly<Record<CartEndpointName, Endpoint>> {
  return {
    getCart: getEndpoint(deps, OWN, 'get-user-cart'),
    getCartById: getEndpoint(deps, BY_ID, 'get-cart-by-id'),
    clearCart: clearEndpoint(deps, OWN, 'cart-clear'),
    clearCartById: clearEndpoint(deps, BY_ID, 'cart-clear-by-id'),
    fillCart: fillEndpoint(deps, OWN, 'cart-fill'),
    fillCartById: fillEndpoint(deps, BY_ID, 'cart-fill-by-id'),
    putCartItem: putEndpoint(deps, OWN, 'put-item'),
    putCartItemById: putEndpoint(deps, BY_ID, 'put-item-by-cart-id'),
    deleteCartItem: deleteEndpoint(deps, OWN, 'delete-item'),
    deleteCartItemById: deleteEndpoint(deps, BY_ID, 'delete-item-by-cart-id'),
  }
}

/** Whose cart a call is about; another player's cart id leads to another, empty cart of one's own. */
function askOf({
  params,
  query,
  caller,
}: Pick<Call, 'caller'> & { readonly params: unknown; readonly query?: unknown }): CartAsk {
  const { cart_id: cartId = null } = params as { readonly cart_id?: string }
  const { currency, locale } = (query ?? {}) as { readonly currency?: string; readonly locale?: string }
  return { party: partyOf(caller), cartId, country: countryOf(caller), currency, locale }
}

function withItem(naming: CartNaming): TObject {
  return Type.Object({ ...naming.params, item_sku: pathText })
}

function getEndpoint(deps: CartDeps, naming: CartNaming, operationId: string): Endpoint {
  return defineEndpoint({
    operationId,
    summary: `Get ${naming.summary}`,
    tag: TAG,
    schema: {
      params: Type.Object({ ...naming.params }),
      query: Type.Object({
        currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
        locale: Type.Optional(Type.String()),
      }),
      response: { 200: cartBodySchema },
    },
    handle: async (call) => ({ status: 200, body: await readCartBody(deps, askOf(call)) }),
  })
}

function clearEndpoint(deps: CartDeps, naming: CartNaming, operationId: string): Endpoint {
  return defineEndpoint({
    operationId,
    summary: `Delete all items of the ${naming.summary}`,
    tag: TAG,
    schema: { params: Type.Object({ ...naming.params }), response: { 204: null } },
    async handle(call) {
      await runChange(deps, askOf(call), { kind: 'clear' })
      return { status: 204 }
    },
  })
}

function fillEndpoint(deps: CartDeps, naming: CartNaming, operationId: string): Endpoint {
  return defineEndpoint({
    operationId,
    summary: `Fill the ${naming.summary} with items`,
    tag: TAG,
    schema: { params: Type.Object({ ...naming.params }), body: fillBodySchema, response: { 200: filledCartSchema } },
    async handle(call) {
      for (const { quantity } of call.body.items) assertQuantity(quantity)
      return { status: 200, body: await fillCart(deps, askOf(call), call.body.items) }
    },
  })
}

function putEndpoint(deps: CartDeps, naming: CartNaming, operationId: string): Endpoint {
  return defineEndpoint({
    operationId,
    summary: `Update an item of the ${naming.summary}`,
    tag: TAG,
    schema: {
      params: withItem(naming),
      body: Type.Object({ quantity: Type.Optional(Type.Number({ default: 1 })) }),
      response: { 204: null },
    },
    async handle(call) {
      const { quantity = 1 } = call.body
      assertQuantity(quantity)
      const { item_sku: sku } = call.params as { readonly item_sku: string }
      const ask = askOf(call)
      const item = await findItem(deps.store.read, ask.party.projectId, sku)
      if (item === undefined || !item.isEnabled) throw new AppError('item_not_found', { details: { sku } })
      if (!mayBeInCart(item)) throw new AppError('item_type_refused')
      await runChange(deps, ask, { kind: 'put', lines: [{ sku, quantity }] })
      return { status: 204 }
    },
  })
}

function deleteEndpoint(deps: CartDeps, naming: CartNaming, operationId: string): Endpoint {
  return defineEndpoint({
    operationId,
    summary: `Delete an item of the ${naming.summary}`,
    tag: TAG,
    schema: { params: withItem(naming), response: { 204: null } },
    async handle(call) {
      const { item_sku: sku } = call.params as { readonly item_sku: string }
      const ask = askOf(call)
      const { wasThere } = await runChange(deps, ask, { kind: 'remove', sku })
      // What left the catalog can still leave the cart; what is in neither does not exist.
      if (!wasThere && (await findItem(deps.store.read, ask.party.projectId, sku)) === undefined) {
        throw new AppError('item_not_found', { details: { sku } })
      }
      return { status: 204 }
    },
  })
}
