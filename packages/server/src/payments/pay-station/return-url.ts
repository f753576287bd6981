// Where the player goes after paying: the game's return URL with the documented parameters.
import { buyerId } from '../../notifications/index.ts'
import type { Row } from '../../platform/store/index.ts'

/** Status parameter of the return URL: paid, waiting to be paid, or gone wrong. */
export type ReturnStatus = 'done' | 'invoice' | 'troubled'

/** What is told to the page that the player returns to. `transactionId` null: nothing was paid. */
export interface ReturnTold {
  readonly transactionId: number | null
  readonly status: ReturnStatus | null
}

/**
 * The address to send the player to; null when the order names none or one that is not http or https.
 *
 * The window was closed before paying: only user_id and an empty invoice_id, as documented.
 */
export function returnUrl(order: Row<'orders'>, told: ReturnTold): string | null {
  const { return_url } = JSON.parse(order.settings) as { readonly return_url?: unknown }
  if (typeof return_url !== 'string' || !URL.canParse(return_url)) return null
  const url = new URL(return_url)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  url.searchParams.set('user_id', buyerId(order))
  url.searchParams.set('invoice_id', told.transactionId === null ? '' : String(told.transactionId))
  if (told.status !== null) url.searchParams.set('status', told.status)
  if (told.status !== null && order.external_id !== null) url.searchParams.set('foreigninvoice', order.external_id)
  return url.href
}
