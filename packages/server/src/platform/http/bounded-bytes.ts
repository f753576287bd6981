// The first bytes of something that may never end, in memory of its own.

const BYTES_MIN = 1_024
const NOTHING = Buffer.alloc(0)

/** Takes pieces until it is full. */
export interface BoundedBytes {
  /** False: more came than it may hold; what fits is kept. */
  add(piece: Uint8Array): boolean
  /** What was kept. */
  read(): Buffer
  /** Lets go of everything. */
  clear(): void
}

/**
 * Holds at most `bytesMax` bytes.
 *
 * Pieces are copied: each is a window on a buffer of the socket, and a body that comes letter by letter, with kilobytes of remarks between
 * its chunks, would keep a buffer for each letter.
 */
export function createBoundedBytes(bytesMax: number): BoundedBytes {
  let held = NOTHING
  let length = 0
  const makeRoomFor = (wanted: number): void => {
    if (wanted <= held.length) return
    const larger = Buffer.alloc(Math.min(bytesMax, Math.max(BYTES_MIN, 2 * held.length, wanted)))
    held.copy(larger, 0, 0, length)
    held = larger
  }
  return {
    add(piece) {
      const taken = piece.subarray(0, bytesMax - length)
      makeRoomFor(length + taken.length)
      held.set(taken, length)
      length += taken.length
      return taken.length === piece.length
    },
    read: () => held.subarray(0, length),
    clear() {
      held = NOTHING
      length = 0
    },
  }
}
