// Codes that are not taken, as the errors that the documented calls answer.
import { AppError, type ErrorCode } from '@ordertrail/core'
import type { CodeRefusal } from './promotions/deal-desk.ts'

const ERRORS: Readonly<Record<CodeRefusal, ErrorCode>> = {
  code_unknown: 'coupon_not_found',
  code_expired: 'coupon_expired',
  code_region_refused: 'coupon_region_refused',
  code_limit_reached: 'coupon_limit_reached',
}

/** The error of a code. @param unknown what the call says of a code that leads nowhere */
export function codeError(refusal: CodeRefusal, unknown: ErrorCode = ERRORS.code_unknown): AppError {
  return new AppError(refusal === 'code_unknown' ? unknown : ERRORS[refusal])
}
