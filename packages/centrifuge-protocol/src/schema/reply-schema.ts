// The reply envelope as it stands on the wire, and its way to and from the typed union.

import type { Push, PushKind } from '../pushes.ts'
import type { AnsweredMethod, ReceivedReply, Reply, Result } from '../reply.ts'
import type { ReplyError, Results } from '../results.ts'
import { defineMessage, type MessageSchema, message, uint32 } from './message-schema.ts'
import { PUSH_RECORD, type PushRecord } from './push-schemas.ts'
import {
  CONNECT_RESULT,
  EMPTY_RESULT,
  HISTORY_RESULT,
  PRESENCE_RESULT,
  PRESENCE_STATS_RESULT,
  REFRESH_RESULT,
  REPLY_ERROR,
  RPC_RESULT,
  SUB_REFRESH_RESULT,
  SUBSCRIBE_RESULT,
} from './result-schemas.ts'

/** A number beside one result or an error, or a push without number, or nothing: a ping. */
export type ReplyRecord = {
  readonly id?: number
  readonly error?: ReplyError
  readonly push?: PushRecord
} & Partial<Results>

export const REPLY_RECORD: MessageSchema<ReplyRecord> = defineMessage<ReplyRecord>('Reply', {
  id: uint32(1),
  error: message(2, REPLY_ERROR),
  push: message(4, PUSH_RECORD),
  connect: message(5, CONNECT_RESULT),
  subscribe: message(6, SUBSCRIBE_RESULT),
  unsubscribe: message(7, EMPTY_RESULT),
  publish: message(8, EMPTY_RESULT),
  presence: message(9, PRESENCE_RESULT),
  presence_stats: message(10, PRESENCE_STATS_RESULT),
  history: message(11, HISTORY_RESULT),
  ping: message(12, EMPTY_RESULT),
  rpc: message(13, RPC_RESULT),
  refresh: message(14, REFRESH_RESULT),
  sub_refresh: message(15, SUB_REFRESH_RESULT),
})

const METHODS: readonly AnsweredMethod[] = REPLY_RECORD.fields.map((field) => field.name).filter(isMethod)
const PUSH_KINDS: readonly PushKind[] = PUSH_RECORD.fields.map((field) => field.name).filter(isPushKind)

function isMethod(name: string): name is AnsweredMethod {
  return name !== 'id' && name !== 'error' && name !== 'push'
}

function isPushKind(name: string): name is PushKind {
  return name !== 'channel'
}

/** Gives a reply its kind. An error outranks a result, and either a push. */
export function toReply(record: ReplyRecord): ReceivedReply {
  const { id = 0, error, push } = record
  if (error !== undefined) return { kind: 'error', id, error }
  const method = METHODS.find((name) => record[name] !== undefined)
  if (method !== undefined) return { kind: 'result', id, method, result: record[method] } as Result
  if (push !== undefined) return toPushReply(push)
  return id === 0 ? { kind: 'ping' } : { kind: 'unknown', id }
}

function toPushReply(record: PushRecord): ReceivedReply {
  const { channel = '' } = record
  const kind = PUSH_KINDS.find((name) => record[name] !== undefined)
  if (kind === undefined) return { kind: 'unknown', id: 0 }
  return { kind: 'push', push: { kind, channel, body: record[kind] } as Push }
}

/** The wire form of a reply. */
export function fromReply(reply: Reply): ReplyRecord {
  switch (reply.kind) {
    case 'ping':
      return {}
    case 'push':
      return { push: { channel: reply.push.channel, [reply.push.kind]: reply.push.body } }
    case 'error':
      return { id: reply.id, error: reply.error }
    case 'result':
      return { id: reply.id, [reply.method]: reply.result }
  }
}
