// Frames of the WebSocket protocol byte by byte, for clients that are lighter, or worse, than a library allows.

export const TEXT = 1
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

const FINAL = 0x80
const MASKED = 0x80
const OPCODE_BITS = 0x0f
const LENGTH_BITS = 0x7f
/** Lengths that announce a longer one behind them, and the bytes of a server's head. */
const TWO_BYTES = 126
const HEAD_BYTES_MAX = 10

/** One whole frame of a server; its payload lies from `start` to `end`. */
export interface FrameBounds {
  readonly opcode: number
  readonly start: number
  readonly end: number
}

/** The server's frame that begins at `at`; null: it is not all there. Servers do not mask, and ours do not split. */
export function readServerFrame(bytes: Buffer, at: number): FrameBounds | null {
  if (bytes.length < at + 2) return null
  const short = (bytes[at + 1] ?? 0) & LENGTH_BITS
  const start = at + (short < TWO_BYTES ? 2 : short === TWO_BYTES ? 4 : HEAD_BYTES_MAX)
  if (bytes.length < start) return null
  const end = start + (short < TWO_BYTES ? short : longLength(bytes, at + 2, short))
  return bytes.length < end ? null : { opcode: (bytes[at] ?? 0) & OPCODE_BITS, start, end }
}

function longLength(bytes: Buffer, at: number, short: number): number {
  return short === TWO_BYTES ? bytes.readUInt16BE(at) : Number(bytes.readBigUInt64BE(at))
}

/** A client's frame. Its mask is zero, which leaves the payload as it is. */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  return Buffer.concat([clientHead(opcode, payload.length), payload])
}

function clientHead(opcode: number, length: number): Buffer {
  const isShort = length < TWO_BYTES
  const isLong = length > 0xffff
  const head = Buffer.alloc(isShort ? 6 : isLong ? 14 : 8)
  head[0] = FINAL | opcode
  head[1] = MASKED | (isShort ? length : isLong ? TWO_BYTES + 1 : TWO_BYTES)
  if (isLong) head.writeBigUInt64BE(BigInt(length), 2)
  else if (!isShort) head.writeUInt16BE(length, 2)
  return head
}

/** The request that opens a WebSocket; `protocol` empty: none is offered. */
export function upgradeRequest(host: string, path: string, protocol = ''): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(protocol === '' ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
