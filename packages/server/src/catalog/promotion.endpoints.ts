// The documented calls about promo codes and coupons. There are none yet, so every code is answered as an unknown one.
import { AppError, type ErrorCode } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { pathText, projectId, projectParams } from './wire-schemas.ts'

/** Names of the calls. */
export type PromotionEndpointName =
  | 'redeemPromoCode'
  | 'removePromoCode'
  | 'getPromoCodeRewards'
  | 'redeemCoupon'
  | 'getCouponRewards'
  | 'verifyPromotionCode'

const CODE_CHARS_MAX = 255
const codeText = Type.String({ minLength: 1, maxLength: CODE_CHARS_MAX })

/** Makes the calls. */
export function makePromotionEndpoints(): Readonly<Record<PromotionEndpointName, Endpoint>> {
  return {
    redeemPromoCode: bodyEndpoint('redeem-promo-code', 'Redeem promo code', 'promo_code_not_found', {
      coupon_code: Type.Optional(codeText),
    }),
    removePromoCode: bodyEndpoint('remove-cart-promo-code', 'Remove promo code from cart', 'promo_code_not_found', {}),
    getPromoCodeRewards: pathEndpoint(
      'get-promo-code-rewards-by-code',
      'Get promo code rewards',
      'promocode_code',
      'promo_code_not_found',
    ),
    redeemCoupon: bodyEndpoint('redeem-coupon', 'Redeem coupon code', 'coupon_not_found', {
      coupon_code: Type.Optional(codeText),
    }),
    getCouponRewards: pathEndpoint(
      'get-coupon-rewards-by-code',
      'Get coupon rewards',
      'coupon_code',
      'coupon_not_found',
    ),
    verifyPromotionCode: pathEndpoint('verify-promotion-code', 'Verify promotion code', 'code', 'promo_code_not_found'),
  }
}

function bodyEndpoint(
  operationId: string,
  summary: string,
  code: ErrorCode,
  body: Parameters<typeof Type.Object>[0],
): Endpoint {
  return defineEndpoint({
    operationId,
    summary,
    tag: 'promotions',
    schema: { params: projectParams, body: Type.Object(body), response: { 200: Type.Object({}) } },
    handle: () => Promise.reject(new AppError(code)),
  })
}

function pathEndpoint(operationId: string, summary: string, param: string, code: ErrorCode): Endpoint {
  return defineEndpoint({
    operationId,
    summary,
    tag: 'promotions',
    schema: { params: Type.Object({ project_id: projectId, [param]: pathText }), response: { 200: Type.Object({}) } },
    handle: () => Promise.reject(new AppError(code)),
  })
}
