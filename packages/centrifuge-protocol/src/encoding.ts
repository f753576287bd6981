// The two encodings of the protocol and what a frame is in each.

/** How a connection talks. It is chosen at the handshake and never changes. */
export type Encoding = 'json' | 'protobuf'

/** What one WebSocket message or one HTTP body holds: text in JSON, bytes in Protobuf. */
export type Frame = string | Uint8Array
