// The webhooks that ask something of the game: partner_side_catalog and user_search.
import { filledTextAt, objectAt, type WireObject } from './wire-fields.ts'

/** Who is asked for. */
export interface UserSearchQuery {
  readonly publicId: string | null
  readonly userId: string | null
}

/** Whose catalog is asked for. */
export interface PartnerCatalogQuery {
  /** Null when the user has not signed in. */
  readonly userId: string | null
  readonly country: string | null
  readonly currency: string | null
  readonly locale: string | null
}

/** Reads user_search. */
export function readUserSearch(body: WireObject): UserSearchQuery {
  const user = objectAt(body, 'user')
  return { publicId: filledTextAt(user, 'public_id'), userId: filledTextAt(user, 'id') }
}

/** Reads partner_side_catalog; older senders name the user `id` instead of `user_id`. */
export function readPartnerCatalogQuery(body: WireObject): PartnerCatalogQuery {
  const user = objectAt(body, 'user')
  return {
    userId: filledTextAt(user, 'user_id') ?? filledTextAt(user, 'id'),
    country: filledTextAt(user, 'country'),
    currency: filledTextAt(user, 'currency'),
    locale: filledTextAt(user, 'locale'),
  }
}
