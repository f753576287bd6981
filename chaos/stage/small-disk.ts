// A small disk of a run's own that can be filled up: a tmpfs, else an ext4 in a file. Both need the right to mount.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The disk; `way` says in words what it is. */
export interface SmallDisk {
  readonly folder: string
  readonly way: string
  /** Takes all room, and what becomes free meanwhile, until `free` is called. */
  fill(): void
  free(): void
  remove(): void
}

const CHUNK = Buffer.alloc(1024 * 1024)
const REFILL_MS = 100

/**
 * Makes one.
 *
 * @param way left out: the first one that works
 * @returns undefined where this user may mount nothing
 */
export function makeSmallDisk(megabytes: number, way?: 'tmpfs' | 'ext4'): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-disk-'))
  const isTmpfs = way !== 'ext4' && call('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)
  const image = `${folder}.img`
  const isMounted = isTmpfs || (way !== 'tmpfs' && mountImage(image, megabytes, folder))
  if (!isMounted) {
    rmSync(folder, { recursive: true })
    rmSync(image, { force: true })
    return undefined
  }
  const filler = join(folder, 'filler')
  let refilling: NodeJS.Timeout | undefined
  const fill = (): void => {
    takeAll(filler)
    refilling ??= setInterval(() => takeAll(filler), REFILL_MS)
  }
  const free = (): void => {
    clearInterval(refilling)
    refilling = undefined
    rmSync(filler, { force: true })
  }
  const remove = (): void => {
    free()
    call('umount', '-l', folder)
    rmSync(folder, { recursive: true, force: true })
    rmSync(image, { force: true })
  }
  return { folder, way: `${isTmpfs ? 'tmpfs' : 'ext4'} of ${megabytes} MB`, fill, free, remove }
}

function mountImage(image: string, megabytes: number, folder: string): boolean {
  return (
    call('truncate', '-s', `${megabytes}M`, image) &&
    call('mkfs.ext4', '-q', '-m', '0', image) &&
    call('mount', '-o', 'loop', image, folder)
  )
}

function call(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0
}

/** Writes until there is no room, in ever smaller pieces. */
function takeAll(path: string): void {
  const { bavail, bsize } = statfsSync(join(path, '..'))
  if (bavail === 0) return
  const file = openSync(path, 'a')
  try {
    for (let left = bavail * bsize; left > 0; left -= CHUNK.length)
      writeSync(file, CHUNK, 0, Math.min(left, CHUNK.length))
  } catch {
    // Full, which is what was wanted.
  } finally {
    closeSync(file)
  }
}
