// Writes one frame of RFC 6455, whole, unmasked and not compressed, with a single write.
import type { Writable } from 'node:stream'

const FIN = 0x80
const TEXT = 0x1
const BINARY = 0x2

/** Lengths up to this stand in the second byte; there 126 and 127 say that two or eight bytes follow. */
const SHORT_LENGTH_MAX = 125
const MEDIUM_LENGTH_MAX = 0xffff

const IS_ASCII = /^[\0-\x7f]*$/

/** A string goes out as a text frame, bytes as a binary one. */
export function writeFrame(wire: Writable, frame: string | Uint8Array): void {
  // Header and payload are one string then, which Node hands to the system without a buffer of its own.
  if (typeof frame === 'string' && IS_ASCII.test(frame)) wire.write(header(TEXT, frame.length) + frame, 'latin1')
  else wire.write(bytesOf(frame))
}

function bytesOf(frame: string | Uint8Array): Buffer {
  const [opcode, payload] =
    typeof frame === 'string' ? ([TEXT, Buffer.from(frame)] as const) : ([BINARY, frame] as const)
  return Buffer.concat([Buffer.from(header(opcode, payload.length), 'latin1'), payload])
}

/** The header, a character for each byte. */
function header(opcode: number, length: number): string {
  const first = FIN | opcode
  if (length <= SHORT_LENGTH_MAX) return String.fromCharCode(first, length)
  if (length <= MEDIUM_LENGTH_MAX) return String.fromCharCode(first, 126, length >> 8, length & 0xff)
  const bytes = Array.from({ length: 8 }, (_, index) => Math.floor(length / 256 ** (7 - index)) % 256)
  return String.fromCharCode(first, 127, ...bytes)
}
