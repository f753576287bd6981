// What the listener answers: the three kinds of answer the sender knows, and the few others of the HTTP doors.
import type { ListenerErrorCode } from '@ordertrail/core'

/** An answer ready to be sent by any HTTP server. `body` is '' when there is none. */
export interface WebhookAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a handler returns to refuse a webhook for good: it is answered 400 and never sent again. */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: ListenerErrorCode
  readonly message: string
}

const SENTENCES: Readonly<Record<ListenerErrorCode, string>> = {
  INVALID_USER: 'Invalid user',
  INVALID_PARAMETER: 'Invalid parameter',
  INVALID_SIGNATURE: 'Invalid signature',
  INCORRECT_AMOUNT: 'Incorrect amount',
  INCORRECT_INVOICE: 'Incorrect invoice',
}

/**
 * A refusal for a handler to return. Refusing is final: throw instead when trying again later may help.
 *
 * @param code one of the documented codes
 * @param message a sentence for the shop's staff; the documented one when absent
 */
export function refuse(code: ListenerErrorCode, message: string = SENTENCES[code]): Refusal {
  return { kind: 'refused', code, message }
}

/** Whether a handler's result is a refusal made by `refuse`. */
export function isRefusal(result: unknown): result is Refusal {
  return (
    typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'refused' && 'code' in result
  )
}

/** The webhook is accepted. */
export function accepted(): WebhookAnswer {
  return { status: 204, headers: {}, body: '' }
}

/** The webhook is accepted and its question answered. */
export function answeredWith(value: unknown): WebhookAnswer {
  return json(200, value)
}

/** The webhook is refused for good. */
export function rejected(code: ListenerErrorCode, message?: string): WebhookAnswer {
  return errorAnswer(400, code, message ?? SENTENCES[code])
}

/** Something of ours failed for now: the sender will send the same webhook again. */
export function failedForNow(message = 'Temporary failure, send it again later'): WebhookAnswer {
  return errorAnswer(500, 'SERVER_ERROR', message)
}

/** An answer with the documented error body. */
export function errorAnswer(status: number, code: string, message: string): WebhookAnswer {
  return json(status, { error: { code, message } })
}

function json(status: number, value: unknown): WebhookAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
