// Writes varints, strings and nested lengths as Protobuf bytes into memory that grows.

const TWO_TO_32 = 0x1_0000_0000
const FIRST_CAPACITY = 512
/** Memory above this is given back after the message that needed it. */
const KEPT_CAPACITY_MAX = 256 * 1024
/** Above this many characters the native encoder is faster than a loop. */
const SHORT_TEXT_LENGTH_MAX = 48
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT_MAX = 3
const VARINT_BYTES_MAX = 10

const UTF8 = new TextEncoder()

/** Collects bytes; one writer serves many messages, one after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY)
  #position = 0

  /** Gives a copy of what was written and starts anew. */
  finish(): Uint8Array {
    const written = this.#bytes.slice(0, this.#position)
    this.reset()
    return written
  }

  /** Forgets what was written. */
  reset(): void {
    this.#position = 0
    if (this.#bytes.length > KEPT_CAPACITY_MAX) this.#bytes = new Uint8Array(FIRST_CAPACITY)
  }

  /** @param value an integer of 0 to 2³²−1 */
  uint32(value: number): void {
    this.#reserve(VARINT_BYTES_MAX)
    this.#position = putVarint(this.#bytes, this.#position, value)
  }

  /** @param value an integer within ±2⁵³; negative ones take ten bytes */
  int64(value: number): void {
    this.#reserve(VARINT_BYTES_MAX)
    if (value < 0) this.#negative(value)
    else this.#position = putVarint(this.#bytes, this.#position, value)
  }

  bool(value: boolean): void {
    this.uint32(value ? 1 : 0)
  }

  /** A string or a payload, behind its length. */
  string(text: string): void {
    this.#reserve(VARINT_BYTES_MAX + text.length * BYTES_PER_UNIT_MAX)
    const start = this.begin()
    if (!this.#shortAscii(text)) this.#position += UTF8.encodeInto(text, this.#bytes.subarray(start)).written
    this.end(start)
  }

  /** Leaves room for the length of what follows. Give the answer to `end`. */
  begin(): number {
    this.#reserve(1)
    return ++this.#position
  }

  /** Puts the length of what was written since `begin` in front of it. */
  end(start: number): void {
    const length = this.#position - start
    const extra = varintSize(length) - 1
    if (extra > 0) {
      this.#reserve(extra)
      this.#bytes.copyWithin(start + extra, start, this.#position)
      this.#position += extra
    }
    putVarint(this.#bytes, start - 1, length)
  }

  #shortAscii(text: string): boolean {
    if (text.length > SHORT_TEXT_LENGTH_MAX) return false
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      // What was put down before a wider character is written over.
      if (code >= 0x80) return false
      this.#bytes[this.#position + index] = code
    }
    this.#position += text.length
    return true
  }

  // Two's complement of 64 bits: nine bytes of seven bits, the last bit in the tenth.
  #negative(value: number): void {
    let low = value >>> 0
    let high = Math.floor(value / TWO_TO_32) >>> 0
    for (let count = 1; count < VARINT_BYTES_MAX; count++) {
      this.#bytes[this.#position++] = (low & 0x7f) | 0x80
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    this.#bytes[this.#position++] = 1
  }

  #reserve(count: number): void {
    const needed = this.#position + count
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#position))
    this.#bytes = grown
  }
}

function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let position = start
  let rest = value
  while (rest >= 0x80) {
    bytes[position++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  bytes[position++] = rest
  return position
}

function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++
  return size
}
