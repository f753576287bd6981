// What a developer does with a running emulator: place an order, pay it, look at it, resend, skip time. All through the public API.

import { CallFailed, callServer, type ServerAddress } from './call-server.ts'
import { DEV_PROJECT } from './dev-project.ts'

/** A placed order and the token that pays it. */
export interface PlacedOrder {
  readonly orderId: number
  readonly token: string
}

/** Get order, as far as the tools look into it. */
export interface OrderView {
  readonly order_id: number
  readonly status: string
  readonly content: { readonly items: readonly { readonly sku: string; readonly quantity: number }[] }
}

/** What came of a webhook that was sent again; the listener's HTTP status, or why there is none. */
export interface Resent {
  readonly attempt: number
  readonly outcome: 'accepted' | 'rejected' | 'retry'
  readonly status: number | null
  readonly failure: string | null
}

/** How the sandbox can end a payment. */
export type SandboxOutcome = 'paid' | 'declined' | 'paid_later' | 'closed'

/** How a payment really ended: a listener that refuses its user, for instance, stops it. `message` is for the player. */
export interface PaymentEnd {
  readonly result: 'paid' | 'pending' | 'declined' | 'closed' | 'refused' | 'returned' | 'unheard'
  readonly status: string
  readonly message: string | null
}

/** The calls of one developer against one emulator. Each throws CallFailed with the server's own sentence. */
export interface DevSession {
  userToken(userId: string): Promise<string>
  placeOrder(userToken: string, sku: string): Promise<PlacedOrder>
  pay(token: string, outcome: SandboxOutcome): Promise<PaymentEnd>
  getOrder(userToken: string, orderId: number): Promise<OrderView>
  setWebhook(url: string): Promise<void>
  /** @returns where webhooks go; null: nowhere yet */
  webhookUrl(): Promise<string | null>
  resendLast(orderId: number): Promise<Resent>
  /** @returns wall time of the emulator afterwards */
  skipMinutes(minutes: number): Promise<Date>
}

/** Everything that falls due on the way is sent before a skip is answered. */
const SKIP_TIMEOUT_MS = 120_000
const MINUTE_MS = 60_000

const store = `/api/v2/project/${DEV_PROJECT.projectId}`
const own = `/v1/projects/${DEV_PROJECT.projectId}`

/** Opens a session with the demo project's own key. */
export function devSession(url: string): DevSession {
  const asProject: ServerAddress = { url, credentials: `${DEV_PROJECT.projectId}:${DEV_PROJECT.apiKey}` }
  const asPlayer = (token: string): ServerAddress => ({ url, credentials: null, token })
  return {
    async userToken(userId) {
      const answer = (await callServer(asProject, 'POST', `${own}/user-tokens`, { user_id: userId })) as {
        token: string
      }
      return answer.token
    },
    async placeOrder(userToken, sku) {
      const path = `${store}/payment/item/${encodeURIComponent(sku)}`
      const answer = await callServer(asPlayer(userToken), 'POST', path, { sandbox: true })
      const { order_id, token } = answer as { order_id: number; token: string }
      return { orderId: order_id, token }
    },
    async pay(token, outcome) {
      const payStation: ServerAddress = { url, credentials: null }
      return (await callServer(payStation, 'POST', '/paystation4/api/pay', { token, outcome })) as PaymentEnd
    },
    async getOrder(userToken, orderId) {
      return (await callServer(asPlayer(userToken), 'GET', `${store}/order/${orderId}`)) as OrderView
    },
    async setWebhook(webhookUrl) {
      const body = { url: webhookUrl, secret: DEV_PROJECT.webhookSecret, is_enabled: true }
      await callServer(asProject, 'PUT', `${store}/admin/webhook`, body)
    },
    async webhookUrl() {
      const settings = await callServer(asProject, 'GET', `${store}/admin/webhook`).catch(absentAsNull)
      return (settings as { url: string } | null)?.url ?? null
    },
    async resendLast(orderId) {
      return (await callServer(asProject, 'POST', `${own}/orders/${orderId}/resend`)) as Resent
    },
    async skipMinutes(minutes) {
      const skipping = { url, credentials: null, timeoutMs: SKIP_TIMEOUT_MS }
      const answer = await callServer(skipping, 'POST', '/v1/dev/time:skip', { ms: minutes * MINUTE_MS })
      return new Date((answer as { now: string }).now)
    },
  }
}

function absentAsNull(error: unknown): null {
  if (error instanceof CallFailed && error.status === 404) return null
  throw error
}
