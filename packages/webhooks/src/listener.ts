// The listener itself: bytes and headers of a webhook in, an answer out.
import { failedForNow, rejected, type WebhookAnswer } from './answer.ts'
import { answerNotification, type RouteDeps } from './answer-notification.ts'
import type { IdempotencyStore } from './idempotency-store.ts'
import type { WebhookListenerOptions } from './listener-options.ts'
import { type ListenerProblem, safeReporter } from './listener-problem.ts'
import { memoryIdempotencyStore } from './memory-idempotency-store.ts'
import { type InvalidBody, invalidBody, type Notification, projectIdOf, readNotification } from './notification.ts'
import { RAW_BODY_ADVICE } from './raw-body-advice.ts'
import { checkedSecrets, secretScope } from './secrets.ts'
import { FAULT_SENTENCES, findSignatureFault } from './signature-fault.ts'
import { authorizationOf, isSigned, type WebhookHeaders } from './verify-signature.ts'

/** One webhook as an HTTP server received it. */
export interface ReceivedWebhook {
  readonly headers: WebhookHeaders
  /** The bytes of the body exactly as they came; a Buffer is fine. */
  readonly rawBody: Uint8Array
}

/** Answers webhooks. `toNodeHandler` and `toFetchHandler` put it behind an HTTP server. */
export interface WebhookListener {
  /**
   * Checks, routes and answers one webhook.
   *
   * @throws {TypeError} only when `rawBody` is not bytes; all else becomes an answer
   */
  handle(webhook: ReceivedWebhook): Promise<WebhookAnswer>
  /** Hands a problem to `onError`; for the HTTP doors, which see problems of their own. */
  report(problem: ListenerProblem): void
}

interface ListenerDeps<Tx> extends RouteDeps<Tx> {
  readonly secrets: readonly string[]
  readonly projectId: string | null
  readonly report: (problem: ListenerProblem) => void
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
  const secrets = checkedSecrets(options)
  checkHandlers(options)
  const projectId = options.projectId === undefined ? null : String(options.projectId)
  const report = safeReporter(options.onError)
  // Without a store of their own, handlers are typed with Tx = undefined, which is what the memory store gives.
  const store = options.idempotency ?? (memoryIdempotencyStore() as IdempotencyStore<unknown> as IdempotencyStore<Tx>)
  let scope: Promise<string> | undefined
  return {
    report,
    handle: async (webhook) => {
      scope ??= projectId === null ? secretScope(secrets) : Promise.resolve(`project-${projectId}`)
      return handle({ options, store, scope: await scope, secrets, projectId, report }, webhook)
    },
  }
}

async function handle<Tx>(deps: ListenerDeps<Tx>, { headers, rawBody }: ReceivedWebhook): Promise<WebhookAnswer> {
  if (!isBytes(rawBody)) throw new TypeError(RAW_BODY_ADVICE)
  const authorization = authorizationOf(headers)
  if (!(await isSigned(authorization, rawBody, deps.secrets))) {
    const fault = await findSignatureFault(authorization, rawBody, deps.secrets)
    deps.report({ kind: 'invalid_signature', fault, sentence: FAULT_SENTENCES[fault] })
    return rejected('INVALID_SIGNATURE')
  }
  const notification = readNotification(rawBody)
  if ('kind' in notification) return refuseBody(deps, null, notification)
  if (isForeign(notification, deps.projectId)) {
    return refuseBody(deps, notification.type, invalidBody(`This listener serves project ${deps.projectId}`))
  }
  return route(deps, notification)
}

async function route<Tx>(deps: ListenerDeps<Tx>, notification: Notification): Promise<WebhookAnswer> {
  const notificationType = notification.type
  try {
    const answer = await answerNotification(deps, notification)
    return 'kind' in answer ? refuseBody(deps, notificationType, answer) : answer
  } catch (cause) {
    const sentence = `The handler of ${notificationType} failed; answered 500, so it will be sent again`
    deps.report({ kind: 'handler_failed', notificationType, sentence, cause })
    return failedForNow()
  }
}

function refuseBody<Tx>(
  deps: ListenerDeps<Tx>,
  notificationType: string | null,
  { sentence }: InvalidBody,
): WebhookAnswer {
  deps.report({ kind: 'invalid_body', notificationType, sentence })
  return rejected('INVALID_PARAMETER', sentence)
}

function isForeign({ body }: Notification, projectId: string | null): boolean {
  const named = projectIdOf(body)
  return projectId !== null && named !== null && named !== projectId
}

/** Whether a value is bytes; those of another realm (a test runner's) are no instance of our Uint8Array. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value)
}

/** For callers without a type checker: a missing handler would otherwise only show at the first sale. */
function checkHandlers<Tx>({ userExists, onPaid, onCanceled }: WebhookListenerOptions<Tx>): void {
  for (const [name, handler] of Object.entries({ userExists, onPaid, onCanceled })) {
    if (typeof handler !== 'function') throw new TypeError(`The webhook listener needs the function ${name}`)
  }
}
