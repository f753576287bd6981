// One process per file: a lock file beside the store that the system frees however the process ends.
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '@ordertrail/core'
import { isBusy, openingFailure } from './sqlite-errors.ts'

/** Frees the store for other processes. */
export type Unlock = () => void

/**
 * Takes `<path>.lock` for this process.
 *
 * The lock is not on the store itself, because an exclusive one there would shut out our own reading connection.
 *
 * @throws AppError store_locked when another process, or another store in this one, has it; store_read_only
 */
export function lockFile(path: string): Unlock {
  const lockPath = `${path}.lock`
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(lockPath, { timeout: 0 })
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    throw isBusy(error) ? lockedError(path, lockPath, error) : openingFailure(error, lockPath)
  }
  const held = lock
  return () => held.close()
}

function lockedError(path: string, lockPath: string, cause: unknown): AppError {
  const message = `${path} is in use by another OrderTrail process (${lockPath} is locked). Stop that one, or give this one another file; for several processes use PostgreSQL (DATABASE_URL).`
  return new AppError('store_locked', { message, details: { path }, cause })
}
