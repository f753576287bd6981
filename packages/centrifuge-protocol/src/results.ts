// What servers answer: the result of every method, members named as on the wire.
// An optional member that is absent has its zero value (empty, 0, false).

import type { RawJson } from './raw-json.ts'
import type { EmptyMessage } from './requests.ts'

/** Why a request was refused. The connection lives on. */
export interface ReplyError {
  readonly code: number
  readonly message: string
  /** The client may try the same again. */
  readonly temporary?: boolean
}

export interface ConnectResult {
  /** Id of this connection, new each time. */
  readonly client: string
  readonly version?: string
  /** The client must refresh its token within `ttl` seconds. One without a token then disconnects for good. */
  readonly expires?: boolean
  readonly ttl?: number
  readonly data?: RawJson
  /** All server-side subscriptions, by channel: one that is missing here is over for the client. */
  readonly subs?: ReadonlyMap<string, SubscribeResult>
  /** Seconds between server pings. Some clients drop the connection when it is 0. */
  readonly ping?: number
  /** The client must answer pings. */
  readonly pong?: boolean
  readonly session?: string
  readonly node?: string
  /** Server time in milliseconds. */
  readonly time?: number
}

export interface SubscribeResult {
  readonly expires?: boolean
  readonly ttl?: number
  /** The client will keep its position and ask to recover from it. */
  readonly recoverable?: boolean
  readonly epoch?: string
  /** What the client missed. Only together with `recovered`. */
  readonly publications?: readonly Publication[]
  readonly recovered?: boolean
  /** Recovered: the offset the client named. Otherwise: the top of the stream. */
  readonly offset?: number
  readonly positioned?: boolean
  readonly data?: RawJson
  readonly was_recovering?: boolean
}

/** One message of a channel. */
export interface Publication {
  readonly data: RawJson
  /** Who published it, where a client did. */
  readonly info?: ClientInfo
  /** Its place in the stream, from 1. Absent: the channel keeps no stream. */
  readonly offset?: number
  readonly tags?: ReadonlyMap<string, string>
  /** Milliseconds. */
  readonly time?: number
  readonly channel?: string
  /** Lets a client that knows no epoch yet learn it. */
  readonly epoch?: string
}

export interface ClientInfo {
  readonly user: string
  readonly client: string
  readonly conn_info?: RawJson
  readonly chan_info?: RawJson
}

export interface PresenceResult {
  /** Who is there, by client id. */
  readonly presence: ReadonlyMap<string, ClientInfo>
}

export interface PresenceStatsResult {
  readonly num_clients: number
  readonly num_users: number
}

/** `epoch` and `offset` are the top of the stream, whatever part of it is returned. */
export interface HistoryResult {
  readonly publications: readonly Publication[]
  readonly epoch: string
  readonly offset: number
}

export interface RpcResult {
  readonly data?: RawJson
}

export interface RefreshResult {
  /** Always name it: older browser clients take an absent one for their new id. */
  readonly client?: string
  readonly version?: string
  readonly expires?: boolean
  readonly ttl?: number
}

export interface SubRefreshResult {
  readonly expires?: boolean
  readonly ttl?: number
}

/** The result of every method. `send` is never answered. */
export interface Results {
  readonly connect: ConnectResult
  readonly subscribe: SubscribeResult
  readonly unsubscribe: EmptyMessage
  readonly publish: EmptyMessage
  readonly presence: PresenceResult
  readonly presence_stats: PresenceStatsResult
  readonly history: HistoryResult
  readonly ping: EmptyMessage
  readonly rpc: RpcResult
  readonly refresh: RefreshResult
  readonly sub_refresh: SubRefreshResult
}
