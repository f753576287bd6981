// Writes one message as a frame, in either encoding.

import type { Encoding, Frame } from './encoding.ts'
import { writeJsonMessage } from './json/write-message.ts'
import { ByteWriter } from './protobuf/byte-writer.ts'
import { writeProtobufMessage } from './protobuf/write-message.ts'
import type { MessageSchema } from './schema/message-schema.ts'

// One for all: writing never pauses in the middle of a message.
const writer = new ByteWriter()

/**
 * Writes a frame of one message.
 *
 * @throws {RangeError} when a number does not fit its field
 */
export function writeMessage<T>(schema: MessageSchema<T>, message: T, encoding: Encoding): Frame {
  if (encoding === 'json') return writeJsonMessage(schema, message)
  return writeBytes((bytes) => writeProtobufMessage(schema, message, bytes))
}

/** What `write` puts down, as bytes of its own. */
export function writeBytes(write: (writer: ByteWriter) => void): Uint8Array {
  writer.reset() // A message that threw has left its beginning.
  write(writer)
  return writer.finish()
}
