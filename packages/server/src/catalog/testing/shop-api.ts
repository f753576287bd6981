// The calls of this folder behind a real server, for players that a test header names.
import type { TestContext } from 'node:test'
import { AppError } from '@ordertrail/core'
import type { Authenticate, Route } from '../../platform/http/index.ts'
import { anyoneMay, givenServer } from '../../platform/http/testing/index.ts'
import type { Store } from '../../platform/store/index.ts'
import { openTestStore } from '../../platform/store/testing/index.ts'
import { makeCartEndpoints } from '../cart-endpoints.ts'
import { makeCatalogEndpoints } from '../catalog.endpoints.ts'
import { loadDemoCatalog } from '../demo-catalog.ts'
import { makeImportEndpoints } from '../import.endpoints.ts'
import { importCatalog } from '../import-catalog.ts'
import { makePromotionEndpoints } from '../promotion.endpoints.ts'
import { commandsWith, givenProjects, PROJECT_ID } from './given-catalog.ts'

/** What came back. `body` is empty where there was none. */
export interface Answered {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** A request of a test. `player` is whose token it carries; `text` is sent as it is, `body` as JSON. */
export interface Asked {
  readonly player?: string
  readonly country?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly text?: string
}

/** A shop with the demo catalog behind a server. */
export interface ShopApi {
  readonly store: Store
  call(method: Route['method'], path: string, asked?: Asked): Promise<Answered>
}

const byHeader: Authenticate = async ({ headers, projectId }) => {
  const { 'x-test-player': id, 'x-test-country': country } = headers
  if (typeof id !== 'string') return { kind: 'anyone' }
  const party = { projectId: projectId ?? 0, kind: 'user', id } as const
  const details = typeof country === 'string' ? { country } : {}
  return { kind: 'player', party, details, proof: 'jwt', orderId: null }
}

/** Opens the shop; it stops with the test. */
export async function givenShopApi(t: TestContext): Promise<ShopApi> {
  const { store, stop } = await openTestStore('sqlite memory', { commands: commandsWith() })
  t.after(stop)
  await givenProjects(store)
  await store.run(importCatalog, {
    projectId: PROJECT_ID,
    mode: 'replace' as const,
    catalog: loadDemoCatalog(),
    actor: 'test',
  })
  const authenticators = { ...anyoneMay, anyone: byHeader, cart: byHeader, player: byHeader }
  const server = await givenServer(t, routes(store), { authenticators, rateLimits: 'off' })
  return { store, call: (method, path, asked) => callShop(server.url, method, path, asked) }
}

async function callShop(url: string, method: Route['method'], path: string, asked: Asked = {}): Promise<Answered> {
  const { player, country, body, text } = asked
  const sent = body === undefined ? text : JSON.stringify(body)
  const headers = {
    ...(player === undefined ? {} : { 'x-test-player': player }),
    ...(country === undefined ? {} : { 'x-test-country': country }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...asked.headers,
  }
  const response = await fetch(`${url}${path}`, { method, headers, ...(sent === undefined ? {} : { body: sent }) })
  const received = await response.text()
  return { status: response.status, body: received === '' ? {} : (JSON.parse(received) as Answered['body']) }
}

function routes(store: Store): readonly Route[] {
  const pricing = { defaultCurrency: 'USD', currencyByCountry: { DE: 'EUR', JP: 'JPY', KW: 'KWD' } }
  const pricingOf = async (id: number): Promise<typeof pricing | undefined> => (id === PROJECT_ID ? pricing : undefined)
  const catalog = makeCatalogEndpoints({ store, pricingOf, personal: { shownTo: async () => null } })
  const carts = makeCartEndpoints({
    store,
    pricingOf,
    resolvePlayer: async (token, projectId) => {
      if (token === 'expired') throw new AppError('token_expired')
      return token === 'token-of-ana' ? { projectId, kind: 'user', id: 'ana' } : undefined
    },
  })
  const promotions = makePromotionEndpoints({ store, pricingOf })
  const base = '/api/v2/project/{project_id}'
  const read = (path: string, endpoint: Route['endpoint']): Route => ({
    method: 'GET',
    path: `${base}${path}`,
    access: 'anyone',
    errors: 'store',
    endpoint,
  })
  const cart = (method: Route['method'], path: string, endpoint: Route['endpoint']): Route => ({
    method,
    path: `${base}${path}`,
    access: 'cart',
    errors: 'store',
    endpoint,
  })
  const admin = '/api/v2/admin/project/{project_id}/cart'
  return [
    read('/items', catalog.getItems),
    read('/items/groups', catalog.getItemGroups),
    read('/items/group/{external_id}', catalog.getItemsOfGroup),
    read('/items/sku/{sku}', catalog.getItemBySku),
    read('/items/id/{item_id}', catalog.getItemById),
    read('/items/virtual_items', catalog.getVirtualItems),
    read('/items/virtual_items/all', catalog.getAllVirtualItems),
    read('/items/virtual_items/group/{external_id}', catalog.getVirtualItemsOfGroup),
    read('/items/virtual_items/sku/{item_sku}', catalog.getVirtualItemBySku),
    read('/items/virtual_currency', catalog.getVirtualCurrencies),
    read('/items/virtual_currency/sku/{virtual_currency_sku}', catalog.getVirtualCurrencyBySku),
    read('/items/virtual_currency/package', catalog.getVirtualCurrencyPackages),
    read('/items/virtual_currency/package/sku/{virtual_currency_package_sku}', catalog.getVirtualCurrencyPackageBySku),
    read('/items/bundle', catalog.getBundles),
    read('/items/bundle/group/{external_id}', catalog.getBundlesOfGroup),
    read('/items/bundle/sku/{sku}', catalog.getBundleBySku),
    cart('GET', '/cart', carts.getCart),
    cart('GET', '/cart/{cart_id}', carts.getCartById),
    cart('PUT', '/cart/clear', carts.clearCart),
    cart('PUT', '/cart/{cart_id}/clear', carts.clearCartById),
    cart('PUT', '/cart/fill', carts.fillCart),
    cart('PUT', '/cart/{cart_id}/fill', carts.fillCartById),
    cart('PUT', '/cart/item/{item_sku}', carts.putCartItem),
    cart('PUT', '/cart/{cart_id}/item/{item_sku}', carts.putCartItemById),
    cart('DELETE', '/cart/item/{item_sku}', carts.deleteCartItem),
    cart('DELETE', '/cart/{cart_id}/item/{item_sku}', carts.deleteCartItemById),
    { method: 'PUT', path: `${admin}/fill`, access: 'project', errors: 'store', endpoint: carts.adminFillCart },
    {
      method: 'PUT',
      path: `${admin}/{cart_id}/fill`,
      access: 'project',
      errors: 'store',
      endpoint: carts.adminFillCartById,
    },
    cart('POST', '/promocode/redeem', promotions.redeemPromoCode),
    cart('PUT', '/promocode/remove', promotions.removePromoCode),
    cart('GET', '/promocode/code/{promocode_code}/rewards', promotions.getPromoCodeRewards),
    cart('GET', '/coupon/code/{coupon_code}/rewards', promotions.getCouponRewards),
    cart('GET', '/promotion/code/{code}/verify', promotions.verifyPromotionCode),
    {
      method: 'PUT',
      path: '/v1/projects/{project_id}/catalog',
      access: 'project',
      errors: 'problem',
      endpoint: makeImportEndpoints({ store }).importCatalog,
    },
  ]
}
