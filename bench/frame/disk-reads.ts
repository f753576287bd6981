// What processes had to fetch from the disk, because the system did not have it in memory.
import { readFileSync } from 'node:fs'
import { processTree } from './process-tree.ts'

/**
 * Bytes that `pid` and everything it started, and that still runs, have fetched from the disk so far.
 *
 * @returns null where there is no /proc, or it does not tell
 */
export function diskReadBytesOf(pid: number): number | null {
  const tree = processTree((one) => one.pid === pid)
  if (tree === null) return null
  try {
    return tree.reduce((sum, one) => sum + parseReadBytes(readFileSync(`/proc/${one.pid}/io`, 'utf8')), 0)
  } catch {
    // One ended in between, or is not ours to look at.
    return null
  }
}

/** `read_bytes` of /proc/<pid>/io, which does not count what came out of the page cache. */
export function parseReadBytes(io: string): number {
  return Number(/^read_bytes: (\d+)$/m.exec(io)?.[1] ?? Number.NaN)
}
