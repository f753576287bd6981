// What a server makes of a client's frame.

import type { ReceivedCommand } from './command.ts'
import { DISCONNECT_CODES } from './disconnect-codes.ts'
import type { Encoding, Frame } from './encoding.ts'
import { COMMAND_LIMITS, type DecodeLimits } from './limits.ts'
import { attempt, readFrame } from './read-frame.ts'
import { COMMAND_RECORD, toCommand } from './schema/command-schema.ts'

/**
 * The commands of a frame, or why the connection must be closed: `code` and `reason` are for the
 * close frame, `detail` is a sentence for the log and holds nothing of the payload.
 */
export type DecodedCommands =
  | { readonly ok: true; readonly commands: readonly ReceivedCommand[] }
  | { readonly ok: false; readonly code: number; readonly reason: string; readonly detail: string }

/**
 * Decodes a frame from a client. Never throws, whatever the bytes.
 *
 * @param frame text or bytes in JSON, bytes in Protobuf; an empty one holds no commands
 * @param encoding what the connection chose
 * @param limits what one frame may ask for
 * @returns all commands in order, or nothing of a frame of which any part is broken
 */
export function decodeCommands(
  frame: Frame,
  encoding: Encoding,
  limits: DecodeLimits = COMMAND_LIMITS,
): DecodedCommands {
  const read = attempt(() => readFrame(COMMAND_RECORD, frame, encoding, limits).map(toCommand))
  if (read.ok) return { ok: true, commands: read.value }
  const { code, reason } = DISCONNECT_CODES.badRequest
  return { ok: false, code, reason, detail: read.detail }
}
