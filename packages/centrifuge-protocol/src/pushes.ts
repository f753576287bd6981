// What servers say unasked: the body of every push, members named as on the wire.
// An optional member that is absent has its zero value (empty, 0, false).

import type { RawJson } from './raw-json.ts'
import type { ClientInfo, ConnectResult, Publication } from './results.ts'

/** Somebody joined or left the channel. */
export interface PresencePush {
  readonly info?: ClientInfo
}

/** The server ended the subscription. */
export interface UnsubscribePush {
  readonly code: number
  readonly reason?: string
}

/** A message to the connection, outside of any channel. */
export interface MessagePush {
  readonly data: RawJson
}

/** The server added a subscription to a running connection. It cannot carry publications. */
export interface SubscribePush {
  readonly recoverable?: boolean
  readonly epoch?: string
  readonly offset?: number
  readonly positioned?: boolean
  readonly data?: RawJson
}

/** Same meaning as the code and reason of a close frame, for transports that have none. */
export interface DisconnectPush {
  readonly code: number
  readonly reason?: string
  readonly reconnect?: boolean
}

export interface RefreshPush {
  readonly expires?: boolean
  readonly ttl?: number
}

/** The body of every kind of push. `connect` is for one-way transports only. */
export interface Pushes {
  readonly pub: Publication
  readonly join: PresencePush
  readonly leave: PresencePush
  readonly unsubscribe: UnsubscribePush
  readonly message: MessagePush
  readonly subscribe: SubscribePush
  readonly connect: ConnectResult
  readonly disconnect: DisconnectPush
  readonly refresh: RefreshPush
}

export type PushKind = keyof Pushes

type PushOf<K extends PushKind> = {
  readonly kind: K
  /** Empty where the push belongs to the connection: message, connect, disconnect, refresh. */
  readonly channel: string
  readonly body: Pushes[K]
}

/** One push of any kind. */
export type Push = { readonly [K in PushKind]: PushOf<K> }[PushKind]
