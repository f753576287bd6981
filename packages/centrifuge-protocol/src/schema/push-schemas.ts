// Field numbers of every push.

import type {
  DisconnectPush,
  MessagePush,
  PresencePush,
  Pushes,
  RefreshPush,
  SubscribePush,
  UnsubscribePush,
} from '../pushes.ts'
import type { ConnectResult } from '../results.ts'
import {
  bool,
  defineMessage,
  int64,
  type MessageSchema,
  map,
  message,
  raw,
  required,
  string,
  uint32,
  uint64,
} from './message-schema.ts'
import { CLIENT_INFO, PUBLICATION, SUBSCRIBE_RESULT } from './result-schemas.ts'

const PRESENCE_PUSH: MessageSchema<PresencePush> = defineMessage<PresencePush>('Join', {
  info: message(1, CLIENT_INFO),
})

const UNSUBSCRIBE_PUSH: MessageSchema<UnsubscribePush> = defineMessage<UnsubscribePush>('Unsubscribe', {
  code: required(uint32(2)),
  reason: string(3),
})

const MESSAGE_PUSH: MessageSchema<MessagePush> = defineMessage<MessagePush>('Message', { data: required(raw(1)) })

const SUBSCRIBE_PUSH: MessageSchema<SubscribePush> = defineMessage<SubscribePush>('Subscribe', {
  recoverable: bool(1),
  epoch: string(4),
  offset: uint64(5),
  positioned: bool(6),
  data: raw(7),
})

// The same members as a connect result, under other numbers.
const CONNECT_PUSH: MessageSchema<ConnectResult> = defineMessage<ConnectResult>('Connect', {
  client: required(string(1)),
  version: string(2),
  data: raw(3),
  subs: map(4, SUBSCRIBE_RESULT),
  expires: bool(5),
  ttl: uint32(6),
  ping: uint32(7),
  pong: bool(8),
  session: string(9),
  node: string(10),
  time: int64(11),
})

const DISCONNECT_PUSH: MessageSchema<DisconnectPush> = defineMessage<DisconnectPush>('Disconnect', {
  code: required(uint32(1)),
  reason: string(2),
  reconnect: bool(3),
})

const REFRESH_PUSH: MessageSchema<RefreshPush> = defineMessage<RefreshPush>('Refresh', {
  expires: bool(1),
  ttl: uint32(2),
})

/** A push as it stands on the wire: the channel, where there is one, beside one body. */
export type PushRecord = { readonly channel?: string } & Partial<Pushes>

// 1 is the numeric channel id of channel compaction, which no client gets without asking for it.
export const PUSH_RECORD: MessageSchema<PushRecord> = defineMessage<PushRecord>('Push', {
  channel: string(2),
  pub: message(4, PUBLICATION),
  join: message(5, PRESENCE_PUSH),
  leave: message(6, PRESENCE_PUSH),
  unsubscribe: message(7, UNSUBSCRIBE_PUSH),
  message: message(8, MESSAGE_PUSH),
  subscribe: message(9, SUBSCRIBE_PUSH),
  connect: message(10, CONNECT_PUSH),
  disconnect: message(11, DISCONNECT_PUSH),
  refresh: message(12, REFRESH_PUSH),
})
