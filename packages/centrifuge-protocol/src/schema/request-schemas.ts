// Field numbers of every request.

import type {
  ConnectRequest,
  HistoryRequest,
  PingRequest,
  PresenceRequest,
  PresenceStatsRequest,
  PublishRequest,
  RefreshRequest,
  RpcRequest,
  SendRequest,
  StreamPosition,
  SubRefreshRequest,
  SubscribeRequest,
  UnsubscribeRequest,
} from '../requests.ts'
import {
  bool,
  defineMessage,
  int32,
  int64,
  type MessageSchema,
  map,
  message,
  raw,
  required,
  string,
  textMap,
  uint64,
} from './message-schema.ts'

export const SUBSCRIBE_REQUEST: MessageSchema<SubscribeRequest> = defineMessage<SubscribeRequest>('SubscribeRequest', {
  channel: string(1),
  token: string(2),
  recover: bool(3),
  epoch: string(6),
  offset: uint64(7),
  data: raw(8),
  positioned: bool(9),
  recoverable: bool(10),
  join_leave: bool(11),
  delta: string(12),
  flag: int64(14),
  type: int32(15),
})

export const CONNECT_REQUEST: MessageSchema<ConnectRequest> = defineMessage<ConnectRequest>('ConnectRequest', {
  token: string(1),
  data: raw(2),
  subs: map(3, SUBSCRIBE_REQUEST),
  name: string(4),
  version: string(5),
  headers: textMap(6),
  flag: int64(7),
})

export const UNSUBSCRIBE_REQUEST: MessageSchema<UnsubscribeRequest> = defineMessage<UnsubscribeRequest>(
  'UnsubscribeRequest',
  { channel: required(string(1)) },
)

export const PUBLISH_REQUEST: MessageSchema<PublishRequest> = defineMessage<PublishRequest>('PublishRequest', {
  channel: required(string(1)),
  data: required(raw(2)),
  type: int32(3),
})

export const PRESENCE_REQUEST: MessageSchema<PresenceRequest> = defineMessage<PresenceRequest>('PresenceRequest', {
  channel: required(string(1)),
})

export const PRESENCE_STATS_REQUEST: MessageSchema<PresenceStatsRequest> = defineMessage<PresenceStatsRequest>(
  'PresenceStatsRequest',
  { channel: required(string(1)) },
)

const STREAM_POSITION: MessageSchema<StreamPosition> = defineMessage<StreamPosition>('StreamPosition', {
  offset: required(uint64(1)),
  epoch: required(string(2)),
})

export const HISTORY_REQUEST: MessageSchema<HistoryRequest> = defineMessage<HistoryRequest>('HistoryRequest', {
  channel: required(string(1)),
  limit: int32(7),
  since: message(8, STREAM_POSITION),
  reverse: bool(9),
})

export const PING_REQUEST: MessageSchema<PingRequest> = defineMessage<PingRequest>('PingRequest', {})

export const SEND_REQUEST: MessageSchema<SendRequest> = defineMessage<SendRequest>('SendRequest', {
  data: required(raw(1)),
})

export const RPC_REQUEST: MessageSchema<RpcRequest> = defineMessage<RpcRequest>('RPCRequest', {
  data: raw(1),
  method: required(string(2)),
})

export const REFRESH_REQUEST: MessageSchema<RefreshRequest> = defineMessage<RefreshRequest>('RefreshRequest', {
  token: required(string(1)),
})

export const SUB_REFRESH_REQUEST: MessageSchema<SubRefreshRequest> = defineMessage<SubRefreshRequest>(
  'SubRefreshRequest',
  { channel: required(string(1)), token: required(string(2)), type: int32(3) },
)
