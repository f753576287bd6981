// Errors of the store, and how an error crosses from the write thread to the main thread.

import { AppError, isErrorCode } from '@ordertrail/core'
import { isError } from '../is-error.ts'

/** An error as plain data. `code` null: not an AppError, so a bug or a statement that the database refused. */
export interface PlainError {
  readonly code: string | null
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
  readonly stack: string
}

/** The store did not commit, or does not know whether it did; a repeat of the command is safe. */
export function storeUnavailable(message: string, cause?: unknown): AppError {
  return new AppError('store_unavailable', { message, cause })
}

/** The database undid the transaction to get out of a conflict with another one, more often than we try again. */
export function storeConflict(cause: unknown): AppError {
  return new AppError('store_unavailable', {
    message: 'Transactions kept hindering each other; nothing was written. Repeat the request.',
    details: { isConflict: true },
    cause,
  })
}

/** True when the store itself failed, so that running the members of a group singly would change nothing. */
export function isStoreFailure(error: unknown): boolean {
  if (!(error instanceof AppError) || error.details.isConflict === true) return false
  return error.code === 'store_unavailable' || error.code === 'store_full' || error.code === 'store_read_only'
}

/** @returns what can be posted to another thread: texts, and details where they are plain */
export function toPlainError(error: unknown): PlainError {
  if (!isError(error)) return { code: null, message: String(error), details: {}, stack: '' }
  const stack = error.stack ?? ''
  if (!(error instanceof AppError)) return { code: null, message: error.message, details: {}, stack }
  return { code: error.code, message: error.message, details: plainDetails(error.details), stack }
}

/** @returns an AppError with its code, or an Error; its stack is that of the thread where it arose */
export function fromPlainError({ code, message, details, stack }: PlainError): Error {
  const error = code !== null && isErrorCode(code) ? new AppError(code, { message, details }) : new Error(message)
  if (stack !== '') error.stack = stack
  return error
}

function plainDetails(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  try {
    return structuredClone(details)
  } catch {
    return {}
  }
}
