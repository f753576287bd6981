// Reads varints, strings and nested lengths out of Protobuf bytes, never beyond their end.

import { MalformedFrame } from '../malformed-frame.ts'
import { WIRE_BYTES, WIRE_FIXED32, WIRE_FIXED64, WIRE_VARINT } from '../schema/message-schema.ts'

const TWO_TO_32 = 0x1_0000_0000
const FIRST_TAG = 8
const MAX_UINT32 = 0xffff_ffff
/** Above this many bytes the native decoder is faster than a loop. */
const SHORT_TEXT_BYTES_MAX = 24

// A byte order mark belongs to the text: payloads are kept as they came.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A position in bytes and an end that nested messages pull in. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #position = 0
  #end: number
  // The halves of the varint read last: a 64-bit integer does not fit in a number.
  #low = 0
  #high = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#end = bytes.length
  }

  /** Whether the current message has no further field. */
  get isAtEnd(): boolean {
    return this.#position >= this.#end
  }

  /**
   * Reads a length and pulls the end in to it.
   *
   * @returns the outer end, for `leave`
   * @throws {MalformedFrame} when the length reaches beyond the outer end
   */
  enter(): number {
    const length = this.uint32()
    if (length > this.#end - this.#position) throw new MalformedFrame('A message reaches beyond the end.')
    const outerEnd = this.#end
    this.#end = this.#position + length
    return outerEnd
  }

  /** Puts the outer end back after a nested message was read to its own end. */
  leave(outerEnd: number): void {
    this.#end = outerEnd
  }

  /** What stands in front of a field: its number and its wire type. */
  tag(): number {
    const tag = this.uint32()
    if (tag < FIRST_TAG) throw new MalformedFrame('A field has number 0.')
    return tag
  }

  uint32(): number {
    this.#varint()
    if (this.#high !== 0) throw new MalformedFrame('A number does not fit in 32 bits.')
    return this.#low
  }

  /** Negative ones come as ten bytes, their sign carried on to 64 bits. */
  int32(): number {
    this.#varint()
    if (this.#high !== 0 && this.#high !== MAX_UINT32) throw new MalformedFrame('A number does not fit in 32 bits.')
    return this.#low | 0
  }

  uint64(): number {
    this.#varint()
    return safe(this.#high * TWO_TO_32 + this.#low)
  }

  int64(): number {
    this.#varint()
    return safe((this.#high | 0) * TWO_TO_32 + this.#low)
  }

  bool(): boolean {
    this.#varint()
    return this.#low !== 0 || this.#high !== 0
  }

  /** @throws {MalformedFrame} when the bytes are not UTF-8 */
  string(): string {
    const length = this.uint32()
    const start = this.#advance(length)
    return shortAscii(this.#bytes, start, length) ?? decodeUtf8(this.#bytes.subarray(start, start + length))
  }

  /** A view of bytes that are not text. */
  bytes(): Uint8Array {
    const length = this.uint32()
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Goes behind a value whose field is not known. Groups, which the protocol never had, are refused. */
  skip(wireType: number): void {
    if (wireType === WIRE_VARINT) this.#varint()
    else if (wireType === WIRE_BYTES) this.#advance(this.uint32())
    else if (wireType === WIRE_FIXED64) this.#advance(8)
    else if (wireType === WIRE_FIXED32) this.#advance(4)
    else throw new MalformedFrame(`Wire type ${wireType} is not used by this protocol.`)
  }

  /** Goes behind that many bytes and gives the place they began. */
  #advance(count: number): number {
    if (count > this.#end - this.#position) throw new MalformedFrame('A value reaches beyond the end.')
    const start = this.#position
    this.#position += count
    return start
  }

  #varint(): void {
    this.#low = this.#next()
    this.#high = 0
    if (this.#low < 0x80) return
    this.#low &= 0x7f
    for (let shift = 7; shift < 64; shift += 7) {
      const byte = this.#next()
      this.#addBits(byte & 0x7f, shift)
      if (byte < 0x80) return
    }
    throw new MalformedFrame('A varint is longer than ten bytes.')
  }

  #addBits(bits: number, shift: number): void {
    if (shift < 32) this.#low = (this.#low | (bits << shift)) >>> 0
    if (shift === 28) this.#high = bits >>> 4
    if (shift > 28) this.#high = (this.#high | (bits << (shift - 32))) >>> 0
    // The tenth byte has room for one bit.
    if (shift === 63 && bits > 1) throw new MalformedFrame('A varint does not fit in 64 bits.')
  }

  #next(): number {
    if (this.#position >= this.#end) throw new MalformedFrame('A varint is cut off.')
    return this.#bytes[this.#position++] as number
  }
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new MalformedFrame('A number is beyond 2^53.')
  return value
}

function shortAscii(bytes: Uint8Array, start: number, length: number): string | null {
  if (length > SHORT_TEXT_BYTES_MAX) return null
  let text = ''
  for (let position = start; position < start + length; position++) {
    const byte = bytes[position] as number
    if (byte >= 0x80) return null
    text += String.fromCharCode(byte)
  }
  return text
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    throw new MalformedFrame('A text is not UTF-8.')
  }
}
