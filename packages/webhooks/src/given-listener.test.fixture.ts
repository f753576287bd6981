// Factories of the listener's tests: a listener that notes what its handlers saw, and short ways to ask it.
import type { WebhookAnswer } from './answer.ts'
import { createWebhookListener, type WebhookListener } from './listener.ts'
import type { WebhookListenerOptions } from './listener-options.ts'
import type { ListenerProblem } from './listener-problem.ts'
import { signWebhook } from './testing.ts'

export const SECRET = 'dev_secret_change_me'

/** A listener under test, with what its handlers and onError were called for, in order. */
export interface ObservedListener {
  readonly listener: WebhookListener
  /** For example "paid 59614241". */
  readonly calls: string[]
  readonly problems: ListenerProblem[]
}

/** A listener whose handlers succeed; `over` replaces what the test is about. */
export function givenListener<Tx = undefined>(over: Partial<WebhookListenerOptions<Tx>> = {}): ObservedListener {
  const calls: string[] = []
  const problems: ListenerProblem[] = []
  const secret = over.secrets === undefined ? { secret: SECRET } : {}
  const listener = createWebhookListener<Tx>({
    ...secret,
    userExists: (userId) => userId.startsWith('player-'),
    onPaid: ({ orderId }) => void calls.push(`paid ${orderId}`),
    onCanceled: ({ orderId }) => void calls.push(`canceled ${orderId}`),
    onError: (problem) => void problems.push(problem),
    ...over,
  })
  return { listener, calls, problems }
}

/** Signs the body and hands it to the listener. */
export async function deliver(
  listener: WebhookListener,
  body: string | Uint8Array | object,
  secret: string = SECRET,
): Promise<WebhookAnswer> {
  const signed = await signWebhook(body, secret)
  return listener.handle({ headers: signed.headers, rawBody: signed.body })
}

/** The answer to a refused webhook. */
export function refusal(code: string, message: string, status = 400): WebhookAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: { code, message } }),
  }
}

export const ACCEPTED: WebhookAnswer = { status: 204, headers: {}, body: '' }
export const BAD_SIGNATURE: WebhookAnswer = refusal('INVALID_SIGNATURE', 'Invalid signature')
export const TEMPORARY: WebhookAnswer = refusal('SERVER_ERROR', 'Temporary failure, send it again later', 500)
