// The identity of a new stream's numbering.
import { randomFillSync } from 'node:crypto'

const EPOCH_BYTES = 6
/** Epochs for which random bytes are asked at once: asking costs as much for one as for hundreds. */
const BLOCK_EPOCHS = 512

const block = Buffer.alloc(EPOCH_BYTES * BLOCK_EPOCHS)
let next = block.length

/**
 * A new stream's epoch: 12 hexadecimal digits.
 *
 * Never empty and never `_`, which clients of the protocol take for "no epoch".
 */
export function newEpoch(): string {
  if (next === block.length) {
    randomFillSync(block)
    next = 0
  }
  const end = next + EPOCH_BYTES
  const epoch = block.toString('hex', next, end)
  block.fill(0, next, end)
  next = end
  return epoch
}
