// Turns whatever was thrown into an answer: a code, a body of the right shape, and headers.

import { AppError, ERROR_CODES, type ErrorCode, storeErrorBody } from '@ordertrail/core'
import type { FastifyReply } from 'fastify'
import { isError } from '../is-error.ts'
import type { ErrorShape } from './error-shape.ts'

/** An error as it goes out. */
export interface ErrorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Seconds after which a caller may repeat what met a passing fault. */
const RETRY_AFTER_SECONDS = 2

/** Errors of the HTTP framework that a client causes. */
const CODE_BY_FRAMEWORK_CODE: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content_type_refused',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_malformed',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_ASYNC_CONSTRAINT: 'not_found',
  ECONNRESET: 'body_malformed',
}

/** The AppError behind anything that was thrown; what nobody foresaw is `internal`, with the thrown thing as its cause. */
export function appErrorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const code: unknown = isError(thrown) && 'code' in thrown ? thrown.code : undefined
  const known = typeof code === 'string' ? CODE_BY_FRAMEWORK_CODE[code] : undefined
  return new AppError(known ?? 'internal', { cause: thrown })
}

/**
 * The answer for an error.
 *
 * Of faults of the server (500 and above) only the sentence of the code goes out; messages and details stay in the log.
 */
function errorAnswer(error: AppError, shape: ErrorShape, requestId: string): ErrorAnswer {
  const { status, sentence } = ERROR_CODES[error.code]
  const told = status < 500 ? error : { code: error.code, message: sentence, details: {} }
  const isStore = shape === 'store'
  const body = isStore ? storeErrorBody(told, requestId) : problem(told, requestId)
  return {
    status,
    headers: {
      'content-type': isStore ? 'application/json' : 'application/problem+json',
      ...retryAfter(error, status),
    },
    body: JSON.stringify(body),
  }
}

type Told = Pick<AppError, 'code' | 'message' | 'details'>

/** RFC 9457; `details` are the plain values of the error, `errors` the faults of a validation. */
function problem(error: Told, requestId: string): object {
  const { errors, ...details } = error.details
  return {
    type: `urn:ordertrail:error:${error.code}`,
    title: titleOf(error.code),
    status: ERROR_CODES[error.code].status,
    code: error.code,
    detail: error.message,
    request_id: requestId,
    ...(errors === undefined ? {} : { errors }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  }
}

/** order_not_found → Order not found. */
function titleOf(code: ErrorCode): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function retryAfter(error: AppError, status: number): Record<string, string> {
  const seconds = error.details.retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : undefined)
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

/** Writes an error as the answer of a request. */
export function writeError(reply: FastifyReply, error: AppError, shape: ErrorShape): FastifyReply {
  const answer = errorAnswer(error, shape, reply.request.id)
  return reply.code(answer.status).headers(answer.headers).send(answer.body)
}
