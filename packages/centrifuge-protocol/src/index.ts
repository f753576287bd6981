// Frames of the Centrifuge client protocol v2: what a server reads and writes, in JSON and Protobuf.

export type {
  Command,
  Method,
  Pong,
  ReceivedCommand,
  Request,
  RequestOf,
  UnknownCommand,
} from './command.ts'
export { type DecodedCommands, decodeCommands } from './decode-commands.ts'
export { type DecodedReplies, decodeReplies } from './decode-replies.ts'
export { DISCONNECT_CODES, type DisconnectCode, type DisconnectName, isTerminal } from './disconnect-codes.ts'
export { type DecodedEmulationRequest, decodeEmulationRequest, type EmulationRequest } from './emulation-request.ts'
export { encodeCommand } from './encode-command.ts'
export { encodePublicationPush } from './encode-publication-push.ts'
export { encodeReply } from './encode-reply.ts'
export type { Encoding, Frame } from './encoding.ts'
export { ERROR_CODES, type ErrorCode, type ErrorName } from './error-codes.ts'
export { COMMAND_LIMITS, type DecodeLimits, REPLY_LIMITS } from './limits.ts'
export type {
  DisconnectPush,
  MessagePush,
  PresencePush,
  Push,
  Pushes,
  PushKind,
  RefreshPush,
  SubscribePush,
  UnsubscribePush,
} from './pushes.ts'
export { type RawJson, rawJson, toRawJson } from './raw-json.ts'
export type {
  AnsweredMethod,
  ErrorReply,
  Ping,
  PushReply,
  ReceivedReply,
  Reply,
  Result,
  ResultOf,
  UnknownReply,
} from './reply.ts'
export type {
  ConnectRequest,
  EmptyMessage,
  HistoryRequest,
  PingRequest,
  PresenceRequest,
  PresenceStatsRequest,
  PublishRequest,
  RefreshRequest,
  Requests,
  RpcRequest,
  SendRequest,
  StreamPosition,
  SubRefreshRequest,
  SubscribeRequest,
  UnsubscribeRequest,
} from './requests.ts'
export type {
  ClientInfo,
  ConnectResult,
  HistoryResult,
  PresenceResult,
  PresenceStatsResult,
  Publication,
  RefreshResult,
  ReplyError,
  Results,
  RpcResult,
  SubRefreshResult,
  SubscribeResult,
} from './results.ts'
export { UNSUBSCRIBE_CODES, type UnsubscribeCode, type UnsubscribeName } from './unsubscribe-codes.ts'
