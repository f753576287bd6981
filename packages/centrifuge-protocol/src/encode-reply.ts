// What a server sends.

import type { Encoding, Frame } from './encoding.ts'
import type { Reply } from './reply.ts'
import { fromReply, REPLY_RECORD } from './schema/reply-schema.ts'
import { writeMessage } from './write-message.ts'

/**
 * Encodes one reply: one JSON document without line feeds, or one Protobuf message behind its length.
 * A ping is exactly `{}` or one zero byte: engine clients compare the whole frame, and read one document per frame.
 *
 * @throws {RangeError} when a number does not fit its field
 */
export function encodeReply(reply: Reply, encoding: 'json'): string
export function encodeReply(reply: Reply, encoding: 'protobuf'): Uint8Array
export function encodeReply(reply: Reply, encoding: Encoding): Frame
export function encodeReply(reply: Reply, encoding: Encoding): Frame {
  return writeMessage(REPLY_RECORD, fromReply(reply), encoding)
}
