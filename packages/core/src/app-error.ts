// The one class of errors that we throw.
import { ERROR_CODES, type ErrorCode } from './error-codes.ts'

/** What may be said beside the code. */
export interface AppErrorOptions {
  /** The sentence with the values of this case; without it the sentence of the code. */
  readonly message?: string
  /** Plain values for whoever handles the error; never secrets or tokens. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** A refusal or fault with a stable code. Expected outcomes inside the program are values; this is for its borders. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.message ?? ERROR_CODES[code].sentence, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.details = options.details ?? {}
  }

  /** HTTP status of the answer that this error becomes. */
  get status(): number {
    return ERROR_CODES[this.code].status
  }
}
