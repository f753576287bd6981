// The command envelope as it stands on the wire, and its way to and from the typed union.

import type { Command, Method, ReceivedCommand, Request } from '../command.ts'
import { MalformedFrame } from '../malformed-frame.ts'
import type { Requests } from '../requests.ts'
import { defineMessage, type MessageSchema, message, uint32 } from './message-schema.ts'
import {
  CONNECT_REQUEST,
  HISTORY_REQUEST,
  PING_REQUEST,
  PRESENCE_REQUEST,
  PRESENCE_STATS_REQUEST,
  PUBLISH_REQUEST,
  REFRESH_REQUEST,
  RPC_REQUEST,
  SEND_REQUEST,
  SUB_REFRESH_REQUEST,
  SUBSCRIBE_REQUEST,
  UNSUBSCRIBE_REQUEST,
} from './request-schemas.ts'

/** A number beside at most one request. */
export type CommandRecord = { readonly id?: number } & Partial<Requests>

export const COMMAND_RECORD: MessageSchema<CommandRecord> = defineMessage<CommandRecord>('Command', {
  id: uint32(1),
  connect: message(4, CONNECT_REQUEST),
  subscribe: message(5, SUBSCRIBE_REQUEST),
  unsubscribe: message(6, UNSUBSCRIBE_REQUEST),
  publish: message(7, PUBLISH_REQUEST),
  presence: message(8, PRESENCE_REQUEST),
  presence_stats: message(9, PRESENCE_STATS_REQUEST),
  history: message(10, HISTORY_REQUEST),
  ping: message(11, PING_REQUEST),
  send: message(12, SEND_REQUEST),
  rpc: message(13, RPC_REQUEST),
  refresh: message(14, REFRESH_REQUEST),
  sub_refresh: message(15, SUB_REFRESH_REQUEST),
})

const METHODS: readonly Method[] = COMMAND_RECORD.fields.map((field) => field.name).filter(isMethod)

function isMethod(name: string): name is Method {
  return name !== 'id'
}

/**
 * Gives a command its kind. Of several requests in one command the one with the lowest number counts.
 *
 * @throws {MalformedFrame} when a request that must be answered has no id
 */
export function toCommand(record: CommandRecord): ReceivedCommand {
  const { id = 0 } = record
  const method = METHODS.find((name) => record[name] !== undefined)
  if (method === undefined) return id === 0 ? { kind: 'pong' } : { kind: 'unknown', id }
  if (id === 0 && method !== 'send') throw new MalformedFrame(`Command ${method} has no id.`)
  return { kind: 'request', id, method, request: record[method] } as Request
}

/** The wire form of a command. */
export function fromCommand(command: Command): CommandRecord {
  return command.kind === 'pong' ? {} : { id: command.id, [command.method]: command.request }
}
