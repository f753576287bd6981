// One route for each notification type: what is read, which handler it goes to, and under which key.
import { NOTIFICATION_TYPES, type NotificationType } from '@ordertrail/core'
import { accepted, answeredWith, errorAnswer, isRefusal, rejected, type WebhookAnswer } from './answer.ts'
import { handleOnce } from './handle-once.ts'
import { orderEntry, partialRefundEntry, transactionEntry } from './idempotency-keys.ts'
import type { IdempotencyStore } from './idempotency-store.ts'
import type { Handler, WebhookListenerOptions } from './listener-options.ts'
import { type InvalidBody, invalidBody, type Notification } from './notification.ts'
import { type RefundNotice, readPaymentNotice, readRefundNotice } from './payment-notice.ts'
import { readCancellation, readPurchase } from './purchase.ts'
import { readPartnerCatalogQuery, readUserSearch } from './questions.ts'
import { asDocumented, filledTextAt, objectAt, type WireObject } from './wire-fields.ts'

/** What the routes need of a listener. */
export interface RouteDeps<Tx> {
  readonly options: WebhookListenerOptions<Tx>
  readonly store: IdempotencyStore<Tx>
  /** What every idempotency key begins with. */
  readonly scope: string
}

type RouteResult = Promise<WebhookAnswer | InvalidBody>
type Route = <Tx>(deps: RouteDeps<Tx>, body: WireObject) => RouteResult

const ROUTES: Readonly<Record<NotificationType, Route>> = {
  user_validation: answerUserValidation,
  user_search: answerUserSearch,
  partner_side_catalog: answerPartnerCatalog,
  order_paid: answerOrderPaid,
  order_canceled: answerOrderCanceled,
  payment: answerPayment,
  refund: (deps, body) => answerRefund(deps, 'refund', deps.options.onRefund, body),
  ps_declined: (deps, body) => answerRefund(deps, 'ps_declined', deps.options.onDeclined, body),
  partial_refund: answerPartialRefund,
}

/**
 * Answers a notification whose signature was right.
 *
 * @throws whatever a handler or the idempotency store throws
 */
export async function answerNotification<Tx>(deps: RouteDeps<Tx>, { type, body }: Notification): RouteResult {
  if (isNotificationType(type)) return ROUTES[type](deps, body)
  // New and opt-in types must not fail in a game that has no use for them.
  const result = await deps.options.onOther?.(type, body)
  return isRefusal(result) ? rejected(result.code, result.message) : accepted()
}

function isNotificationType(type: string): type is NotificationType {
  return NOTIFICATION_TYPES.some((known) => known === type)
}

async function answerUserValidation<Tx>({ options }: RouteDeps<Tx>, body: WireObject): RouteResult {
  const userId = filledTextAt(objectAt(body, 'user'), 'id')
  if (userId === null) return invalidBody('user.id is missing')
  return (await options.userExists(userId, { raw: asDocumented(body) })) ? accepted() : rejected('INVALID_USER')
}

async function answerUserSearch<Tx>({ options }: RouteDeps<Tx>, body: WireObject): RouteResult {
  if (options.onUserSearch === undefined) return invalidBody('This listener does not answer user_search')
  const user = await options.onUserSearch(readUserSearch(body), { raw: asDocumented(body) })
  return user === null ? rejected('INVALID_USER') : answeredWith({ user })
}

async function answerPartnerCatalog<Tx>({ options }: RouteDeps<Tx>, body: WireObject): RouteResult {
  if (options.onPartnerCatalog === undefined) return invalidBody('This listener does not answer partner_side_catalog')
  const items = await options.onPartnerCatalog(readPartnerCatalogQuery(body), { raw: asDocumented(body) })
  return items === null ? errorAnswer(404, 'INVALID_USER', 'Invalid user') : answeredWith(items)
}

async function answerOrderPaid<Tx>({ options, store, scope }: RouteDeps<Tx>, body: WireObject): RouteResult {
  const purchase = readPurchase(body)
  if ('kind' in purchase) return purchase
  const entry = orderEntry(scope, 'order_paid', purchase.orderId)
  return handleOnce({ store, entry, handler: options.onPaid, notificationType: 'order_paid' }, purchase)
}

async function answerOrderCanceled<Tx>({ options, store, scope }: RouteDeps<Tx>, body: WireObject): RouteResult {
  const cancellation = readCancellation(body)
  if ('kind' in cancellation) return cancellation
  const entry = orderEntry(scope, 'order_canceled', cancellation.orderId)
  return handleOnce({ store, entry, handler: options.onCanceled, notificationType: 'order_canceled' }, cancellation)
}

async function answerPayment<Tx>({ options, store, scope }: RouteDeps<Tx>, body: WireObject): RouteResult {
  const handler = options.onPayment
  if (handler === undefined) return accepted()
  const notice = readPaymentNotice(body)
  if ('kind' in notice) return notice
  const entry = transactionEntry(scope, 'payment', notice.transactionId)
  return handleOnce({ store, entry, handler, notificationType: 'payment' }, notice)
}

async function answerRefund<Tx>(
  { store, scope }: RouteDeps<Tx>,
  notificationType: 'refund' | 'ps_declined',
  handler: Handler<RefundNotice, Tx> | undefined,
  body: WireObject,
): RouteResult {
  if (handler === undefined) return accepted()
  const notice = readRefundNotice(body)
  if ('kind' in notice) return notice
  const entry = transactionEntry(scope, notificationType, notice.transactionId)
  return handleOnce({ store, entry, handler, notificationType }, notice)
}

async function answerPartialRefund<Tx>({ options, store, scope }: RouteDeps<Tx>, body: WireObject): RouteResult {
  const handler = options.onPartialRefund
  if (handler === undefined) return accepted()
  const notice = readRefundNotice(body)
  if ('kind' in notice) return notice
  const entry = partialRefundEntry(scope, notice, body)
  return handleOnce({ store, entry, handler, notificationType: 'partial_refund' }, notice)
}
