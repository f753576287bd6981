// How much one frame may ask of its decoder.

export interface DecodeLimits {
  /** Bytes of a binary frame, UTF-16 units of a text one. Transports should refuse larger ones before this does. */
  readonly frameSizeMax: number
  /** Commands or replies in one frame; a Protobuf pong is one byte, so the size alone is no limit. */
  readonly messagesMax: number
  /** How deep arrays and objects may be nested in one payload. */
  readonly depthMax: number
}

/** For servers. 65 536 bytes is what clients are used to being allowed. */
export const COMMAND_LIMITS: DecodeLimits = { frameSizeMax: 65_536, messagesMax: 1_024, depthMax: 64 }

/** For clients: a whole history may come in one reply. */
export const REPLY_LIMITS: DecodeLimits = { frameSizeMax: 64 * 1024 * 1024, messagesMax: 65_536, depthMax: 64 }
