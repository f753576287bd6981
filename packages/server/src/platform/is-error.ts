// Tells errors from other values, also those of another realm: Jest gives each test file one, and what Node throws comes from outside.
import { isNativeError } from 'node:util/types'

/** Whether `value` is an error, whoever made it. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value)
}
