// What is done with each notification: which handler it goes to, and under which key it is remembered.
import { accepted, answeredWith, errorAnswer, isRefusal, rejected, type WebhookAnswer } from './answer.ts'
import { handleOnce } from './handle-once.ts'
import { orderEntry, partialRefundEntry, transactionEntry } from './idempotency-keys.ts'
import type { IdempotencyEntry, IdempotencyStore } from './idempotency-store.ts'
import type { Handler, WebhookListenerOptions } from './listener-options.ts'
import type { ListenerProblem } from './listener-problem.ts'
import type { Notification } from './notification.ts'
import { type InvalidBody, invalidBody } from './webhook-body.ts'

/** What answering needs of a listener. */
export interface AnswerDeps<Tx> {
  readonly options: WebhookListenerOptions<Tx>
  readonly store: IdempotencyStore<Tx>
  /** What every idempotency key begins with. */
  readonly scope: string
  /** The place of the secret that signed. */
  readonly secretIndex: number
  readonly report: (problem: ListenerProblem) => void
}

type Answer = WebhookAnswer | InvalidBody

/** Whether nobody listens for this type; it is accepted then, whatever is in it. */
export function isUnheard<Tx>(
  { onPayment, onRefund, onPartialRefund, onDeclined }: WebhookListenerOptions<Tx>,
  type: string,
): boolean {
  const optional = { payment: onPayment, refund: onRefund, partial_refund: onPartialRefund, ps_declined: onDeclined }
  return Object.hasOwn(optional, type) && optional[type as keyof typeof optional] === undefined
}

/**
 * Answers a notification whose signature was right.
 *
 * @throws whatever a handler or the idempotency store throws
 */
export async function answerNotification<Tx>(deps: AnswerDeps<Tx>, notification: Notification): Promise<Answer> {
  const { options, scope } = deps
  const { type } = notification
  switch (type) {
    case 'order_paid':
      return once(deps, type, orderEntry(scope, type, notification.order.orderId), options.onPaid, notification.order)
    case 'order_canceled':
      return once(
        deps,
        type,
        orderEntry(scope, type, notification.order.orderId),
        options.onCanceled,
        notification.order,
      )
    case 'payment': {
      const { payment } = notification
      return once(deps, type, transactionEntry(scope, type, payment.transactionId), options.onPayment, payment)
    }
    case 'refund': {
      const { refund } = notification
      return once(deps, type, transactionEntry(scope, type, refund.transactionId), options.onRefund, refund)
    }
    case 'ps_declined': {
      const { refund } = notification
      return once(deps, type, transactionEntry(scope, type, refund.transactionId), options.onDeclined, refund)
    }
    case 'partial_refund': {
      const { refund } = notification
      return once(deps, type, partialRefundEntry(scope, refund), options.onPartialRefund, refund)
    }
    case 'other': {
      // New and opt-in types must not fail in a game that has no use for them.
      const result = await options.onOther?.(notification.notificationType, notification.raw)
      return isRefusal(result) ? rejected(result.code, result.message) : accepted()
    }
    default:
      return answerQuestion(deps, notification)
  }
}

type Question = Extract<Notification, { readonly type: 'user_validation' | 'user_search' | 'partner_side_catalog' }>

async function answerQuestion<Tx>({ options, report }: AnswerDeps<Tx>, question: Question): Promise<Answer> {
  const { userExists, onUserSearch, onPartnerCatalog } = options
  if (question.type === 'user_validation') {
    return (await userExists(question.userId, { raw: question.raw })) ? accepted() : rejected('INVALID_USER')
  }
  if (question.type === 'user_search' && onUserSearch !== undefined) {
    const user = await onUserSearch(question.query, { raw: question.raw })
    return user === null ? rejected('INVALID_USER') : answeredWith({ user })
  }
  if (question.type === 'partner_side_catalog' && onPartnerCatalog !== undefined) {
    const given = await onPartnerCatalog(question.query, { raw: question.raw })
    if (given === null) return errorAnswer(404, 'INVALID_USER', 'Invalid user')
    // Loaded when it is needed: most games have no catalog of their own.
    const { checkOffers } = await import('./catalog-offers.ts')
    const { offers, faults } = checkOffers(given)
    for (const sentence of faults) report({ kind: 'invalid_offer', sentence })
    return answeredWith(offers)
  }
  return invalidBody(`This listener does not answer ${question.type}`)
}

async function once<Subject, Tx>(
  { store, secretIndex }: AnswerDeps<Tx>,
  notificationType: string,
  entry: IdempotencyEntry,
  handler: Handler<Subject, Tx> | undefined,
  subject: Subject,
): Promise<WebhookAnswer> {
  if (handler === undefined) return accepted()
  return handleOnce({ store, entry, handler, context: { notificationType, secretIndex } }, subject)
}
