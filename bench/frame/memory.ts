// Memory of other processes, from /proc, when they have nothing left to collect.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 500
/** It counts as settled when two looks differ by no more. */
const RESTLESS_KIB = 256
const LOOKS_MAX = 20

/**
 * Resident KiB of `pid` after `collect` has let its garbage go, and after the memory that is given back late was given back.
 *
 * @throws {Error} where there is no /proc, or no such process
 */
export async function settledKib(pid: number, collect: () => Promise<void>): Promise<number> {
  let before = Number.POSITIVE_INFINITY
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    await collect()
    await sleep(LOOK_MS)
    const now = residentKib(readFileSync(`/proc/${pid}/status`, 'utf8'))
    if (Math.abs(before - now) <= RESTLESS_KIB) return now
    before = now
  }
  return before
}

/** Reads the VmRSS line of a status. @throws {Error} without one */
export function residentKib(status: string): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  if (found === undefined) throw new Error('This status has no VmRSS.')
  return Number(found)
}
