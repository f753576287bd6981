// The shops of a run: one project for each way in which a game may learn of its orders, made through the public API.
import type { ChaosAnswer, ChaosCall, ChaosCalls } from './chaos-calls.ts'

/** How a shop of the run is set up. */
export interface ShopPlan {
  readonly name: string
  readonly mode: 'combined' | 'separate'
  /** Where its game learns of orders. */
  readonly route: 'webhook' | 'events'
  readonly fulfilment: 'acknowledged' | 'api'
  /** Ways in which its players pay: told by a provider, or on the sandbox page. */
  readonly payments: readonly ('provider' | 'page')[]
  /** Money goes back when the game refuses; its game then refuses some. */
  readonly isAutoRefundOn: boolean
}

/** A shop with its keys. */
export interface Shop extends ShopPlan {
  readonly projectId: number
  readonly credentials: string
  readonly loginSecret: string
  readonly webhookSecret: string
}

/** What is sold: one item for money, one for nothing. */
export const SWORD = 'sword_1'
export const GIFT = 'daily_gift'
/** Minor units. */
export const SWORD_PRICE = 499

/** The six shops. */
export const SHOP_PLANS: readonly ShopPlan[] = [
  shop('combined', { mode: 'combined' }),
  shop('separate', {}),
  shop('by-call', { fulfilment: 'api' }),
  shop('refunding', { isAutoRefundOn: true, payments: ['page'] }),
  shop('events', { route: 'events' }),
  shop('events-by-call', { route: 'events', mode: 'combined', fulfilment: 'api' }),
]

function shop(name: string, plan: Partial<ShopPlan>): ShopPlan {
  return {
    name,
    mode: 'separate',
    route: 'webhook',
    fulfilment: 'acknowledged',
    payments: ['provider', 'page'],
    isAutoRefundOn: false,
    ...plan,
  }
}

const CATALOG = {
  items: [
    { sku: SWORD, type: 'virtual_good', name: 'Sword', prices: { USD: SWORD_PRICE / 100 } },
    { sku: GIFT, type: 'virtual_good', name: 'Gift', is_free: true },
  ],
}
/** A failed attempt is made again every minute, so that a run ends without skipping time. */
const MINUTES = Array.from({ length: 20 }, (_, minute) => minute)
const TYPES = ['payment', 'order_paid', 'partial_refund', 'refund', 'order_canceled']
/** Nothing of a run may be cut before it is compared. */
const HISTORY_SIZE = 10_000

/** Makes the shops; `urlOf` says where the listener of each is. */
export async function openShops(
  calls: ChaosCalls,
  adminKey: string,
  urlOf: (plan: ShopPlan) => string,
): Promise<readonly Shop[]> {
  const admin = { token: adminKey }
  const merchant = await must(calls, { ...admin, method: 'POST', path: '/v1/merchants', body: { name: 'Chaos' } })
  const path = `/v1/merchants/${merchant.merchant_id}/projects`
  const shops: Shop[] = []
  for (const plan of SHOP_PLANS) {
    const made = await must(calls, { ...admin, method: 'POST', path, body: { name: plan.name } })
    const projectId = Number(made.project_id)
    const opened: Shop = {
      ...plan,
      projectId,
      credentials: `${projectId}:${(made.api_key as { readonly key: string }).key}`,
      loginSecret: String(made.login_secret),
      webhookSecret: `chaos-webhook-secret-of-${plan.name}-for-a-run`,
    }
    await furnish(calls, opened, urlOf(plan))
    shops.push(opened)
  }
  return shops
}

async function furnish(calls: ChaosCalls, shop: Shop, url: string): Promise<void> {
  const own = `/v1/projects/${shop.projectId}`
  const { credentials, webhookSecret: secret } = shop
  await must(calls, { credentials, method: 'PUT', path: `${own}/catalog`, body: CATALOG })
  const webhook = { url, secret, is_enabled: true }
  await must(calls, { credentials, method: 'PUT', path: `${own}/webhook-settings`, body: webhook })
  const body = {
    webhook_mode: shop.mode,
    fulfilment: shop.fulfilment,
    is_events_api_on: shop.route === 'events',
    is_auto_refund_on: shop.isAutoRefundOn,
    history_size_max: HISTORY_SIZE,
    schedules: Object.fromEntries(TYPES.map((type) => [type, MINUTES])),
    toggles: { order_object: true, partial_refund: true },
  }
  await must(calls, { credentials, method: 'PATCH', path: `${own}/settings`, body })
}

/** Before the first fault everything works. */
async function must(calls: ChaosCalls, call: ChaosCall): Promise<NonNullable<ChaosAnswer['body']>> {
  const answer = await calls.once(call)
  if (answer?.body && answer.status < 300) return answer.body
  throw new Error(`${call.method} ${call.path} was answered with ${JSON.stringify(answer)}`)
}
