// The calls about orders over real HTTP, for tests; who calls is said by a header instead of being proved.
import { randomBytes } from 'node:crypto'
import type { Party } from '../../platform/http/index.ts'
import { type Authenticate, type Caller, createHttpServer, type Route } from '../../platform/http/index.ts'
import { silentLogger } from '../../platform/logger.ts'
import { noMetrics } from '../../platform/metrics.ts'
import { createSeal } from '../../platform/seal.ts'
import { readProjectFacts } from '../../projects/index.ts'
import { makeOrderEndpoints, type OrderCall } from '../index.ts'
import { PROJECT_ID } from './given-rows.ts'
import type { Shop } from './shop.ts'

/** An answer as tests compare it; `body` undefined: there is none. */
export interface SeenAnswer {
  readonly status: number
  // Tests look into bodies of many shapes.
  readonly body: Readonly<Record<string, unknown>> | undefined
  readonly headers: Headers
}

/** Who calls: a player with what their token tells, or the game's server. */
export type TestCaller = 'server' | 'nobody' | (Partial<Party> & { readonly id: string; readonly email?: string })

/** Makes a request to the served calls. */
export type Request = (
  method: 'GET' | 'POST',
  path: string,
  options?: {
    readonly caller?: TestCaller
    readonly body?: object
    readonly headers?: Readonly<Record<string, string>>
  },
) => Promise<SeenAnswer>

const STORE = '/api/v2/project/{project_id}'
const OWN = '/v1/projects/{project_id}/orders/{order_id}'

const PATHS: Readonly<Record<OrderCall, readonly [Route['method'], string]>> = {
  createOrderWithItem: ['POST', `${STORE}/payment/item/{item_sku}`],
  createOrder: ['POST', `${STORE}/payment/cart`],
  createOrderByCartId: ['POST', `${STORE}/payment/cart/{cart_id}`],
  createFreeOrderWithItem: ['POST', `${STORE}/free/item/{item_sku}`],
  createFreeOrder: ['POST', `${STORE}/free/cart`],
  createFreeOrderByCartId: ['POST', `${STORE}/free/cart/{cart_id}`],
  redeemCoupon: ['POST', `${STORE}/coupon/redeem`],
  createOrderWithItemForVirtualCurrency: ['POST', `${STORE}/payment/item/{item_sku}/virtual/{virtual_currency_sku}`],
  adminCreatePaymentToken: ['POST', '/api/v3/project/{project_id}/admin/payment/token'],
  getOrder: ['GET', `${STORE}/order/{order_id}`],
  adminOrderSearch: ['POST', '/api/v3/project/{project_id}/admin/order/search'],
  readOrderStory: ['GET', OWN],
  fulfilOrder: ['POST', `${OWN}/fulfillment`],
  cancelOrder: ['POST', `${OWN}/cancel`],
}

/** Serves the calls on a free port of this machine until the test ends. */
export async function serveOrders(t: { after(end: () => Promise<void>): void }, { store }: Shop): Promise<Request> {
  const directory = {
    find: async (projectId: number) => (await readProjectFacts(store.read, [projectId])).get(projectId),
  }
  const personal = { forPurchase: async () => null }
  const endpoints = makeOrderEndpoints({ store, directory, seal: createSeal([randomBytes(32)]), personal })
  const routes = Object.entries(PATHS).map(([name, [method, path]]): Route => {
    const errors = path.startsWith('/v1') ? 'problem' : 'store'
    return { method, path, access: 'anyone', errors, endpoint: endpoints[name as OrderCall] }
  })
  const server = createHttpServer({
    routes,
    authenticators: everyAccess(authenticate),
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    metrics: noMetrics,
  })
  await server.start()
  t.after(() => server.stop())
  return requestTo(server.address().url)
}

function everyAccess(one: Authenticate) {
  return { anyone: one, player: one, cart: one, project: one, merchant: one, installation: one, dev: one }
}

const authenticate: Authenticate = async ({ headers }) => {
  const caller = JSON.parse(String(headers['x-test-caller'])) as TestCaller
  if (caller === 'server') return { kind: 'key', merchantId: 1001, projectId: PROJECT_ID, keyName: 'backend' }
  return caller === 'nobody' ? { kind: 'anyone' } : playerCaller(caller)
}

function playerCaller({ email, ...party }: Exclude<TestCaller, string>): Caller {
  const details = email === undefined ? { name: 'Ann', country: 'US' } : { name: 'Ann', country: 'US', email }
  return {
    kind: 'player',
    party: { projectId: PROJECT_ID, kind: 'user', ...party },
    details,
    proof: 'jwt',
    orderId: null,
  }
}

function requestTo(url: string): Request {
  return async (method, path, { caller = { id: 'ann' }, body, headers = {} } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-test-caller': JSON.stringify(caller), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
}
