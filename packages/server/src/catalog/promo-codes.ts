// Promo codes and coupons. The catalog knows none yet, so every code is unknown, and is answered as an unknown one.
import { AppError } from '@ordertrail/core'

/** The answer to a promo code with a purchase: 404, 9802. */
export function unknownPromoCode(): AppError {
  return new AppError('coupon_not_found')
}
