// Parts that several webhook bodies share: where it comes from, who buys, what is bought.

/** Which project the news is of. */
export interface WebhookSettings {
  readonly project_id: number
  readonly merchant_id: number
}

/**
 * The player in user_validation and the payment webhooks. Where the project asks for necessary parameters only, `id`
 * and `country` are all there is.
 */
export interface WebhookUser {
  readonly id: string
  readonly ip?: string
  readonly phone?: string
  readonly email?: string
  readonly name?: string
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string
  readonly zip?: string
}

/** What the game attached to the order; `saved_payment_method` and `payment_type` are added by a project toggle. */
export interface CustomParameters {
  readonly [name: string]: unknown
  readonly saved_payment_method?: 0 | 1 | 2
  readonly payment_type?: 1 | 2
}

/** An amount as a JSON number, with the code of its currency. */
export interface NumberMoney {
  readonly currency: string
  readonly amount: number
}

/** A tax or fee: its amount and the percentage it comes from. */
export interface PercentMoney extends NumberMoney {
  readonly percent: number
}

/** A subscription that the payment is for. */
export interface WebhookSubscription {
  readonly plan_id: string
  readonly subscription_id: number
  readonly product_id: string
  readonly tags?: readonly string[]
  readonly date_create: string
  readonly date_next_charge: string
  readonly currency: string
  readonly amount: number
  readonly trial_days?: number
}

/** A present: who gives it to whom. */
export interface WebhookGift {
  readonly giver_id: string
  readonly receiver_id: string
  readonly receiver_email: string
  readonly message: string
  readonly hide_giver_from_receiver: string | boolean
}

/** A price inside purchase.order; clients read text and number alike. */
export interface LineItemPrice {
  readonly amount: string | number
  readonly currency: string
}

/** The order inside a payment webhook, a project toggle; events always carry it. */
export interface PurchaseOrder {
  readonly id: number
  readonly lineitems: readonly {
    readonly sku: string
    readonly quantity: number
    readonly price: LineItemPrice
    readonly price_before_discount?: LineItemPrice
  }[]
}

/** What is paid for, as far as both modes tell it. */
export interface BillingPurchase {
  readonly subscription?: WebhookSubscription
  readonly total?: NumberMoney
  readonly promotions?: readonly { readonly technical_name: string; readonly id: number }[]
  readonly coupon?: { readonly coupon_code: string; readonly campaign_code: string }
}

/** What is paid for, in a payment or refund webhook. The last three members are of the time before the store. */
export interface WebhookPurchase extends BillingPurchase {
  readonly checkout?: NumberMoney
  readonly gift?: WebhookGift
  readonly order?: PurchaseOrder
  readonly virtual_currency?: Readonly<Record<string, unknown>>
  readonly virtual_items?: Readonly<Record<string, unknown>>
  readonly pin_codes?: Readonly<Record<string, unknown>> | readonly unknown[]
}
