// The envelope of what a client sends.

import type { Requests } from './requests.ts'

/** The methods of the protocol, by their wire names. */
export type Method = keyof Requests

/** A request of one method. */
export type RequestOf<M extends Method> = {
  readonly kind: 'request'
  /** The number the reply must carry, 1 to 2³²−1. 0 only for `send`, which is never answered. */
  readonly id: number
  readonly method: M
  readonly request: Requests[M]
}

/** A request of any method. */
export type Request = { readonly [M in Method]: RequestOf<M> }[Method]

/** The client's answer to a server ping. Engine clients also send it unasked, to keep the connection alive. */
export type Pong = { readonly kind: 'pong' }

/** What a client sends. */
export type Command = Request | Pong

/** A numbered command with no method known here. It is owed an answer: error 104. */
export type UnknownCommand = { readonly kind: 'unknown'; readonly id: number }

/** What a server may receive. */
export type ReceivedCommand = Command | UnknownCommand
