// Every error code of our interfaces, with its HTTP status, its sentence and its number in the documented store API.
import { ACCESS_ERRORS } from './error-codes/access-errors.ts'
import type { ErrorDefinition } from './error-codes/error-definition.ts'
import { INSTALLATION_ERRORS } from './error-codes/installation-errors.ts'
import { ORDER_ERRORS } from './error-codes/order-errors.ts'
import { REQUEST_ERRORS } from './error-codes/request-errors.ts'
import { SHOP_ERRORS } from './error-codes/shop-errors.ts'
import { WEBHOOK_ERRORS } from './error-codes/webhook-errors.ts'

/** A stable error code. Codes are never renamed, and never get another meaning. */
export type ErrorCode =
  | keyof typeof ACCESS_ERRORS
  | keyof typeof REQUEST_ERRORS
  | keyof typeof SHOP_ERRORS
  | keyof typeof ORDER_ERRORS
  | keyof typeof WEBHOOK_ERRORS
  | keyof typeof INSTALLATION_ERRORS

/** All error codes, in the order of docs/errors.md. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorDefinition>> = {
  ...ACCESS_ERRORS,
  ...REQUEST_ERRORS,
  ...SHOP_ERRORS,
  ...ORDER_ERRORS,
  ...WEBHOOK_ERRORS,
  ...INSTALLATION_ERRORS,
}

/** True when `text` is one of our error codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text)
}
