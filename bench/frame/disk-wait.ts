// How long the disk takes to keep a little for good: no store that waits for it can commit more often.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const BLOCK = Buffer.alloc(8_192, 1)
const BLOCKS = 256
const WAITS = 300

/** Milliseconds of each of some waits: a block into a file that has its length already, then fdatasync. */
export function measureDiskWaits(folder: string): readonly number[] {
  const path = join(folder, 'disk-wait')
  const file = openSync(path, 'w')
  try {
    for (let block = 0; block < BLOCKS; block += 1) writeSync(file, BLOCK)
    fdatasyncSync(file)
    return Array.from({ length: WAITS }, (_, number) => waitOnce(file, (number % BLOCKS) * BLOCK.length))
  } finally {
    closeSync(file)
    rmSync(path)
  }
}

function waitOnce(file: number, position: number): number {
  const startedAt = performance.now()
  writeSync(file, BLOCK, 0, BLOCK.length, position)
  fdatasyncSync(file)
  return performance.now() - startedAt
}
