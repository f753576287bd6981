// Everybody who may try to call a server, and which of them each kind of route lets in.
import type { CallAs } from './call-server.ts'
import { type GivenServer, startGivenServer } from './given-server.ts'
import { bodyOf, placedOf, type Shop, shopOf } from './given-shop.ts'
import { givenTenants } from './given-tenants.ts'
import { VISITOR_ID } from './sale-kinds.ts'

/** Callers by what they are to the project whose paths are called. */
export const CALLER_KINDS = [
  'nobody',
  'player',
  'other player',
  'player of another project',
  'payment token',
  'visitor',
  'key of this project',
  'key of another project of the merchant',
  'key of the merchant',
  'key of another merchant',
  'key of a project of another merchant',
  'admin',
  'wrong admin',
] as const

/** One of them. */
export type CallerKind = (typeof CALLER_KINDS)[number]

/** Texts that only the player, the project's keys and the admin may ever read. */
export const CANARY = 'canary-4f1d9c'

/** What the test's own admin key is; `start` knows no other. */
const ADMIN_KEY = 'an_admin_key_of_the_acceptance_tests_0123456789'

/** A production server with an order, its event and its delivery, and everybody around it. */
export interface RightsCast {
  readonly server: GivenServer
  readonly shop: Shop
  readonly callers: Readonly<Record<CallerKind, CallAs>>
  /** Values for the names in braces of a path. */
  readonly pathValues: Readonly<Record<string, string>>
}

/** Starts the server as in production, where loopback has no rights of its own. */
export async function startRightsCast(store: 'sqlite' | 'postgres'): Promise<RightsCast> {
  const server = await startGivenServer({
    store,
    isReadable: true,
    mode: 'start',
    overrides: { host: '127.0.0.1', adminKey: ADMIN_KEY, secretKey: Buffer.alloc(32, 7).toString('hex') },
  })
  const admin: CallAs = { bearer: ADMIN_KEY }
  const { merchants, projects } = await givenTenants(server, admin)
  const { own, neighbour, foreign } = projects
  const shop = shopOf(server, own.projectId, { basic: `${own.projectId}:${own.key}` })
  const strangers = shopOf(server, foreign.projectId, { basic: `${foreign.projectId}:${foreign.key}` })
  const player = { bearer: await shop.tokenOf('player-1', { email: `${CANARY}@example.com`, name: CANARY }) }
  const order = placedOf(
    bodyOf(await shop.store(player, 'POST', '/payment/item/sword_1', { settings: { external_id: CANARY } }), 200),
  )
  const pathValues = {
    project_id: String(own.projectId),
    merchant_id: String(merchants.own.merchantId),
    order_id: String(order.orderId),
    event_id: '10000001',
    delivery_id: '1',
    recovery_id: '1',
    item_sku: 'sword_1',
    sku: 'sword_1',
    item_id: '1',
    virtual_currency_sku: 'gold',
    virtual_currency_package_sku: 'gold_100',
    external_id: 'featured',
    cart_id: 'cart-1',
    promocode_code: 'NOPE',
    coupon_code: 'NOPE',
    code: 'NOPE',
    key_name: 'no-such-key',
  }
  const callers: Readonly<Record<CallerKind, CallAs>> = {
    nobody: null,
    player,
    'other player': { bearer: await shop.tokenOf('player-2') },
    'player of another project': { bearer: await strangers.tokenOf('player-1') },
    'payment token': { bearer: order.token },
    visitor: { visitor: VISITOR_ID },
    'key of this project': shop.key,
    'key of another project of the merchant': { basic: `${neighbour.projectId}:${neighbour.key}` },
    'key of the merchant': { basic: `${merchants.own.merchantId}:${merchants.own.key}` },
    'key of another merchant': { basic: `${merchants.foreign.merchantId}:${merchants.foreign.key}` },
    'key of a project of another merchant': strangers.key,
    admin,
    'wrong admin': { bearer: `${ADMIN_KEY.slice(0, -1)}x` },
  }
  return { server, shop, callers, pathValues }
}
