// The listener itself: bytes and headers of a webhook in, an answer out.
import { accepted, failedForNow, rejected, type WebhookAnswer } from './answer.ts'
import { type AnswerDeps, answerNotification, isUnheard } from './answer-notification.ts'
import { checkSignature, type SignatureRules, signatureRules } from './check-signature.ts'
import type { IdempotencyStore } from './idempotency-store.ts'
import type { WebhookListenerOptions } from './listener-options.ts'
import { type ListenerProblem, safeReporter } from './listener-problem.ts'
import { memoryIdempotencyStore } from './memory-idempotency-store.ts'
import { type Notification, readNotification } from './notification.ts'
import { bytesOfBody, type ReceivedWebhook } from './received-webhook.ts'
import { checkedSecrets, secretScope } from './secrets.ts'
import {
  type InvalidBody,
  invalidBody,
  isInvalidBody,
  projectIdOf,
  readWebhookBody,
  type WebhookBodyRead,
} from './webhook-body.ts'

export type { ReceivedWebhook } from './received-webhook.ts'

/** What reading a webhook led to. */
export type ReadWebhook =
  | {
      readonly kind: 'notification'
      readonly notification: Notification
      /** Which of `secrets` signed it: 0 is the newest. */
      readonly secretIndex: number
    }
  /** It must not be believed; the answer says so, and `onError` was told why. */
  | { readonly kind: 'refused'; readonly answer: WebhookAnswer }

/** Answers webhooks. `toNodeHandler`, `toFetchHandler` and the others put it behind an HTTP server. */
export interface WebhookListener {
  /**
   * Checks, routes and answers one webhook.
   *
   * @throws {TypeError} only when `rawBody` is neither bytes nor text; all else becomes an answer
   */
  handle(webhook: ReceivedWebhook): Promise<WebhookAnswer>
  /**
   * Checks and reads one webhook and calls no handler: for a queue of your own, for instance. Repeats are not told.
   *
   * @throws {TypeError} as `handle`
   */
  read(webhook: ReceivedWebhook): Promise<ReadWebhook>
  /** Hands a problem to `onError`; for the HTTP doors, which see problems of their own. */
  report(problem: ListenerProblem): void
}

interface ListenerDeps<Tx> extends Omit<AnswerDeps<Tx>, 'secretIndex' | 'scope'> {
  readonly rules: SignatureRules
  readonly projectId: string | null
  readonly scope: () => Promise<string>
}

/**
 * Makes the listener of one project.
 *
 * The signature is checked first, over the raw bytes. Then `userExists`, `onPaid`, `onCanceled` and the optional
 * handlers are called: returning accepts the webhook (204), returning `refuse(…)` refuses it for good (400), throwing
 * asks the sender to send it again later (500). A handler that succeeded is not called again for the same webhook.
 *
 * @throws {TypeError} when the options make no sense: no secret, a handler missing
 */
export function createWebhookListener<Tx = undefined>(options: WebhookListenerOptions<Tx>): WebhookListener {
  const deps = listenerDeps(options)
  return {
    report: deps.report,
    handle: (webhook) => handle(deps, webhook),
    read: async (webhook) => {
      const checked = await checkWebhook(deps, webhook)
      if ('status' in checked) return { kind: 'refused', answer: checked }
      const notification = readNotification(checked.type, checked.body)
      if (isInvalidBody(notification)) {
        return { kind: 'refused', answer: refuseBody(deps, checked.type, notification) }
      }
      return { kind: 'notification', notification, secretIndex: checked.secretIndex }
    },
  }
}

function listenerDeps<Tx>(options: WebhookListenerOptions<Tx>): ListenerDeps<Tx> {
  const secrets = checkedSecrets(options)
  checkHandlers(options)
  const projectId = options.projectId === undefined ? null : String(options.projectId)
  let scope = projectId === null ? undefined : `project-${projectId}`
  return {
    options,
    rules: signatureRules(secrets, options),
    projectId,
    report: safeReporter(options.onError),
    // Without a store of their own, handlers are typed with Tx = undefined, which is what the memory store gives.
    store: options.idempotency ?? (memoryIdempotencyStore() as IdempotencyStore<unknown> as IdempotencyStore<Tx>),
    // The text is kept and not its promise: some runtimes let no request wait for what another one began.
    scope: async () => (scope ??= await secretScope(secrets)),
  }
}

interface CheckedWebhook extends WebhookBodyRead {
  readonly secretIndex: number
}

/** The body of a webhook that may be believed, or the answer to one that may not. */
async function checkWebhook<Tx>(
  deps: ListenerDeps<Tx>,
  webhook: ReceivedWebhook,
): Promise<CheckedWebhook | WebhookAnswer> {
  const { options, projectId, report, rules } = deps
  const bytes = await bytesOfBody(webhook.rawBody)
  const refusedSource = options.sources?.(webhook) ?? null
  if (refusedSource !== null) {
    report({ kind: 'source_refused', sentence: refusedSource })
    // Not 400, which is final: the sender may have moved, and the list can be mended while it tries again.
    return failedForNow()
  }
  const signed = await checkSignature(rules, webhook.headers, bytes)
  if (typeof signed !== 'number') {
    const { fault, sentence, isGenuine } = signed
    report({ kind: 'invalid_signature', fault, sentence })
    return isGenuine ? failedForNow() : rejected('INVALID_SIGNATURE')
  }
  const read = readWebhookBody(bytes)
  if (isInvalidBody(read)) return refuseBody(deps, null, read)
  const named = projectIdOf(read.body)
  if (projectId !== null && named !== null && named !== projectId) {
    return refuseBody(deps, read.type, invalidBody(`This listener serves project ${projectId}`))
  }
  return { ...read, secretIndex: signed }
}

async function handle<Tx>(deps: ListenerDeps<Tx>, webhook: ReceivedWebhook): Promise<WebhookAnswer> {
  const checked = await checkWebhook(deps, webhook)
  if ('status' in checked) return checked
  const { type, body, secretIndex } = checked
  if (isUnheard(deps.options, type)) return accepted()
  const notification = readNotification(type, body)
  if (isInvalidBody(notification)) return refuseBody(deps, type, notification)
  try {
    const answer = await answerNotification({ ...deps, secretIndex, scope: await deps.scope() }, notification)
    return isInvalidBody(answer) ? refuseBody(deps, type, answer) : answer
  } catch (cause) {
    const sentence = `The handler of ${type} failed; answered 500, so it will be sent again`
    deps.report({ kind: 'handler_failed', notificationType: type, sentence, cause })
    return failedForNow()
  }
}

function refuseBody<Tx>(
  { report }: ListenerDeps<Tx>,
  notificationType: string | null,
  { sentence }: InvalidBody,
): WebhookAnswer {
  report({ kind: 'invalid_body', notificationType, sentence })
  return rejected('INVALID_PARAMETER', sentence)
}

/** For callers without a type checker: a missing handler would otherwise only show at the first sale. */
function checkHandlers<Tx>({ userExists, onPaid, onCanceled }: WebhookListenerOptions<Tx>): void {
  for (const [name, handler] of Object.entries({ userExists, onPaid, onCanceled })) {
    if (typeof handler !== 'function') throw new TypeError(`The webhook listener needs the function ${name}`)
  }
}
