// Whether the answer to a check is the documented one, and what to do where it is not.
import { judge, type ListenerErrorCode } from '@ordertrail/core'
import { readCatalogAnswer } from '../../catalog/index.ts'
import type { SignedExchange } from '../../platform/http/index.ts'
import type { CheckName } from './checks.ts'

/** An exchange that brought an answer. */
type Answered = Extract<SignedExchange, { readonly kind: 'response' }>

/** What was asked. */
export interface JudgedCheck {
  readonly name: CheckName
  readonly deadlineMs: number
  /** Whom user_search looked for by the id of the game; null: by another id. */
  readonly searchedUserId: string | null
}

/** One sentence about what is wrong; null: the answer is the documented one. */
export function adviceFor(check: JudgedCheck, exchange: SignedExchange): string | null {
  if (exchange.kind === 'no_answer') return unansweredAdvice(check, exchange)
  const { name } = check
  if (name === 'bad_signature') return refusalAdvice(exchange, 'INVALID_SIGNATURE')
  if (isSignatureRefused(exchange)) return SIGNATURE_REFUSED
  if (name === 'unknown_user') return refusalAdvice(exchange, 'INVALID_USER')
  if (name === 'user_search') return searchAdvice(check, exchange)
  if (name === 'partner_side_catalog') return catalogAdvice(exchange)
  return judge(exchange) === 'accepted' ? null : unacceptedAdvice(name, exchange)
}

function unansweredAdvice(
  { deadlineMs }: JudgedCheck,
  { reason, sentence }: Extract<SignedExchange, { readonly kind: 'no_answer' }>,
): string {
  if (reason === 'deadline')
    return `There was no answer within ${deadlineMs / 1000} s; answer first, and do what takes long afterwards.`
  return `There was no answer: ${sentence} Check that your listener runs at this URL and can be reached from this server.`
}

const SIGNATURE_REFUSED =
  'Your listener refused a good signature: give it the present secret, and let it hash the bytes of the body as they came, not the parsed body written again.'

function isSignatureRefused({ status, body }: Answered): boolean {
  return status >= 400 && status < 500 && codeOf(body) === 'INVALID_SIGNATURE'
}

const UNCHECKED: Readonly<Record<'INVALID_SIGNATURE' | 'INVALID_USER', string>> = {
  INVALID_SIGNATURE:
    'to a wrong signature: signatures are not checked, so anybody who finds the URL can grant items. Check the Authorization header before you read the body.',
  INVALID_USER: 'to a user who cannot exist: look the id up, and answer 400 INVALID_USER where there is none.',
}

/** For what has to be refused with 400 and `code`. */
function refusalAdvice(exchange: Answered, code: 'INVALID_SIGNATURE' | 'INVALID_USER'): string | null {
  const { status, body } = exchange
  const isCode = codeOf(body) === code
  if (status === 400 && isCode) return null
  const verdict = judge(exchange)
  if (verdict === 'accepted') return `Your listener answered ${status} ${UNCHECKED[code]}`
  const wanted = `answer 400 with {"error":{"code":"${code}"}}`
  if (verdict === 'retry') return `Your listener answered ${status}, which counts as a fault of its own; ${wanted}.`
  if (status === 400) return `The status 400 is right, but the body does not name the code; ${wanted}.`
  const isSdk = isCode && (code === 'INVALID_SIGNATURE' ? status === 401 : status === 422)
  const who = isSdk ? `${status} ${code} is what the official PHP SDK answers` : `Your listener answered ${status}`
  return `${who}: real sends take it as a refusal, but the documented answer is 400; ${wanted}.`
}

function unacceptedAdvice(name: CheckName, exchange: Answered): string {
  const { status, body } = exchange
  const code = codeOf(body)
  const said = code === null ? `${status}` : `${status} ${code}`
  if (name === 'user_validation') {
    return judge(exchange) === 'rejected'
      ? `Your listener refused this user with ${said}, so they could not pay; name one whom it knows, or check its lookup.`
      : `Your listener answered ${said}, so this user could not pay; only 200, 201 and 204 say yes.`
  }
  return judge(exchange) === 'rejected'
    ? `Your listener refused ${name} with ${said}: a real one would not be sent again. Answer 2xx to what you have understood.`
    : `Your listener answered ${said}: a real ${name} would be sent again by its schedule. Answer 200, 201 or 204.`
}

function searchAdvice({ searchedUserId }: JudgedCheck, { status, body }: Answered): string | null {
  if (status !== 200)
    return `Your listener answered ${status}; answer 200 with {"user":{"id":"…"}}, or 400 INVALID_USER where there is no such user.`
  const id = objectIn(objectIn(parsed(body))?.user)?.id
  if (typeof id !== 'string' || id === '') return 'The answer lacks user.id as text; answer {"user":{"id":"…"}}.'
  if (searchedUserId !== null && id !== searchedUserId)
    return `Your listener found another user than it was asked for: ${JSON.stringify(id.slice(0, 100))}.`
  return null
}

function catalogAdvice(exchange: Answered): string | null {
  const { outcome, status, sentence } = readCatalogAnswer(exchange)
  if (outcome === 'unknown_user')
    return `Your listener does not know this user (${status}): they would see no item at all.`
  if (outcome === 'answered') return sentence
  return `${sentence ?? 'There is no answer.'} Answer 200 with a list; without one, players see the last good answer or everything, and cannot buy.`
}

function codeOf(body: string): ListenerErrorCode | string | null {
  const code = objectIn(objectIn(parsed(body))?.error)?.code
  return typeof code === 'string' ? code.slice(0, 100) : null
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined
}
