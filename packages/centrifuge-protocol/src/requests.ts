// What clients ask: the request of every method, members named as on the wire.
// An optional member that is absent has its zero value (empty, 0, false).

import type { RawJson } from './raw-json.ts'

/** First request of every connection. */
export interface ConnectRequest {
  readonly token?: string
  /** What the application sent; order trackers put their credentials here. */
  readonly data?: RawJson
  /** Positions of server-side subscriptions a reconnecting client wants to recover, by channel. */
  readonly subs?: ReadonlyMap<string, SubscribeRequest>
  readonly name?: string
  readonly version?: string
  readonly headers?: ReadonlyMap<string, string>
  /** Bits of connection features the client offers. */
  readonly flag?: number
}

/** A subscription made by the client, or one entry of `ConnectRequest.subs` (then without channel). */
export interface SubscribeRequest {
  readonly channel?: string
  readonly token?: string
  /** Recovery is wanted from `offset` of stream `epoch`; false means no recovery whatever they say. */
  readonly recover?: boolean
  readonly epoch?: string
  readonly offset?: number
  readonly data?: RawJson
  readonly positioned?: boolean
  readonly recoverable?: boolean
  readonly join_leave?: boolean
  /** Name of the delta compression the client would take. */
  readonly delta?: string
  /** Bit 1: channel compaction. Bit 2: refuse with 112 instead of subscribing unrecovered. */
  readonly flag?: number
  /** 0 for a stream; other types are map subscriptions and shared polls. */
  readonly type?: number
}

export interface UnsubscribeRequest {
  readonly channel: string
}

export interface PublishRequest {
  readonly channel: string
  readonly data: RawJson
  /** 0 for a stream; other types write to map subscriptions. */
  readonly type?: number
}

export interface PresenceRequest {
  readonly channel: string
}

export interface PresenceStatsRequest {
  readonly channel: string
}

/** A place in the stream of a channel: everything up to and including `offset` is behind it. */
export interface StreamPosition {
  readonly offset: number
  /** Empty: whatever epoch the stream has. */
  readonly epoch: string
}

export interface HistoryRequest {
  readonly channel: string
  /** 0: only the position. Below 0: without limit. */
  readonly limit?: number
  /** Absent: from the start, or from the end when reversed. */
  readonly since?: StreamPosition
  readonly reverse?: boolean
}

/** The unused `ping` method. The pings that keep a connection alive are empty replies. */
export type PingRequest = EmptyMessage

export interface SendRequest {
  readonly data: RawJson
}

export interface RpcRequest {
  readonly data?: RawJson
  readonly method: string
}

export interface RefreshRequest {
  readonly token: string
}

export interface SubRefreshRequest {
  readonly channel: string
  readonly token: string
  /** 0 for a token refresh; other types belong to shared polls. */
  readonly type?: number
}

/** A message without members. */
export type EmptyMessage = Readonly<Record<string, never>>

/** The request of every method. */
export interface Requests {
  readonly connect: ConnectRequest
  readonly subscribe: SubscribeRequest
  readonly unsubscribe: UnsubscribeRequest
  readonly publish: PublishRequest
  readonly presence: PresenceRequest
  readonly presence_stats: PresenceStatsRequest
  readonly history: HistoryRequest
  readonly ping: PingRequest
  readonly send: SendRequest
  readonly rpc: RpcRequest
  readonly refresh: RefreshRequest
  readonly sub_refresh: SubRefreshRequest
}
