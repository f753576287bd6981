// What a client sends; for tests, load generators and hand-written clients.

import type { Command } from './command.ts'
import type { Encoding, Frame } from './encoding.ts'
import { COMMAND_RECORD, fromCommand } from './schema/command-schema.ts'
import { writeMessage } from './write-message.ts'

/**
 * Encodes one command. Several in a frame: JSON ones joined by line feeds, Protobuf ones one behind the other.
 *
 * @throws {RangeError} when a number does not fit its field
 */
export function encodeCommand(command: Command, encoding: 'json'): string
export function encodeCommand(command: Command, encoding: 'protobuf'): Uint8Array
export function encodeCommand(command: Command, encoding: Encoding): Frame
export function encodeCommand(command: Command, encoding: Encoding): Frame {
  return writeMessage(COMMAND_RECORD, fromCommand(command), encoding)
}
