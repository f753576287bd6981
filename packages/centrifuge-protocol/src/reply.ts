// The envelope of what a server sends.

import type { Push } from './pushes.ts'
import type { ReplyError, Results } from './results.ts'

/** The methods that are answered with a result. */
export type AnsweredMethod = keyof Results

/** The answer to a request of one method. */
export type ResultOf<M extends AnsweredMethod> = {
  readonly kind: 'result'
  /** The id of the command it answers. */
  readonly id: number
  readonly method: M
  readonly result: Results[M]
}

/** The answer to a request of any method. */
export type Result = { readonly [M in AnsweredMethod]: ResultOf<M> }[AnsweredMethod]

/** The refusal of a request. */
export type ErrorReply = { readonly kind: 'error'; readonly id: number; readonly error: ReplyError }

/** Something the client did not ask for. */
export type PushReply = { readonly kind: 'push'; readonly push: Push }

/** The empty reply, which asks the client for a pong. */
export type Ping = { readonly kind: 'ping' }

/** What a server sends. */
export type Reply = Ping | PushReply | ErrorReply | Result

/** A reply or push of a kind not known here; id 0 for a push. Clients pass over it. */
export type UnknownReply = { readonly kind: 'unknown'; readonly id: number }

/** What a client may receive. */
export type ReceivedReply = Reply | UnknownReply
