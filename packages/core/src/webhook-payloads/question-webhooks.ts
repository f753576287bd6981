// Bodies of the webhooks that ask the game something, and the answers: user_validation, user_search, partner_side_catalog.
import type { CustomParameters, WebhookSettings, WebhookUser } from './webhook-parts.ts'

/** Body of `user_validation`: does this player exist, and may they buy? */
export interface UserValidationWebhook {
  readonly notification_type: 'user_validation'
  readonly settings?: WebhookSettings
  readonly user?: WebhookUser
  readonly custom_parameters?: CustomParameters
}

/** Body of `user_search`: who is the player with this public id? */
export interface UserSearchWebhook {
  readonly notification_type: 'user_search'
  readonly settings?: WebhookSettings
  readonly user: { readonly public_id?: string; readonly id?: string }
}

/** What the game answers to `user_search`. */
export interface UserSearchAnswer {
  readonly user: {
    readonly id: string
    readonly public_id?: string
    readonly name?: string
    readonly email?: string
    readonly phone?: string
  }
}

/** Body of `partner_side_catalog`: what may this player buy? */
export interface PartnerSideCatalogWebhook {
  readonly notification_type?: 'partner_side_catalog'
  readonly user: {
    /** Null for a visitor who is not signed in. */
    readonly user_id: string | null
    readonly country?: string
    readonly currency?: string
    readonly locale?: string
  }
}

/** One item of the game's answer to `partner_side_catalog`; `sku` or `item_id` names it. */
export interface PartnerSideCatalogItem {
  readonly sku?: string
  readonly item_id?: number
  /** How many the player may buy: 0 none, null without limit. */
  readonly quantity?: number | null
  readonly date_from?: string
  readonly date_until?: string
  readonly name?: string
  readonly description?: string
  readonly json_attributes?: Readonly<Record<string, unknown>>
  readonly content?: readonly { readonly name: string; readonly description: string; readonly quantity: number }[]
}

/** What the game answers to `partner_side_catalog`. */
export type PartnerSideCatalogAnswer = readonly PartnerSideCatalogItem[]

/** Codes that listeners give in the body of a refusal. */
export const LISTENER_ERROR_CODES = [
  'INVALID_USER',
  'INVALID_PARAMETER',
  'INVALID_SIGNATURE',
  'INCORRECT_AMOUNT',
  'INCORRECT_INVOICE',
] as const

/** Code in the body of a listener's refusal. */
export type ListenerErrorCode = (typeof LISTENER_ERROR_CODES)[number]

/** Body of a listener's refusal. */
export interface ListenerErrorBody {
  readonly error: { readonly code: ListenerErrorCode; readonly message: string }
}
