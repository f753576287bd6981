// Bodies of the webhooks that tell of money: payment, refund, partial_refund, ps_declined.
import type { RefundCode } from '../refund-codes.ts'
import type {
  BillingPurchase,
  CustomParameters,
  NumberMoney,
  PercentMoney,
  WebhookPurchase,
  WebhookSettings,
  WebhookUser,
} from './webhook-parts.ts'

interface TransactionParts {
  /** Unique over the installation; exceeds 32 bits. */
  readonly id: number
  /** Echo of settings.external_id of the payment token. */
  readonly external_id?: string
  readonly payment_method_order_id?: string | number
  /** 1 for a test payment, otherwise absent. */
  readonly dry_run?: 1
  readonly agreement?: number
}

/** A payment as a payment webhook tells it. The card members come by project toggles. */
export interface WebhookTransaction extends TransactionParts {
  /** ISO 8601 with a numeric offset, never Z. */
  readonly payment_date?: string
  readonly payment_method?: number
  readonly payment_method_name?: string
  readonly card_bin?: string
  readonly card_suffix?: string
  readonly card_brand?: string
}

/** A payment as a refund webhook tells it. */
export interface WebhookRefundTransaction extends TransactionParts {
  readonly date?: string
}

/** Where the money went. Whole numbers stay whole, because strict clients read some of these members as integers. */
export interface WebhookPaymentDetails {
  readonly payment: NumberMoney
  readonly payment_method_sum: NumberMoney
  readonly xsolla_balance_sum: NumberMoney
  readonly payout: NumberMoney
  readonly vat: PercentMoney
  readonly payout_currency_rate: string
  readonly xsolla_fee: NumberMoney
  readonly payment_method_fee: NumberMoney
  readonly sales_tax: PercentMoney
  readonly direct_wht: PercentMoney
  readonly repatriation_commission: NumberMoney
  readonly country_wht: PercentMoney
  readonly user_acquisition_fee: PercentMoney
}

/** Why money went back, and who wanted it. */
export interface WebhookRefundDetails {
  readonly code: RefundCode
  readonly reason: string
  /** `API`, or the e-mail address of a person. */
  readonly author: string
  readonly date?: string
  readonly reason_detail?: string
}

/** Body of `payment`, sent in separate mode. */
export interface PaymentWebhook {
  readonly notification_type: 'payment'
  readonly settings?: WebhookSettings
  readonly purchase?: WebhookPurchase
  readonly user?: WebhookUser
  readonly transaction: WebhookTransaction
  readonly payment_details: WebhookPaymentDetails
  readonly custom_parameters?: CustomParameters
  /** A saved payment account, by project toggle. */
  readonly payment_account?: Readonly<Record<string, unknown>>
}

interface RefundParts {
  readonly settings?: WebhookSettings
  readonly purchase?: WebhookPurchase
  readonly user?: WebhookUser
  readonly transaction: WebhookRefundTransaction
  readonly payment_details: WebhookPaymentDetails
  readonly refund_details: WebhookRefundDetails
}

/** Body of `refund`, sent in separate mode when the whole payment went back. */
export interface RefundWebhook extends RefundParts {
  readonly notification_type: 'refund'
  readonly custom_parameters?: CustomParameters
}

/** Body of `partial_refund`, sent in both modes by project toggle; its code is one that allows a part. */
export interface PartialRefundWebhook extends RefundParts {
  readonly notification_type: 'partial_refund'
}

/** Body of `ps_declined`, sent by project toggle when the payment system declines. Ids may be text here. */
export interface PsDeclinedWebhook {
  readonly notification_type: 'ps_declined'
  readonly settings?: WebhookSettings
  readonly user?: WebhookUser
  readonly transaction: {
    readonly id: number | string
    readonly external_id?: string
    readonly dry_run?: 1
    readonly payment_method: number | string
  }
  readonly refund_details?: WebhookRefundDetails
}

/** The payment inside a combined order_paid. */
export interface PaymentBilling {
  readonly notification_type: 'payment'
  readonly settings?: WebhookSettings
  readonly purchase?: BillingPurchase
  readonly transaction: WebhookTransaction
  readonly payment_details: WebhookPaymentDetails
}

/** The refund inside a combined order_canceled. */
export interface RefundBilling {
  readonly notification_type: 'refund'
  readonly settings?: WebhookSettings
  readonly purchase?: BillingPurchase
  readonly transaction: WebhookRefundTransaction
  readonly payment_details: WebhookPaymentDetails
  readonly refund_details?: WebhookRefundDetails
}
