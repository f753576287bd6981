// Lines that are written in one turn of the event loop, gathered for few system calls: a write costs as much as making ten lines.

/** Bytes of one write: what Linux puts into a pipe in one piece, so that lines of processes that share one stay whole. */
const BYTES_MAX = 4_096

/** Takes lines. */
export interface GatheredLines {
  add(line: string): void
  /** Writes what has gathered. */
  flush(): void
}

/** Gathers lines until the turn of the event loop ends or BYTES_MAX are there, and writes them with one call of `write`. */
export function gatherLines(write: (lines: string) => void): GatheredLines {
  let gathered = ''
  let bytes = 0
  let isPlanned = false
  const flush = (): void => {
    if (gathered === '') return
    const lines = gathered
    gathered = ''
    bytes = 0
    write(lines)
  }
  return {
    flush,
    add(line) {
      const lineBytes = Buffer.byteLength(line)
      if (bytes + lineBytes > BYTES_MAX) flush()
      gathered += line
      bytes += lineBytes
      if (isPlanned) return
      isPlanned = true
      setImmediate(() => {
        isPlanned = false
        flush()
      })
    },
  }
}
