// Creates an order from an item or a cart.
import { askWithToken, type RequestDeps, type StoreAnswer } from './look-at-order.ts'
import type { Failed } from './outcome.ts'

/** What is bought: one item, or what is in a cart. */
export type Basket =
  | { readonly sku: string; readonly quantity?: number; readonly promoCode?: string }
  /** True: the player's own cart; a text: the cart of that id. */
  | { readonly cart: true | string }

/** What it is paid with. */
export type PayWith = 'money' | 'nothing' | { readonly virtualCurrency: string }

/** Details of a new order; `settings` and `customParameters` go out as they are. */
export interface OrderDetails {
  /** Default: money. An item alone can be paid with a virtual currency. */
  readonly payWith?: PayWith
  /** No money moves. */
  readonly sandbox?: boolean
  readonly currency?: string
  readonly locale?: string
  readonly settings?: Readonly<Record<string, unknown>>
  readonly customParameters?: Readonly<Record<string, unknown>>
}

/** An order that was created. */
export interface CreatedOrder {
  readonly orderId: number
  /** Opens the payment page; null where nothing is to be paid there. */
  readonly token: string | null
}

/** @returns the order, or why there is none */
export async function createOrder(
  deps: RequestDeps,
  basket: Basket,
  details: OrderDetails,
): Promise<CreatedOrder | Failed> {
  try {
    const response = await askWithToken(deps, urlOf(deps, basket, details.payWith ?? 'money'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf(basket, details)),
    })
    const body = (await response.json().catch(() => null)) as { order_id?: unknown; token?: unknown } | null
    if (response.status < 300 && typeof body?.order_id === 'number') {
      return { orderId: body.order_id, token: typeof body.token === 'string' ? body.token : null }
    }
    return refused({ status: response.status, body })
  } catch (cause) {
    return notCreated('unreachable', 'Look for the order before you try again: it may have been created.', cause)
  }
}

function urlOf({ endpoints, projectId }: RequestDeps, basket: Basket, payWith: PayWith): string {
  const project = `${endpoints.store}/v2/project/${projectId}/${payWith === 'nothing' ? 'free' : 'payment'}`
  if ('cart' in basket) return `${project}/cart${basket.cart === true ? '' : `/${encodeURIComponent(basket.cart)}`}`
  const item = `${project}/item/${encodeURIComponent(basket.sku)}`
  return typeof payWith === 'string' ? item : `${item}/virtual/${encodeURIComponent(payWith.virtualCurrency)}`
}

/** Members that are undefined stay away. */
function bodyOf(basket: Basket, { sandbox, currency, locale, settings, customParameters }: OrderDetails): object {
  const { quantity, promoCode } = 'sku' in basket ? basket : {}
  return { quantity, promo_code: promoCode, sandbox, currency, locale, settings, custom_parameters: customParameters }
}

function refused(answer: StoreAnswer): Failed {
  return answer.status === 401
    ? notCreated('unauthorized', 'Sign the player in and buy again.', answer)
    : notCreated('purchase_refused', 'Show the player why: the cause holds the errorCode of the store.', answer)
}

function notCreated(code: Failed['code'], advice: string, cause: unknown): Failed {
  return { kind: 'failed', orderId: null, status: null, code, advice, cause }
}
