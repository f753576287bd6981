// What one signed request comes to: an answer, or a named reason why there is none.
import { isError } from '../is-error.ts'

/** Most bytes of an answer's body that are read; then the connection is closed. */
export const ANSWER_BYTES_MAX: number = 64 * 1024

/** Why a listener gave no answer. Stable; the schedule tries again after every one of them. */
export type NoAnswerReason =
  | 'url_refused'
  | 'address_refused'
  | 'name_not_found'
  | 'connect_failed'
  | 'connect_timeout'
  | 'tls_failed'
  | 'deadline'
  | 'closed_early'
  | 'garbage'
  | 'headers_too_large'
  | 'sender_stopped'

/**
 * One request and what came of it. `durationMs` counts from the call to the last byte that was read.
 *
 * A status line with its headers is an answer, even when the body is then cut, endless or too slow (`truncated`): the listener has
 * said what it did. Whoever needs the body itself treats a truncated one as no answer. `requestHeaders` are as sent, the
 * signatures hidden.
 */
export type SignedExchange =
  | {
      readonly kind: 'response'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      readonly truncated: boolean
      readonly durationMs: number
      readonly requestHeaders: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'no_answer'
      readonly reason: NoAnswerReason
      readonly sentence: string
      readonly durationMs: number
      readonly requestHeaders: Readonly<Record<string, string>>
    }

/** A reason in words for the attempt log and the console. */
export const NO_ANSWER_SENTENCES: Readonly<Record<NoAnswerReason, string>> = {
  url_refused: 'The URL may not receive webhooks.',
  address_refused: 'The host stands for an address that may not receive webhooks.',
  name_not_found: 'The host name was not found.',
  connect_failed: 'No connection could be made.',
  connect_timeout: 'No connection was made in time.',
  tls_failed: 'The secure connection failed; check the certificate.',
  deadline: 'There was no answer before the deadline.',
  closed_early: 'The connection was closed before an answer.',
  garbage: 'What came back is not HTTP.',
  headers_too_large: 'The headers of the answer are too large.',
  sender_stopped: 'The server was stopping.',
}

/** Refusal to connect, thrown through the HTTP client so that it comes out as a reason. */
export class NoAnswerError extends Error {
  readonly reason: NoAnswerReason

  constructor(reason: NoAnswerReason, sentence: string) {
    super(sentence)
    this.name = 'NoAnswerError'
    this.reason = reason
  }
}

const REASON_BY_CODE: Readonly<Record<string, NoAnswerReason>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
  UND_ERR_HEADERS_OVERFLOW: 'headers_too_large',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  // Two lengths that disagree, and a status that the client itself takes for impossible.
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'garbage',
  ERR_ASSERTION: 'garbage',
  UND_ERR_DESTROYED: 'sender_stopped',
  UND_ERR_CLOSED: 'sender_stopped',
}

const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/

/**
 * Names an error of the HTTP client.
 *
 * @param isConnected whether the request had a connection: a reset before that is a failed connect, after it an early close
 */
export function noAnswerOf(error: unknown, isConnected: boolean): { reason: NoAnswerReason; sentence: string } {
  if (error instanceof NoAnswerError) return { reason: error.reason, sentence: error.message }
  const code = codeOf(error)
  // Errors of the HTTP parser have a name, and a code only sometimes.
  const isGarbage = isError(error) && error.name === 'HTTPParserError'
  const reason = REASON_BY_CODE[code] ?? (isGarbage ? 'garbage' : reasonByPhase(code, isConnected))
  return { reason, sentence: code === '' ? NO_ANSWER_SENTENCES[reason] : `${NO_ANSWER_SENTENCES[reason]} (${code})` }
}

function reasonByPhase(code: string, isConnected: boolean): NoAnswerReason {
  if (TLS_CODE.test(code)) return 'tls_failed'
  return isConnected ? 'closed_early' : 'connect_failed'
}

function codeOf(error: unknown): string {
  const code: unknown = isError(error) && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}
