// What a game gives to createWebhookListener: its secrets, its handlers, its store.
import type {
  PartialRefundWebhook,
  PartnerSideCatalogWebhook,
  PsDeclinedWebhook,
  RefundWebhook,
  UserSearchAnswer,
  UserSearchWebhook,
  UserValidationWebhook,
} from '@ordertrail/core'
import type { Refusal } from './answer.ts'
import type { CatalogOffer } from './catalog-offers.ts'
import type { IdempotencyStore } from './idempotency-store.ts'
import type { ListenerProblem } from './listener-problem.ts'
import type { PaymentNotice, RefundNotice } from './payment-notice.ts'
import type { Cancellation, Purchase } from './purchase.ts'
import type { PartnerCatalogQuery, UserSearchQuery } from './questions.ts'
import type { ReceivedWebhook } from './received-webhook.ts'
import type { WireObject } from './wire-fields.ts'

/** What every handler gets besides its subject. */
export interface HandlerContext<Tx> {
  /** The transaction of the idempotency store: what is written through it is kept together with the key. */
  readonly tx: Tx
  readonly notificationType: string
  /** Which of `secrets` signed it: 0 is the newest. Once nothing comes with another, a rotation is over. */
  readonly secretIndex: number
}

/** What a question's handler gets besides the question. */
export interface QuestionContext<Body> {
  /** The body as it came, parsed and otherwise untouched. */
  readonly raw: Body
}

/** Answers one kind of question. */
export type QuestionHandler<Query, Body, Answer> = (
  query: Query,
  context: QuestionContext<Body>,
) => Answer | Promise<Answer>

/** Nothing: accepted. A refusal: final. To be asked again later, throw. */
// biome-ignore lint/suspicious/noConfusingVoidType: most handlers return nothing, and they must fit as they are.
export type HandlerResult = void | Refusal

/** Reacts to one kind of webhook. */
export type Handler<Subject, Tx> = (
  subject: Subject,
  context: HandlerContext<Tx>,
) => HandlerResult | Promise<HandlerResult>

/** Says of a webhook whether its source may send: null, or a sentence that says why not. */
export type SourceCheck = (webhook: ReceivedWebhook) => string | null

/** Handlers and settings of a listener. One listener serves one project. */
export interface WebhookListenerOptions<Tx = undefined> {
  /** The project's webhook secret. Give either this or `secrets`. */
  readonly secret?: string
  /** All secrets that are valid at this time, newest first, while a secret is being rotated. */
  readonly secrets?: readonly string[]
  /**
   * Which signature is asked for: the `documented` one when absent, which every sender has; `standard`, that of
   * Standard Webhooks, which also has a time; or `both`.
   */
  readonly signature?: 'documented' | 'standard' | 'both'
  /** How old, or ahead of our clock, a Standard Webhooks signature may be; 300 s when absent. */
  readonly toleranceSeconds?: number
  /**
   * Secrets that are not accepted but known, by a name for each: a retired one, that of the test project. When a
   * signature fits one, `onError` is told its name.
   */
  readonly otherSecrets?: Readonly<Record<string, string>>
  /** Which addresses may send, made by `allowSources` of `@ordertrail/webhooks/sources`; all of them when absent. */
  readonly sources?: SourceCheck
  /** Whether the game knows this user; false is answered 400 INVALID_USER and stops the payment. */
  readonly userExists: QuestionHandler<string, UserValidationWebhook, boolean>
  /** Grants the items of a paid order. Called until it succeeds once, then never again for that order. */
  readonly onPaid: Handler<Purchase, Tx>
  /** Takes back what was granted for the order; it may be called for an order whose grant never succeeded. */
  readonly onCanceled: Handler<Cancellation, Tx>
  /** Money of an order arrived (separate mode). Grant nothing here: order_paid follows. */
  readonly onPayment?: Handler<PaymentNotice, Tx>
  /** All money of an order went back (separate mode). Take nothing back here: order_canceled follows. */
  readonly onRefund?: Handler<RefundNotice<RefundWebhook>, Tx>
  /** A part of the money went back; the order stays paid. */
  readonly onPartialRefund?: Handler<RefundNotice<PartialRefundWebhook>, Tx>
  /** The payment system declined (ps_declined, opt-in). */
  readonly onDeclined?: Handler<RefundNotice<PsDeclinedWebhook>, Tx>
  /** Finds a user by public id; null is answered 400 INVALID_USER. Without it the question is refused. */
  readonly onUserSearch?: QuestionHandler<UserSearchQuery, UserSearchWebhook, UserSearchAnswer['user'] | null>
  /** What a user is shown and may buy; null is answered 404. Without it the question is refused. */
  readonly onPartnerCatalog?: QuestionHandler<
    PartnerCatalogQuery,
    PartnerSideCatalogWebhook,
    readonly CatalogOffer[] | null
  >
  /** Any other notification_type. Not protected against repeats. Without it such webhooks are answered 204. */
  readonly onOther?: (notificationType: string, raw: WireObject) => HandlerResult | Promise<HandlerResult>
  /** Where handled webhooks are remembered; a memory of this process when absent. */
  readonly idempotency?: IdempotencyStore<Tx>
  /** The project served. Where given, webhooks that name another project are refused, and it starts every key. */
  readonly projectId?: number | string
  /** Told about everything that went wrong; writes to the console when absent. */
  readonly onError?: (problem: ListenerProblem) => void
  /** Milliseconds since 1970, to test with; the clock of the machine when absent. */
  readonly now?: () => number
}
