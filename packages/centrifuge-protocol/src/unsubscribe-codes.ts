// Why a server ends a subscription: the codes of unsubscribe pushes.

/** One way to end a subscription. */
export interface UnsubscribeCode {
  readonly code: number
  readonly reason: string
  /** One sentence for people. It is not sent. */
  readonly explanation: string
}

export type UnsubscribeName = 'server' | 'insufficientState' | 'expired' | 'stateInvalidated'

/** From 2500 on clients subscribe anew to channels they asked for; one the server gave them is over with any code. */
export const UNSUBSCRIBE_CODES: Readonly<Record<UnsubscribeName, UnsubscribeCode>> = {
  server: { code: 2000, reason: 'server unsubscribe', explanation: 'The server takes the channel away for good.' },
  insufficientState: {
    code: 2500,
    reason: 'insufficient state',
    explanation: 'Publications would be missing; the client subscribes anew and recovers them.',
  },
  expired: { code: 2501, reason: 'subscription expired', explanation: 'The time granted to it is over.' },
  stateInvalidated: {
    code: 2502,
    reason: 'state invalidated',
    explanation: 'The client should forget its position before it subscribes anew.',
  },
}
