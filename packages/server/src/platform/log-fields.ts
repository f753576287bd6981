// What may be logged: an allow-list of field names, and the hiding of credentials inside texts and errors.
import { isError } from './is-error.ts'

/**
 * Every field a log line may have. Names of people, addresses, tokens, bodies and headers are not among them, on purpose.
 *
 * A field that is missing here is missing for a reason to be asked about, or simply new: then it is added here.
 */
export const LOG_FIELDS = [
  // Who and what it is about.
  'projectId',
  'merchantId',
  'orderId',
  'paymentId',
  'refundId',
  'notificationId',
  'deliveryId',
  'recoveryId',
  'eventId',
  'connectionId',
  'requestId',
  'channel',
  'sku',
  'type',
  'mode',
  'provider',
  'actor',
  // What happened.
  'operationId',
  'method',
  'path',
  'status',
  'code',
  'outcome',
  'reason',
  'from',
  'to',
  'cause',
  'state',
  'attempt',
  'position',
  'kind',
  'by',
  'isLate',
  'sentence',
  'detail',
  'error',
  // How much, when, how long.
  'count',
  'deliveriesRetired',
  'eventsRetired',
  'factsRetired',
  'attemptLogsDeleted',
  'auditEntriesDeleted',
  'publicationsCut',
  'paymentTokensDeleted',
  'cartsDeleted',
  'isMore',
  'bytes',
  'limit',
  'depth',
  'offset',
  'durationMs',
  'delayMs',
  'lagMs',
  'dueAt',
  'skippedMs',
  // Where it runs.
  'service',
  'role',
  'engine',
  'storePath',
  'host',
  'port',
  'url',
  'version',
  'node',
  'pid',
  'signal',
  'ip',
  'caller',
  'setting',
] as const

/** Name of a field that may be logged. */
export type LogField = (typeof LOG_FIELDS)[number]

/** Fields of one line. `error` may be anything that was thrown; undefined members are left out. */
export type LogFields = {
  readonly [Field in Exclude<LogField, 'error'>]?: string | number | boolean | null | undefined
} & { readonly error?: unknown }

const TEXT_CHARS_MAX = 2_000
const CAUSES_MAX = 4

/** Credentials by their shape, for texts that others wrote: messages of drivers, URLs, paths. */
const CREDENTIALS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b(Bearer|Basic|Signature)\s+[\w.~+/=-]+/gi, '$1 (hidden)'],
  [/\bey[\w-]{8,}\.[\w-]+\.[\w-]*/g, '(hidden token)'],
  [/(\w+:\/\/)[^\s/@:]*:[^\s/@]*@/g, '$1(hidden)@'],
  [/([?&](?:access_)?(?:token|auth|key|secret|password|jwt)=)[^&\s#]*/gi, '$1(hidden)'],
  [/\bwhsec_[\w+/=-]+/g, '(hidden secret)'],
  [/\bp[0-9a-z]{1,8}t[0-9A-Za-z]{32}\b/g, '(hidden token)'],
]

/** What every pattern above needs somewhere: most texts are words of ours without any of it, and pay for one look instead of six. */
const MAY_HOLD_CREDENTIALS = /[\s:?&]|ey|whsec_|[0-9A-Za-z]{32}/

/** `text` without credentials, cut to a sane length. */
export function hideCredentials(text: string): string {
  if (!MAY_HOLD_CREDENTIALS.test(text) && text.length <= TEXT_CHARS_MAX) return text
  let hidden = text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text
  for (const [pattern, instead] of CREDENTIALS) hidden = hidden.replace(pattern, instead)
  return hidden
}

/** Name, code, message, stack and causes of anything that was thrown; its other members may hold rows or bodies. */
export function plainError(thrown: unknown, causesLeft: number = CAUSES_MAX): Record<string, unknown> {
  if (!isError(thrown)) return { message: hideCredentials(String(thrown)) }
  const code: unknown = 'code' in thrown ? thrown.code : undefined
  return {
    name: thrown.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: hideCredentials(thrown.message),
    ...(thrown.stack === undefined ? {} : { stack: hideCredentials(thrown.stack) }),
    ...(thrown.cause === undefined || causesLeft === 0 ? {} : { cause: plainError(thrown.cause, causesLeft - 1) }),
  }
}
