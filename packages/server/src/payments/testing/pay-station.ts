// The pay station over real HTTP, for tests: a shop, a payment token for its order, and forms that are short to send.
import type { TestContext } from 'node:test'
import type { Route } from '../../platform/http/index.ts'
import { givenRoute, givenServer } from '../../platform/http/testing/index.ts'
import type { Row } from '../../platform/store/index.ts'
import { seedRows, type TestStore, type TestStoreOptions } from '../../platform/store/testing/index.ts'
import { newPaymentToken } from '../../projects/index.ts'
import type { ValidationAnswer, ValidationStage } from '../pay-order.ts'
import { makePayStationEndpoints } from '../pay-station/pay-station.endpoints.ts'
import { makeSandboxPsp } from '../psps/sandbox.ts'
import { type GivenPayments, ORDER_ID, openPayments, type Payments, PROJECT_ID } from './payment-store.ts'

/** What differs from an order of one sword in dev, whose players the game knows. */
export interface GivenPayStation extends GivenPayments {
  readonly items?: readonly Partial<Row<'order_items'>>[]
  readonly takesLiveOrders?: boolean
  /** Stages at which the game does not know the player. */
  readonly refuseAt?: readonly ValidationStage[]
}

/** A page as tests compare it. */
export interface SeenPage {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A served pay station. */
export interface PayStation {
  readonly shop: Payments
  readonly url: string
  /** Stages at which the game was asked, in their order. */
  readonly asked: readonly ValidationStage[]
  /** A fresh token for an order of a player. */
  token(order?: Partial<Row<'payment_tokens'>>): Promise<string>
  page(token: string): Promise<SeenPage>
  send(step: 'method' | 'data' | 'pay' | 'complete', fields: Readonly<Record<string, string>>): Promise<SeenPage>
  call(name: 'pay' | 'complete', body: object): Promise<{ readonly status: number; readonly body: SeenBody }>
  paymentStatus(token: string): Promise<{ readonly status: number; readonly body: SeenBody }>
}

/** A JSON answer as far as tests look into it. */
export type SeenBody = Readonly<Record<string, unknown>>

/** The sentence that the game's refusal shows to the player. */
export const REFUSAL = 'The game does not know you.'

/** Serves the pay station on a free port until the test ends. */
export async function servePayStation(
  t: TestContext,
  open: (options?: TestStoreOptions) => Promise<TestStore>,
  given: GivenPayStation = {},
): Promise<PayStation> {
  const { items = [{}], takesLiveOrders = true, refuseAt = [] } = given
  const shop = await openPayments(t, open, given)
  await shop.store.run(seedRows, { table: 'order_items', rows: items.map(givenItem) })
  const asked: ValidationStage[] = []
  const validateUser = async (_order: unknown, stage: ValidationStage): Promise<ValidationAnswer> => {
    asked.push(stage)
    return refuseAt.includes(stage) ? { kind: 'refused', sentence: REFUSAL } : { kind: 'accepted' }
  }
  const deps = { store: shop.store, psp: makeSandboxPsp(), validateUser, takesLiveOrders }
  const { url } = await givenServer(t, routesOf(makePayStationEndpoints(deps)))
  return { shop, url, asked, token: (token) => makeToken(shop, token), ...requests(url) }
}

function routesOf(endpoints: ReturnType<typeof makePayStationEndpoints>): readonly Route[] {
  const post = (endpoint: Route['endpoint'], path: string) => givenRoute(endpoint, { method: 'POST', path })
  return [
    givenRoute(endpoints.page, { path: '/paystation4/' }),
    post(endpoints.chooseMethod, '/paystation4/method'),
    post(endpoints.enterData, '/paystation4/data'),
    post(endpoints.payForm, '/paystation4/pay'),
    post(endpoints.completeForm, '/paystation4/complete'),
    post(endpoints.pay, '/paystation4/api/pay'),
    post(endpoints.complete, '/paystation4/api/complete'),
    givenRoute(endpoints.paymentStatus, { path: '/paystation2/api/payments/status', errors: 'store' }),
  ]
}

async function makeToken({ store }: Payments, changes: Partial<Row<'payment_tokens'>> = {}): Promise<string> {
  const { token, tokenHash } = newPaymentToken(PROJECT_ID)
  const now = store.now()
  const party = { party_kind: 'user', party_id: 'player-1' }
  const times = { created_at: now, expires_at: now + 86_400_000 }
  const row = { project_id: PROJECT_ID, token_hash: tokenHash, order_id: ORDER_ID, ...party, ...times, ...changes }
  await store.run(seedRows, { table: 'payment_tokens', rows: [row] })
  return token
}

function requests(url: string): Pick<PayStation, 'page' | 'send' | 'call' | 'paymentStatus'> {
  const seenPage = async (response: Response): Promise<SeenPage> => {
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const seenBody = async (response: Response) => {
    return { status: response.status, body: (await response.json()) as SeenBody }
  }
  return {
    page: async (token) => seenPage(await fetch(`${url}/paystation4/?token=${encodeURIComponent(token)}`)),
    send: async (step, fields) => {
      const body = new URLSearchParams({ method: 'card', ...fields })
      return seenPage(await fetch(`${url}/paystation4/${step}`, { method: 'POST', body, redirect: 'manual' }))
    },
    call: async (name, body) => {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return seenBody(await fetch(`${url}/paystation4/api/${name}`, init))
    },
    paymentStatus: async (token) =>
      seenBody(await fetch(`${url}/paystation2/api/payments/status?access_token=${token}`)),
  }
}

function givenItem(changes: Partial<Row<'order_items'>>, index: number): Row<'order_items'> {
  const item = { item_id: 1, sku: 'sword', type: 'virtual_good', name: 'Sword of Dawn', quantity: 1 }
  const flags = { is_free: 0, is_bonus: 0, is_bundle_content: 0, is_pre_order: 0 }
  const rest = {
    amount: 199,
    amount_without_discount: 199,
    promotions: '[]',
    custom_attributes: null,
    description: null,
  }
  return { project_id: PROJECT_ID, order_id: ORDER_ID, position: index + 1, ...item, ...flags, ...rest, ...changes }
}
