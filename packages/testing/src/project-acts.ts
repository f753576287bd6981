// What a test does with orders and with the project, each through the public calls of the server.
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { type Call, PATHS } from './calls.ts'
import { durationMs } from './duration.ts'
import type { Emulator, FoundOrder, PaymentEnd, UnprocessedEvent } from './emulator.ts'
import { EmulatorError } from './emulator-error.ts'
import { DEFAULT_USER, orderCall } from './order-wish.ts'

/** The part of an emulator that is calls and nothing else. */
export type ProjectActs = Pick<
  Emulator,
  | 'userToken'
  | 'listenAt'
  | 'changeSettings'
  | 'setCatalog'
  | 'createOrder'
  | 'pay'
  | 'decline'
  | 'tryToPay'
  | 'refund'
  | 'cancel'
  | 'fulfil'
  | 'resend'
  | 'skipTime'
  | 'settle'
  | 'orders'
  | 'events'
>

const { projectId, merchantId, apiKey, webhookSecret, loginSecret } = DEV_PROJECT

/** What the project of every emulator is called and opened by. */
export const IDENTITY: Pick<Emulator, 'projectId' | 'merchantId' | 'apiKey' | 'webhookSecret' | 'loginSecret'> = {
  projectId,
  merchantId,
  apiKey,
  webhookSecret,
  loginSecret,
}
const ASKED_FOR: number = 1
const PAGE = 10

/** Makes it. */
export function projectActs(call: Call, url: string): ProjectActs {
  const own = (method: string, path: string, body?: string | object): Promise<unknown> =>
    call('project', method, PATHS.own + path, body)

  const userToken: Emulator['userToken'] = async (userId = DEFAULT_USER, details = {}) => {
    const { lifeSeconds, ...told } = details
    const body = { user_id: userId, ...told, ...(lifeSeconds === undefined ? {} : { life_seconds: lifeSeconds }) }
    return ((await own('POST', '/user-tokens', body)) as { readonly token: string }).token
  }
  const tryToPay: Emulator['tryToPay'] = async (orderId, outcome = 'paid') => {
    const body = { project_id: projectId, order_id: orderId, outcome }
    const { result, status, message } = (await call('nobody', 'POST', '/v1/dev/pay-order', body)) as PaymentEnd
    return { result, status, message }
  }
  const payAs = async (orderId: number, outcome: 'paid' | 'declined'): Promise<void> => {
    const { result, message } = await tryToPay(orderId, outcome)
    if (result === outcome) return
    throw new EmulatorError(`The payment of order ${orderId} was ${result}, not ${outcome}. ${message ?? ''}`.trim())
  }
  const skip = async (ms: number): Promise<Date> => {
    const { now } = (await call('nobody', 'POST', '/v1/dev/time:skip', { ms })) as { readonly now: string }
    return new Date(now)
  }

  return {
    userToken,
    tryToPay,
    pay: (orderId) => payAs(orderId, 'paid'),
    decline: (orderId) => payAs(orderId, 'declined'),
    async listenAt(webhookUrl) {
      await call('project', 'PUT', `${PATHS.v2}/admin/webhook`, webhookSettings(webhookUrl))
    },
    async changeSettings(settings) {
      await own('PATCH', '/settings', settings)
    },
    async setCatalog(catalog) {
      await own('PUT', '/catalog', catalog)
    },
    async createOrder(wish = {}) {
      const { userId = DEFAULT_USER } = wish
      const { by, version, path, body } = orderCall(wish)
      const as = by === 'project' ? by : { token: await userToken(userId) }
      const placed = (await call(as, 'POST', PATHS[version] + path, body)) as PlacedBody
      const token = placed.token ?? null
      const payUrl = token === null ? null : `${url}/paystation4/?token=${encodeURIComponent(token)}`
      return { orderId: placed.order_id, userId, token, payUrl }
    },
    async refund(orderId, { amount, code = ASKED_FOR, reason } = {}) {
      await own('POST', `/orders/${orderId}/refunds`, { amount, code, reason_detail: reason })
    },
    async cancel(orderId) {
      await own('POST', `/orders/${orderId}/cancel`, {})
    },
    async fulfil(orderId) {
      await own('POST', `/orders/${orderId}/fulfillment`, {})
    },
    async resend(orderId) {
      await own('POST', `/orders/${orderId}/resend`)
    },
    skipTime: (duration) => skip(durationMs(duration)),
    // Skipping the least there is waits for everything that is due.
    settle: async () => void (await skip(1)),
    orders: () => allOrders(call),
    async events(userId = DEFAULT_USER) {
      const as = { token: await userToken(userId) }
      const answer = await call(as, 'GET', `/events?project_id=${projectId}`)
      return (answer as { readonly events: readonly UnprocessedEvent[] }).events
    },
  }
}

interface PlacedBody {
  readonly order_id: number
  readonly token?: string
}

/** The documented call wants a URL also where webhooks are switched off. */
function webhookSettings(url: string | null): object {
  return { url: url ?? 'http://127.0.0.1/', secret: webhookSecret, is_enabled: url !== null }
}

async function allOrders(call: Call): Promise<readonly FoundOrder[]> {
  const orders: FoundOrder[] = []
  for (let hasMore = true; hasMore; ) {
    const asked = { limit: PAGE, offset: orders.length }
    const page = (await call('project', 'POST', `${PATHS.v3}/admin/order/search`, asked)) as {
      readonly orders: readonly FoundOrder[]
      readonly has_more: boolean
    }
    orders.push(...page.orders)
    hasMore = page.has_more && page.orders.length > 0
  }
  return orders
}
