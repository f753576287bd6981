// What SQLite's errors mean for the callers of the store.

import { AppError } from '@ordertrail/core'
import { isError } from '../is-error.ts'
import { storeUnavailable } from '../store/index.ts'

/** Primary result codes of SQLite; the extended ones have them in their low byte. */
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const FULL = 13
const CANTOPEN = 14

/** The result code that node:sqlite puts on its errors; undefined for any other error. */
function resultCodeOf(error: unknown): number | undefined {
  if (!isError(error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

/**
 * What a failed statement is to the callers of the store. The file's path goes to the logs only (details), not to them.
 *
 * @returns an AppError when the store itself failed; else the error as it came, such as a constraint that refused a row
 */
export function sqliteFailure(error: unknown, path: string): unknown {
  if (isClosed(error)) return storeUnavailable('The store is stopped.', error)
  switch (resultCodeOf(error)) {
    case FULL:
    case IOERR:
      return new AppError('store_full', { details: { path }, cause: error })
    case READONLY:
    case CANTOPEN:
      return new AppError('store_read_only', { details: { path }, cause: error })
    case BUSY:
    case LOCKED:
      return storeUnavailable(
        'The store is held by another program, and nothing was written. Repeat the request.',
        error,
      )
    default:
      return error
  }
}

/** The same at the opening, whose errors are read by the one who chose the file. */
export function openingFailure(error: unknown, path: string): unknown {
  if (error instanceof AppError || !isError(error)) return error
  const message = `${path} cannot be opened: ${error.message}. Check its folder, the rights of both, and the free space.`
  const failure = sqliteFailure(error, path)
  if (!(failure instanceof AppError)) return new Error(message, { cause: error })
  return new AppError(failure.code, { message, details: failure.details, cause: error })
}

/** True when another connection holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  return resultCodeOf(error) === BUSY
}

function isClosed(error: unknown): boolean {
  return isError(error) && 'code' in error && error.code === 'ERR_INVALID_STATE'
}
