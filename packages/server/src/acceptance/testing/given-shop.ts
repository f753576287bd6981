// A shop for acceptance tests: one project of a running server with the calls that its game, its players and its staff make.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { DEV_PROJECT } from '../../dev-project.ts'
import type { CallAnswer, CallAs } from './call-server.ts'
import { type GivenGame, type GivenGameOptions, givenGame } from './given-game.ts'
import { type GivenServer, type GivenServerOptions, givenServer } from './given-server.ts'
import { type StatusWatcher, watchStatuses } from './watch-statuses.ts'

/** A new order as its buyer sees it; `token` where it waits for payment. */
export interface PlacedOrder {
  readonly orderId: number
  readonly token: string
}

/** JSON as it came, to be compared as a whole. */
export type Json = Readonly<Record<string, unknown>>

/** The story of an order, as far as tests look into it. */
export interface Story {
  readonly order: Json
  readonly timeline: readonly Json[]
  readonly payments: readonly Json[]
  readonly refunds: readonly Json[]
  readonly notifications: readonly Json[]
  readonly deliveries: readonly Json[]
  readonly attempts: readonly Json[]
  readonly events: readonly Json[]
}

/** One project and what is done with it. Calls fail the test when their status is not the documented success. */
export interface Shop {
  readonly server: GivenServer
  readonly projectId: number
  /** How the project's own backend calls. */
  readonly key: CallAs
  /** A user JWT. */
  tokenOf(userId: string, details?: Json): Promise<string>
  /** Calls a documented path below the project, `/payment/cart` for instance. */
  store(as: CallAs, method: string, path: string, body?: unknown): Promise<CallAnswer>
  /** Calls our own path below the project with its key. */
  own(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<CallAnswer>
  /** Buys one item for money. */
  buy(as: CallAs, sku?: string, body?: Json): Promise<PlacedOrder>
  pay(token: string, outcome?: string): Promise<Json>
  /** Buys and pays. */
  sell(as: CallAs, sku?: string, body?: Json): Promise<PlacedOrder>
  refund(orderId: number, body?: Json): Promise<void>
  changeSettings(patch: Json): Promise<void>
  setWebhook(url: string, options?: Json): Promise<void>
  getOrder(as: CallAs, orderId: number): Promise<Json>
  story(orderId: number): Promise<Story>
  /** The states of an order's deliveries in their line: `order_paid accepted`. */
  deliveriesOf(orderId: number): Promise<readonly string[]>
  watch(t: TestContext, auth: string): Promise<StatusWatcher>
  /** Skips wall time and waits until nothing is due or in flight. */
  skip(ms: number): Promise<void>
  /** Waits until nothing is due or in flight. */
  settle(): Promise<void>
}

/** The demo project of a new server. */
export async function givenShop(t: TestContext, options: GivenServerOptions = {}): Promise<Shop> {
  return shopOf(await givenServer(t, options), DEV_PROJECT.projectId, 'project')
}

/** A shop and its game, which hears its webhooks. */
export async function givenShopAndGame(
  t: TestContext,
  options: GivenServerOptions & GivenGameOptions = {},
): Promise<{ readonly shop: Shop; readonly game: GivenGame }> {
  const shop = await givenShop(t, options)
  const game = await givenGame(t, options)
  await shop.setWebhook(game.url)
  return { shop, game }
}

/** The shop of another project of a server. */
export function shopOf(server: GivenServer, projectId: number, key: CallAs): Shop {
  const storePath = `/api/v2/project/${projectId}`
  const ownPath = `/v1/projects/${projectId}`
  const store: Shop['store'] = (as, method, path, body) => server.call(method, storePath + path, { as, body })
  const own: Shop['own'] = (method, path, body, headers) =>
    server.call(method, ownPath + path, { as: key, body, ...(headers === undefined ? {} : { headers }) })
  const skip = async (ms: number): Promise<void> =>
    void bodyOf(await server.call('POST', '/v1/dev/time:skip', { as: 'admin', body: { ms } }), 200)

  const buy: Shop['buy'] = async (as, sku = 'sword_1', body = {}) =>
    placedOf(bodyOf(await store(as, 'POST', `/payment/item/${sku}`, body), 200))
  const pay: Shop['pay'] = async (token, outcome = 'paid') =>
    bodyOf(await server.call('POST', '/paystation4/api/pay', { body: { token, outcome } }), 200)
  const story = async (orderId: number): Promise<Story> =>
    bodyOf(await own('GET', `/orders/${orderId}`), 200) as unknown as Story

  return {
    server,
    projectId,
    key,
    store,
    own,
    buy,
    pay,
    story,
    skip,
    // Skipping the least there is waits for everything that is due.
    settle: () => skip(1),
    tokenOf: async (userId, details = {}) =>
      String(bodyOf(await own('POST', '/user-tokens', { user_id: userId, ...details }), 201).token),
    sell: async (as, sku, body) => {
      const placed = await buy(as, sku, body)
      await pay(placed.token)
      return placed
    },
    refund: async (orderId, body = { code: 1 }) =>
      void bodyOf(await own('POST', `/orders/${orderId}/refunds`, body), 202),
    changeSettings: async (patch) => void bodyOf(await own('PATCH', '/settings', patch), 200),
    setWebhook: async (url, options = {}) => {
      const body = { url, secret: DEV_PROJECT.webhookSecret, is_enabled: true, ...options }
      assert.equal((await store(key, 'PUT', '/admin/webhook', body)).status, 204)
    },
    getOrder: async (as, orderId) => bodyOf(await store(as, 'GET', `/order/${orderId}`), 200),
    deliveriesOf: async (orderId) => (await story(orderId)).deliveries.map(({ type, state }) => `${type} ${state}`),
    watch: (t, auth) => watchStatuses(t, { url: server.url, auth, projectId }),
  }
}

/** The body of an answer that has to have `status`. */
export function bodyOf(answer: CallAnswer, status: number): Json {
  assert.equal(answer.status, status, `expected ${status}, got ${answer.status} ${answer.text}`)
  return answer.body as Json
}

/** An order as the calls that create one answer it. */
export function placedOf(body: Json): PlacedOrder {
  return { orderId: Number(body.order_id), token: String(body.token ?? '') }
}
