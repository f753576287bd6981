// Cuts a frame into its messages, in either encoding.

import type { Encoding, Frame } from './encoding.ts'
import { readJsonMessage } from './json/read-message.ts'
import type { DecodeLimits } from './limits.ts'
import { MalformedFrame } from './malformed-frame.ts'
import { ByteReader } from './protobuf/byte-reader.ts'
import { readProtobufMessage } from './protobuf/read-message.ts'
import type { MessageSchema } from './schema/message-schema.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads every message of a frame: one per line in JSON, one behind each length in Protobuf.
 *
 * @throws {MalformedFrame} when any of them cannot be read, or a limit is passed
 */
export function readFrame<T>(schema: MessageSchema<T>, frame: Frame, encoding: Encoding, limits: DecodeLimits): T[] {
  if (frame.length > limits.frameSizeMax) throw new MalformedFrame(`The frame is larger than ${limits.frameSizeMax}.`)
  if (encoding === 'json') return readLines(schema, typeof frame === 'string' ? frame : decodeText(frame), limits)
  if (typeof frame === 'string') throw new MalformedFrame('A Protobuf connection takes binary frames.')
  return readDelimited(schema, frame, limits)
}

function readLines<T>(schema: MessageSchema<T>, text: string, limits: DecodeLimits): T[] {
  const messages: T[] = []
  for (let start = 0; start < text.length; ) {
    const lineBreak = text.indexOf('\n', start)
    const end = lineBreak === -1 ? text.length : lineBreak
    const line = text.slice(start, end)
    if (line.trim() !== '') push(messages, readJsonMessage(schema, line, limits), limits)
    start = end + 1
  }
  return messages
}

function readDelimited<T>(schema: MessageSchema<T>, bytes: Uint8Array, limits: DecodeLimits): T[] {
  const reader = new ByteReader(bytes)
  const messages: T[] = []
  while (!reader.isAtEnd) push(messages, readProtobufMessage(schema, reader, limits), limits)
  return messages
}

function push<T>(messages: T[], message: T, limits: DecodeLimits): void {
  if (messages.length === limits.messagesMax) throw new MalformedFrame(`More than ${limits.messagesMax} messages.`)
  messages.push(message)
}

/**
 * The text of a binary frame.
 *
 * @throws {MalformedFrame} when it is not UTF-8
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    throw new MalformedFrame('The bytes are not UTF-8.')
  }
}

/** Runs a reader; gives the sentence of a MalformedFrame as a value. */
export function attempt<T>(read: () => T): { ok: true; value: T } | { ok: false; detail: string } {
  try {
    return { ok: true, value: read() }
  } catch (error) {
    if (error instanceof MalformedFrame) return { ok: false, detail: error.message }
    throw error
  }
}
