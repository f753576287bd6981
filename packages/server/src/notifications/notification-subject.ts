// What a notification is about and how the project wants it told: the input of every renderer.
import type { WebhookMode } from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'

/** Advanced settings of a project's webhooks: each adds or removes members of bodies. */
export interface NotificationToggles {
  readonly paymentAccount: boolean
  readonly savedPaymentMethods: boolean
  readonly orderObject: boolean
  readonly onlyNecessaryUser: boolean
  readonly customParameters: boolean
  readonly cardDetails: boolean
  readonly cardBrand: boolean
}

/**
 * How bodies are to look, as the settings stood in the transaction that caused them.
 *
 * @property version 2 adds three flags to every item
 * @property isBundleContentSent false leaves out the lines that say what is in a bundle
 */
export interface NotificationFormat {
  readonly mode: WebhookMode
  readonly version: 1 | 2
  readonly route: 'webhook' | 'events'
  readonly isBundleContentSent: boolean
  readonly toggles: NotificationToggles
}

/**
 * One order with everything that a body may tell of it.
 *
 * @property payment the accepted payment; null for free and virtual orders
 * @property refund the refund that this body is about; null for all other bodies
 */
export interface NotificationSubject {
  readonly merchantId: number
  readonly format: NotificationFormat
  readonly order: Row<'orders'>
  readonly items: readonly Row<'order_items'>[]
  readonly payment: Row<'payments'> | null
  readonly refund: Row<'refunds'> | null
}

/** @throws {TypeError} when the body needs the payment and there is none: its caller chose the wrong type */
export function paymentOf({ order, payment }: NotificationSubject): Row<'payments'> {
  if (payment === null) throw new TypeError(`Order ${order.id} has no payment to tell of.`)
  return payment
}

/** @throws {TypeError} when the body needs the refund and there is none */
export function refundOf({ order, refund }: NotificationSubject): Row<'refunds'> {
  if (refund === null) throw new TypeError(`Order ${order.id} has no refund to tell of.`)
  return refund
}
