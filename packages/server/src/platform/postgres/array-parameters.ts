// Array parameters as PostgreSQL takes them in its binary form: nothing is quoted here, and nothing is parsed there.

/** The arrays that statements take, by the casts in their texts: `$1::bigint[]`, `$2::text[]`. */
type ElementKind = 'bigint' | 'text'

/** By the number of the parameter, from 0; undefined: anything else, which the driver sends as text. */
export type ArrayKinds = readonly (ElementKind | undefined)[]

const ELEMENT_OIDS: Readonly<Record<ElementKind, number>> = { bigint: 20, text: 25 }

/** Dimensions, a mark for nulls, and the type of the elements; then the length and the first index of the only dimension. */
const HEADER_BYTES = 12
const DIMENSION_BYTES = 8
const LENGTH_BYTES = 4
const BIGINT_BYTES = 8
/** What one UTF-16 unit may become. */
const UTF8_BYTES_MAX = 3
const NULL_LENGTH = -1
const TWO_32 = 2 ** 32

/** What is kept for the next array; a longer one gets memory of its own. */
const SCRATCH_BYTES = 1024 * 1024

/** Memory that arrays are written into, one after another. */
interface Scratch {
  readonly bytes: Buffer
  readonly view: DataView
}

const scratch = makeScratch(SCRATCH_BYTES)

/** What `text` takes for its arrays. */
export function arrayKindsOf(text: string): ArrayKinds {
  const kinds: (ElementKind | undefined)[] = []
  for (const [, number, kind] of text.matchAll(/\$(\d+)::(bigint|text)\[\]/g)) {
    kinds[Number(number) - 1] = kind as ElementKind
  }
  return kinds
}

/** `values` with their arrays as bytes, made when the driver asks for them; a value that does not fit its kind is left to the driver. */
export function withBinaryArrays(kinds: ArrayKinds, values: readonly unknown[]): unknown[] {
  return values.map((value, index) => {
    const kind = kinds[index]
    if (kind === undefined || !Array.isArray(value)) return value
    return { toPostgres: () => binaryArray(kind, value) ?? value }
  })
}

/**
 * One array in binary form, in memory that the next one is written into: the driver copies it at once.
 *
 * @returns null where an element is of another type than `kind` takes, or an integer beyond the safe ones
 */
function binaryArray(kind: ElementKind, elements: readonly unknown[]): Buffer | null {
  const bytesMax = bytesMaxOf(elements)
  const { bytes, view } = bytesMax > SCRATCH_BYTES ? makeScratch(bytesMax) : scratch
  const start = writeHeader(view, kind, elements.length)
  const end = kind === 'bigint' ? writeIntegers(view, start, elements) : writeTexts({ bytes, view }, start, elements)
  return end === null ? null : bytes.subarray(0, end)
}

function makeScratch(size: number): Scratch {
  const bytes = Buffer.allocUnsafeSlow(size)
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, size) }
}

function bytesMaxOf(elements: readonly unknown[]): number {
  let count = HEADER_BYTES + DIMENSION_BYTES
  for (const element of elements) {
    count += LENGTH_BYTES + (typeof element === 'string' ? element.length * UTF8_BYTES_MAX : BIGINT_BYTES)
  }
  return count
}

/** Writes what comes before the elements and gives the place of the first; an empty array has no dimension. */
function writeHeader(view: DataView, kind: ElementKind, count: number): number {
  view.setInt32(0, count === 0 ? 0 : 1)
  // Whether there are nulls: PostgreSQL looks at the elements themselves.
  view.setInt32(4, 0)
  view.setInt32(8, ELEMENT_OIDS[kind])
  if (count === 0) return HEADER_BYTES
  view.setInt32(HEADER_BYTES, count)
  view.setInt32(HEADER_BYTES + LENGTH_BYTES, 1)
  return HEADER_BYTES + DIMENSION_BYTES
}

function writeIntegers(view: DataView, start: number, elements: readonly unknown[]): number | null {
  let at = start
  for (const element of elements) {
    if (element === null || element === undefined) {
      at = writeNull(view, at)
    } else {
      if (typeof element !== 'number' || !Number.isSafeInteger(element)) return null
      view.setInt32(at, BIGINT_BYTES)
      view.setInt32(at + LENGTH_BYTES, Math.floor(element / TWO_32))
      view.setInt32(at + LENGTH_BYTES + 4, element | 0)
      at += LENGTH_BYTES + BIGINT_BYTES
    }
  }
  return at
}

function writeTexts({ bytes, view }: Scratch, start: number, elements: readonly unknown[]): number | null {
  let at = start
  for (const element of elements) {
    if (element === null || element === undefined) {
      at = writeNull(view, at)
    } else {
      if (typeof element !== 'string') return null
      const length = bytes.write(element, at + LENGTH_BYTES)
      view.setInt32(at, length)
      at += LENGTH_BYTES + length
    }
  }
  return at
}

function writeNull(view: DataView, at: number): number {
  view.setInt32(at, NULL_LENGTH)
  return at + LENGTH_BYTES
}
