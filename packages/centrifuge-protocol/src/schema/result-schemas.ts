// Field numbers of every result.

import type { EmptyMessage } from '../requests.ts'
import type {
  ClientInfo,
  ConnectResult,
  HistoryResult,
  PresenceResult,
  PresenceStatsResult,
  Publication,
  RefreshResult,
  ReplyError,
  RpcResult,
  SubRefreshResult,
  SubscribeResult,
} from '../results.ts'
import {
  bool,
  defineMessage,
  int64,
  list,
  type MessageSchema,
  map,
  message,
  raw,
  required,
  string,
  textMap,
  uint32,
  uint64,
} from './message-schema.ts'

export const REPLY_ERROR: MessageSchema<ReplyError> = defineMessage<ReplyError>('Error', {
  code: required(uint32(1)),
  message: required(string(2)),
  temporary: bool(3),
})

export const CLIENT_INFO: MessageSchema<ClientInfo> = defineMessage<ClientInfo>('ClientInfo', {
  user: required(string(1)),
  client: required(string(2)),
  conn_info: raw(3),
  chan_info: raw(4),
})

// 1 to 3 were fields of an older protocol; 8 and 11 to 16 belong to deltas and map subscriptions.
export const PUBLICATION: MessageSchema<Publication> = defineMessage<Publication>('Publication', {
  data: required(raw(4)),
  info: message(5, CLIENT_INFO),
  offset: uint64(6),
  tags: textMap(7),
  time: int64(9),
  channel: string(10),
  epoch: string(14),
})

export const SUBSCRIBE_RESULT: MessageSchema<SubscribeResult> = defineMessage<SubscribeResult>('SubscribeResult', {
  expires: bool(1),
  ttl: uint32(2),
  recoverable: bool(3),
  epoch: string(6),
  publications: list(7, PUBLICATION),
  recovered: bool(8),
  offset: uint64(9),
  positioned: bool(10),
  data: raw(11),
  was_recovering: bool(12),
})

export const CONNECT_RESULT: MessageSchema<ConnectResult> = defineMessage<ConnectResult>('ConnectResult', {
  client: required(string(1)),
  version: string(2),
  expires: bool(3),
  ttl: uint32(4),
  data: raw(5),
  subs: map(6, SUBSCRIBE_RESULT),
  ping: uint32(7),
  pong: bool(8),
  session: string(9),
  node: string(10),
  time: int64(11),
})

export const PRESENCE_RESULT: MessageSchema<PresenceResult> = defineMessage<PresenceResult>('PresenceResult', {
  presence: required(map(1, CLIENT_INFO)),
})

export const PRESENCE_STATS_RESULT: MessageSchema<PresenceStatsResult> = defineMessage<PresenceStatsResult>(
  'PresenceStatsResult',
  { num_clients: required(uint32(1)), num_users: required(uint32(2)) },
)

export const HISTORY_RESULT: MessageSchema<HistoryResult> = defineMessage<HistoryResult>('HistoryResult', {
  publications: required(list(1, PUBLICATION)),
  epoch: required(string(2)),
  offset: required(uint64(3)),
})

export const RPC_RESULT: MessageSchema<RpcResult> = defineMessage<RpcResult>('RPCResult', { data: raw(1) })

export const REFRESH_RESULT: MessageSchema<RefreshResult> = defineMessage<RefreshResult>('RefreshResult', {
  client: string(1),
  version: string(2),
  expires: bool(3),
  ttl: uint32(4),
})

export const SUB_REFRESH_RESULT: MessageSchema<SubRefreshResult> = defineMessage<SubRefreshResult>('SubRefreshResult', {
  expires: bool(1),
  ttl: uint32(2),
})

export const EMPTY_RESULT: MessageSchema<EmptyMessage> = defineMessage<EmptyMessage>('Result', {})
