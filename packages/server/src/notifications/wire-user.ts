// The buyer as webhook bodies name them.
import type { WebhookOrderUser, WebhookUser } from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'
import { readStored, type UserDetails } from './stored-details.ts'

type Buyer = Pick<Row<'orders'>, 'party_kind' | 'party_id' | 'user_email' | 'user_country' | 'user_details'>

/** The id that the game knows; visitors have a namespace of their own, so that no visitor can pass for a user. */
export function buyerId(order: Pick<Buyer, 'party_kind' | 'party_id'>): string {
  return order.party_kind === 'visitor' ? `visitor:${order.party_id}` : order.party_id
}

/** `user` of payment, refund and user_validation. `onlyNecessary` keeps what identifies nobody: id and country. */
export function wireUser(order: Buyer, onlyNecessary: boolean): WebhookUser {
  const id = buyerId(order)
  const country = order.user_country ?? undefined
  if (onlyNecessary) return { id, country }
  const { ip, phone, name, zip } = readStored<UserDetails>(order.user_details) ?? {}
  return { ip, phone, email: order.user_email ?? undefined, id, name, country, zip }
}

/** `user` of order_paid and order_canceled; an unknown e-mail is empty text, because the member is required. */
export function wireOrderUser(order: Buyer): WebhookOrderUser {
  return { external_id: buyerId(order), email: order.user_email ?? '', country: order.user_country ?? undefined }
}
