// Why a request can be refused: the codes of error replies.

import type { ReplyError } from './results.ts'

/** One refusal; it can be sent as the `error` of a reply as it stands. */
export interface ErrorCode extends ReplyError {
  readonly temporary: boolean
  /** One sentence for people. It is not sent. */
  readonly explanation: string
}

export type ErrorName =
  | 'internal'
  | 'unauthorized'
  | 'unknownChannel'
  | 'permissionDenied'
  | 'methodNotFound'
  | 'alreadySubscribed'
  | 'limitExceeded'
  | 'badRequest'
  | 'notAvailable'
  | 'tokenExpired'
  | 'expired'
  | 'tooManyRequests'
  | 'unrecoverablePosition'
  | 'concurrentPagination'

/**
 * The protocol's own codes. 0 to 99 are kept for clients, up to 399 for the protocol, 400 to 1999 for applications.
 * A connect that gets a temporary error, or tokenExpired, is tried again; any other error ends the client.
 */
export const ERROR_CODES: Readonly<Record<ErrorName, ErrorCode>> = {
  internal: {
    code: 100,
    message: 'internal server error',
    temporary: true,
    explanation: 'The server failed; the same request may succeed later.',
  },
  unauthorized: {
    code: 101,
    message: 'unauthorized',
    temporary: false,
    explanation: 'The request needs a right that was not proved.',
  },
  unknownChannel: {
    code: 102,
    message: 'unknown channel',
    temporary: false,
    explanation: 'There is no such channel, or channels of this kind do not exist here.',
  },
  permissionDenied: {
    code: 103,
    message: 'permission denied',
    temporary: false,
    explanation: 'This connection may not do that to this channel.',
  },
  methodNotFound: {
    code: 104,
    message: 'method not found',
    temporary: false,
    explanation: 'The server does not know what it is asked to do.',
  },
  alreadySubscribed: {
    code: 105,
    message: 'already subscribed',
    temporary: false,
    explanation: 'The connection has this channel, perhaps because the server subscribed it.',
  },
  limitExceeded: {
    code: 106,
    message: 'limit exceeded',
    temporary: false,
    explanation: 'The connection has as many channels as it may have.',
  },
  badRequest: {
    code: 107,
    message: 'bad request',
    temporary: false,
    explanation: 'The request could be read but makes no sense.',
  },
  notAvailable: {
    code: 108,
    message: 'not available',
    temporary: false,
    explanation: 'The server knows the method but does not offer it here.',
  },
  tokenExpired: {
    code: 109,
    message: 'token expired',
    temporary: false,
    explanation: 'The client should come back with a new token; one that cannot make tokens gives up for good.',
  },
  expired: {
    code: 110,
    message: 'expired',
    temporary: false,
    explanation: 'The time that was granted is already over.',
  },
  tooManyRequests: {
    code: 111,
    message: 'too many requests',
    temporary: true,
    explanation: 'The client asks too often and should wait longer before it asks again.',
  },
  unrecoverablePosition: {
    code: 112,
    message: 'unrecoverable position',
    temporary: false,
    explanation: 'The named epoch is not that of the stream, so nothing can be told about what was missed.',
  },
  concurrentPagination: {
    code: 113,
    message: 'concurrent pagination',
    temporary: true,
    explanation: 'Another page of the same subscription is still being read.',
  },
}
