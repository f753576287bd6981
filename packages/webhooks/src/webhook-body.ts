// From the bytes of a webhook whose signature was right to a parsed body with its type.
import { filledTextAt, isWireObject, type WireObject } from './wire-fields.ts'

/** A parsed webhook whose members nobody has looked at yet. */
export interface WebhookBodyRead {
  readonly type: string
  readonly body: WireObject
}

/** The body cannot be used; the sentence goes into the answer. */
export interface InvalidBody {
  readonly kind: 'invalid_body'
  readonly sentence: string
}

/** The value that says why a body cannot be used. */
export function invalidBody(sentence: string): InvalidBody {
  return { kind: 'invalid_body', sentence }
}

/** Whether reading led to nothing that can be used. */
export function isInvalidBody(read: object): read is InvalidBody {
  return 'kind' in read && read.kind === 'invalid_body'
}

// Fatal, because a replaced character could make another user's id. A byte order mark in front is dropped.
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Parses a body, or says what is wrong with it. */
export function readWebhookBody(rawBody: Uint8Array): WebhookBodyRead | InvalidBody {
  let body: unknown
  try {
    body = JSON.parse(UTF8.decode(rawBody))
  } catch {
    return invalidBody('The body is not JSON in UTF-8')
  }
  if (!isWireObject(body)) return invalidBody('The body is not a JSON object')
  const type = filledTextAt(body, 'notification_type') ?? unnamedType(body)
  return type === null ? invalidBody('notification_type is missing') : { type, body }
}

/** Only the catalog question may come without a type; nothing else names its user `user_id`. */
function unnamedType(body: WireObject): string | null {
  return isWireObject(body.user) && 'user_id' in body.user ? 'partner_side_catalog' : null
}

/** The number of the project that a webhook names, null when it names none (separate order_* do not). */
export function projectIdOf(body: WireObject): string | null {
  const settings = isWireObject(body.billing) ? body.billing.settings : body.settings
  return isWireObject(settings) ? filledTextAt(settings, 'project_id') : null
}
