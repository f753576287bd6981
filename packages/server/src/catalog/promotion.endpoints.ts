// The documented calls about promo codes and coupons that make no order: what a code gives, and the code of a cart.
import { AppError, type ErrorCode } from '@ordertrail/core'
import { type TSchema, Type } from 'typebox'
import { type Call, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { loadCart } from './cart.ts'
import { type CartAsk, type CartDeps, countryOf, partyOf, runChange, tellCart } from './cart-answers.ts'
import { cartIdSchema, cartMembers } from './cart-schemas.ts'
import { codeError } from './promo-codes.ts'
import { type CodeAsk, readCode, rewardsOf } from './promotions/read-code.ts'
import { pathText, projectId, projectParams } from './wire-schemas.ts'

/** Names of the calls. */
export type PromotionEndpointName =
  | 'redeemPromoCode'
  | 'removePromoCode'
  | 'getPromoCodeRewards'
  | 'getCouponRewards'
  | 'verifyPromotionCode'

const TAG = 'promotions'
const CODE_CHARS_MAX = 255
/** The word by which clients name the cart that a player has without naming one. */
const CURRENT_CART = 'current'

const codeText = Type.String({ minLength: 1, maxLength: CODE_CHARS_MAX })
const cartName = Type.Optional(Type.Object({ id: cartIdSchema }))
const anything = Type.Object({}, { additionalProperties: true })
const couponRewards = { bonus: Type.Array(anything), is_selectable: Type.Boolean() }
const promoCodeRewards = {
  ...couponRewards,
  discount: Type.Union([anything, Type.Null()]),
  discounted_items: Type.Array(anything),
}

/** Makes the calls. Codes are told apart by case. */
export function makePromotionEndpoints(deps: CartDeps): Readonly<Record<PromotionEndpointName, Endpoint>> {
  return {
    redeemPromoCode: redeemEndpoint(deps),
    removePromoCode: removeEndpoint(deps),
    getPromoCodeRewards: rewardsEndpoint(deps, {
      operationId: 'get-promo-code-rewards-by-code',
      summary: 'Get promo code rewards',
      param: 'promocode_code',
      kind: 'promo_code',
      unknown: 'promo_code_not_found',
      body: promoCodeRewards,
    }),
    getCouponRewards: rewardsEndpoint(deps, {
      operationId: 'get-coupon-rewards-by-code',
      summary: 'Get coupon rewards',
      param: 'coupon_code',
      kind: 'coupon',
      unknown: 'coupon_not_found',
      body: couponRewards,
    }),
    verifyPromotionCode: verifyEndpoint(deps),
  }
}

type PlayerCall = Pick<Call, 'caller'> & { readonly query?: unknown }

/** The cart that a body names. */
function askOf(call: PlayerCall, cart: { readonly id: string } | undefined): CartAsk {
  const cartId = cart === undefined || cart.id === CURRENT_CART ? null : cart.id
  return { party: partyOf(call.caller), cartId, country: countryOf(call.caller) }
}

function redeemEndpoint(deps: CartDeps): Endpoint {
  return defineEndpoint({
    operationId: 'redeem-promo-code',
    summary: 'Redeem promo code',
    tag: TAG,
    schema: {
      params: projectParams,
      body: Type.Object({ coupon_code: Type.Optional(codeText), cart: cartName }),
      response: { 200: Type.Object({ ...cartMembers, rewards: Type.Object(promoCodeRewards) }) },
    },
    async handle(call) {
      const { coupon_code: code, cart: named } = call.body
      if (code === undefined) throw new AppError('promo_code_not_found')
      const ask = askOf(call, named)
      const before = await loadCart(deps.store.read, ask.party, ask.cartId)
      const country = before.country ?? ask.country ?? null
      const codeAsk: CodeAsk = { kind: 'promo_code', party: ask.party, country, code }
      const promotion = await usableCode(deps, codeAsk, 'promo_code_not_found')
      const { cart } = await runChange(deps, ask, { kind: 'promo_code', code })
      const rewards = await rewardsOf(deps, codeAsk, promotion)
      return { status: 200, body: { ...(await tellCart(deps, ask, cart)), rewards } }
    },
  })
}

function removeEndpoint(deps: CartDeps): Endpoint {
  return defineEndpoint({
    operationId: 'remove-cart-promo-code',
    summary: 'Remove promo code from cart',
    tag: TAG,
    schema: {
      params: projectParams,
      body: Type.Object({ cart: cartName }),
      response: { 200: Type.Object(cartMembers) },
    },
    async handle(call) {
      const ask = askOf(call, call.body.cart)
      const { cart } = await runChange(deps, ask, { kind: 'promo_code', code: null })
      return { status: 200, body: await tellCart(deps, ask, cart) }
    },
  })
}

interface RewardsCall {
  readonly operationId: string
  readonly summary: string
  readonly param: string
  readonly kind: CodeAsk['kind']
  readonly unknown: ErrorCode
  readonly body: Readonly<Record<string, TSchema>>
}

function rewardsEndpoint(deps: CartDeps, { operationId, summary, param, kind, unknown, body }: RewardsCall): Endpoint {
  return defineEndpoint({
    operationId,
    summary,
    tag: TAG,
    schema: {
      params: Type.Object({ project_id: projectId, [param]: pathText }),
      response: { 200: Type.Object({ ...body }) },
    },
    async handle({ params, caller }) {
      const code = String((params as Readonly<Record<string, unknown>>)[param])
      const ask: CodeAsk = { kind, party: partyOf(caller), country: countryOf(caller) ?? null, code }
      return { status: 200, body: await rewardsOf(deps, ask, await usableCode(deps, ask, unknown)) }
    },
  })
}

function verifyEndpoint(deps: CartDeps): Endpoint {
  return defineEndpoint({
    operationId: 'verify-promotion-code',
    summary: 'Verify promotion code',
    tag: TAG,
    schema: {
      params: Type.Object({ project_id: projectId, code: pathText }),
      response: { 200: Type.Object({ type: Type.String(), code: Type.String(), rewards: anything }) },
    },
    async handle({ params, caller }) {
      const code = String((params as Readonly<Record<string, unknown>>).code)
      const who = { party: partyOf(caller), country: countryOf(caller) ?? null, code }
      const asPromoCode = await readCode(deps, { ...who, kind: 'promo_code' })
      const isCoupon = asPromoCode.kind === 'refused' && asPromoCode.code === 'code_unknown'
      const ask: CodeAsk = { ...who, kind: isCoupon ? 'coupon' : 'promo_code' }
      const rewards = await rewardsOf(deps, ask, await usableCode(deps, ask, 'promo_code_not_found'))
      return { status: 200, body: { type: isCoupon ? 'coupon' : 'promocode', code, rewards } }
    },
  })
}

async function usableCode(deps: CartDeps, ask: CodeAsk, unknown: ErrorCode) {
  const found = await readCode(deps, ask)
  if (found.kind === 'refused') throw codeError(found.code, unknown)
  return found.promotion
}
