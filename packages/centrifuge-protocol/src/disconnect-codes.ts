// Why a server closes a connection: the codes of close frames, and what clients do about them.

/** One way to end a connection. */
export interface DisconnectCode {
  readonly code: number
  /** The reason of the close frame: words, because clients take a reason that parses as JSON for an older protocol's advice. */
  readonly reason: string
  /** One sentence for people. It is not sent. */
  readonly explanation: string
}

export type DisconnectName =
  | 'connectionClosed'
  | 'shutdown'
  | 'serverError'
  | 'expired'
  | 'subscriptionExpired'
  | 'slow'
  | 'writeError'
  | 'insufficientState'
  | 'forceReconnect'
  | 'noPong'
  | 'tooManyRequests'
  | 'stateInvalidated'
  | 'invalidToken'
  | 'badRequest'
  | 'stale'
  | 'forceDisconnect'
  | 'connectionLimit'
  | 'channelLimit'
  | 'inappropriateProtocol'
  | 'permissionDenied'
  | 'notAvailable'
  | 'tooManyErrors'

/** The protocol's own codes. Applications may use 4000 to 4499 (clients come back) and 4500 to 4999 (they do not). */
export const DISCONNECT_CODES: Readonly<Record<DisconnectName, DisconnectCode>> = {
  connectionClosed: {
    code: 3000,
    reason: 'connection closed',
    explanation: 'The client closed it; only logs see this code.',
  },
  shutdown: { code: 3001, reason: 'shutdown', explanation: 'The server stops; another one will take the client.' },
  serverError: {
    code: 3004,
    reason: 'internal server error',
    explanation: 'The server failed and lost track of the connection.',
  },
  expired: { code: 3005, reason: 'connection expired', explanation: 'The time granted to the connection is over.' },
  subscriptionExpired: {
    code: 3006,
    reason: 'subscription expired',
    explanation: 'The time granted to a subscription is over.',
  },
  slow: { code: 3008, reason: 'slow', explanation: 'The client reads more slowly than messages come.' },
  writeError: { code: 3009, reason: 'write error', explanation: 'Nothing could be written to the connection.' },
  insufficientState: {
    code: 3010,
    reason: 'insufficient state',
    explanation: 'Publications would be missing; the client comes back and recovers them.',
  },
  forceReconnect: {
    code: 3011,
    reason: 'force reconnect',
    explanation: 'Somebody asked that the client connect anew.',
  },
  noPong: { code: 3012, reason: 'no pong', explanation: 'The client did not answer a ping in time.' },
  tooManyRequests: { code: 3013, reason: 'too many requests', explanation: 'The client sends commands too often.' },
  stateInvalidated: {
    code: 3014,
    reason: 'state invalidated',
    explanation: 'The client should forget its token and its positions before it comes back.',
  },
  invalidToken: { code: 3500, reason: 'invalid token', explanation: 'The credentials are wrong and will stay wrong.' },
  badRequest: {
    code: 3501,
    reason: 'bad request',
    explanation: 'The client broke the protocol: an unreadable frame, or a command out of turn.',
  },
  stale: { code: 3502, reason: 'stale', explanation: 'The client was connected for long without saying who it is.' },
  forceDisconnect: { code: 3503, reason: 'force disconnect', explanation: 'Somebody asked that the client stay away.' },
  connectionLimit: {
    code: 3504,
    reason: 'connection limit',
    explanation: 'The user has as many connections as it may have.',
  },
  channelLimit: {
    code: 3505,
    reason: 'channel limit',
    explanation: 'The server would have to subscribe the connection to too many channels.',
  },
  inappropriateProtocol: {
    code: 3506,
    reason: 'inappropriate protocol',
    explanation: 'The channel holds data that this encoding cannot carry.',
  },
  permissionDenied: { code: 3507, reason: 'permission denied', explanation: 'Such users may not connect at all.' },
  notAvailable: {
    code: 3508,
    reason: 'not available',
    explanation: 'The client relies on something not offered here.',
  },
  tooManyErrors: { code: 3509, reason: 'too many errors', explanation: 'The client keeps sending what is refused.' },
}

/** A close code of WebSocket itself, and the only one of them that browser clients take for good. */
const MESSAGE_TOO_BIG = 1009

/**
 * Whether official clients stay away after a close with this code.
 *
 * @param closeCode the code of a close frame or of a disconnect push
 * @returns false: they come back by themselves and recover what they missed
 */
export function isTerminal(closeCode: number): boolean {
  if (closeCode === MESSAGE_TOO_BIG) return true
  return (closeCode >= 3500 && closeCode <= 3999) || (closeCode >= 4500 && closeCode <= 4999)
}
