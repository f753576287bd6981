// What a client makes of a server's frame; for tests, load generators and hand-written clients.

import type { Encoding, Frame } from './encoding.ts'
import { type DecodeLimits, REPLY_LIMITS } from './limits.ts'
import { attempt, readFrame } from './read-frame.ts'
import type { ReceivedReply } from './reply.ts'
import { REPLY_RECORD, toReply } from './schema/reply-schema.ts'

/** The replies of a frame, or a sentence that says what is wrong with it. */
export type DecodedReplies =
  | { readonly ok: true; readonly replies: readonly ReceivedReply[] }
  | { readonly ok: false; readonly detail: string }

/**
 * Decodes a frame from a server. Never throws, whatever the bytes.
 *
 * @param frame text or bytes in JSON, bytes in Protobuf; an empty one holds no replies
 * @param encoding what the connection chose
 * @param limits what one frame may ask for
 */
export function decodeReplies(frame: Frame, encoding: Encoding, limits: DecodeLimits = REPLY_LIMITS): DecodedReplies {
  const read = attempt(() => readFrame(REPLY_RECORD, frame, encoding, limits).map(toReply))
  return read.ok ? { ok: true, replies: read.value } : read
}
