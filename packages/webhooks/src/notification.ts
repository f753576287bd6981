// Every webhook that a listener understands, as one union: told apart by `type`, orders also by `mode`.
import type {
  PartialRefundWebhook,
  PartnerSideCatalogWebhook,
  PsDeclinedWebhook,
  RefundWebhook,
  UserSearchWebhook,
  UserValidationWebhook,
} from '@ordertrail/core'
import { type PaymentNotice, type RefundNotice, readPaymentNotice, readRefundNotice } from './payment-notice.ts'
import { type Cancellation, type Purchase, readCancellation, readPurchase } from './purchase.ts'
import { type PartnerCatalogQuery, readPartnerCatalogQuery, readUserSearch, type UserSearchQuery } from './questions.ts'
import { type InvalidBody, invalidBody, isInvalidBody } from './webhook-body.ts'
import { asDocumented, filledTextAt, objectAt, type WireObject } from './wire-fields.ts'

/** One member for each mode, so that looking at `mode` tells whether there is `raw.billing`. */
type OfEachMode<Type extends string, Order extends { readonly mode: string }> = Order extends unknown
  ? { readonly type: Type; readonly mode: Order['mode']; readonly order: Order }
  : never

/** A webhook whose signature was right. `raw`, here or in what it holds, is the body as it came. */
export type Notification =
  | OfEachMode<'order_paid', Purchase>
  | OfEachMode<'order_canceled', Cancellation>
  | { readonly type: 'payment'; readonly payment: PaymentNotice }
  | { readonly type: 'refund'; readonly refund: RefundNotice<RefundWebhook> }
  | { readonly type: 'partial_refund'; readonly refund: RefundNotice<PartialRefundWebhook> }
  | { readonly type: 'ps_declined'; readonly refund: RefundNotice<PsDeclinedWebhook> }
  | { readonly type: 'user_validation'; readonly userId: string; readonly raw: UserValidationWebhook }
  | { readonly type: 'user_search'; readonly query: UserSearchQuery; readonly raw: UserSearchWebhook }
  | {
      readonly type: 'partner_side_catalog'
      readonly query: PartnerCatalogQuery
      readonly raw: PartnerSideCatalogWebhook
    }
  /** A type that this version does not know; `notificationType` names it. */
  | { readonly type: 'other'; readonly notificationType: string; readonly raw: WireObject }

/** Reads a body of any type, or says what is wrong with it. A type that nobody knows is no fault. */
export function readNotification(type: string, body: WireObject): Notification | InvalidBody {
  switch (type) {
    case 'order_paid':
      return readOrder(type, readPurchase(body))
    case 'order_canceled':
      return readOrder(type, readCancellation(body))
    case 'payment': {
      const payment = readPaymentNotice(body)
      return isInvalidBody(payment) ? payment : { type, payment }
    }
    case 'refund':
    case 'partial_refund':
    case 'ps_declined':
      return readRefund(type, body)
    case 'user_validation':
      return readUserValidation(body)
    case 'user_search':
      return { type, query: readUserSearch(body), raw: asDocumented(body) }
    case 'partner_side_catalog':
      return { type, query: readPartnerCatalogQuery(body), raw: asDocumented(body) }
    default:
      return { type: 'other', notificationType: type, raw: body }
  }
}

function readOrder<Type extends string, Order extends { readonly mode: string }>(
  type: Type,
  order: Order | InvalidBody,
): OfEachMode<Type, Order> | InvalidBody {
  if (isInvalidBody(order)) return order
  // The mode is that of the order, which the compiler cannot see while it knows neither.
  return { type, mode: order.mode, order } as unknown as OfEachMode<Type, Order>
}

function readRefund(type: 'refund' | 'partial_refund' | 'ps_declined', body: WireObject): Notification | InvalidBody {
  const refund = readRefundNotice<never>(body)
  return isInvalidBody(refund) ? refund : { type, refund }
}

function readUserValidation(body: WireObject): Notification | InvalidBody {
  const userId = filledTextAt(objectAt(body, 'user'), 'id')
  if (userId === null) return invalidBody('user.id is missing')
  return { type: 'user_validation', userId, raw: asDocumented(body) }
}
