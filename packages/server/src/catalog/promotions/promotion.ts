// Promotions, promo codes and coupons: what is taken off, what comes on top, and how often.
import type { LocalText } from '../item.ts'

/** What a player does for it: nothing, enter a code with a purchase, or redeem a code by itself. */
export type PromotionKind = 'promotion' | 'promo_code' | 'coupon'

/**
 * How much is taken off. `hundredths` of a percent, 1 to 10,000; or minor units by currency, off each piece where the
 * discount is on items, and once where it is on the purchase.
 */
export type Discount =
  | { readonly kind: 'percent'; readonly hundredths: number }
  | { readonly kind: 'amount'; readonly amounts: Readonly<Record<string, number>> }

/** A discount with what it is on: named SKUs, every item, or the sum of the purchase. */
export interface PromotionDiscount {
  readonly off: Discount
  readonly on: 'purchase' | 'every_item' | readonly string[]
}

/** So many pieces of an item. */
export interface Pieces {
  readonly sku: string
  readonly quantity: number
}

/** How many orders may use it; null: any number. A code has its own limit where a promotion has several codes. */
export interface PromotionLimits {
  readonly perUser: number | null
  readonly total: number | null
  readonly perCode: number | null
}

/**
 * A promotion in a file as in the store.
 *
 * @property startsAt, endsAt wall time in milliseconds; null: no bound. It holds from the first to just before the second
 * @property order promotions apply one after the other, lowest first; a promo code comes last
 * @property condition what must be bought for `bonus`; null: anything that costs money
 * @property countries where its codes are taken; null: everywhere
 */
export interface PromotionCore {
  readonly kind: PromotionKind
  readonly externalId: string
  readonly name: LocalText
  readonly isEnabled: boolean
  readonly startsAt: number | null
  readonly endsAt: number | null
  readonly order: number
  readonly discount: PromotionDiscount | null
  readonly bonus: readonly Pieces[]
  readonly condition: readonly Pieces[] | null
  readonly countries: readonly string[] | null
  readonly limits: PromotionLimits
}

/** A promotion of a file, with the codes of promo codes and coupons. Codes are told apart by case. */
export interface FilePromotion extends PromotionCore {
  readonly codes: readonly string[]
}

/** A promotion of a project. `taken`: orders that use it now, counted only where the total is limited. */
export interface Promotion extends PromotionCore {
  readonly taken: number
  readonly projectId: number
  readonly promotionId: number
}

/** A promotion that a buyer may use; `code` null: it needs none. */
export interface Deal {
  readonly promotion: Promotion
  readonly code: string | null
}

/** Whether uses of it have to be counted. */
export function isLimited({ limits }: PromotionCore): boolean {
  return limits.perUser !== null || limits.total !== null || limits.perCode !== null
}

/** Whether the promotion is switched on and its time has come and is not over. */
export function isRunning({ isEnabled, startsAt, endsAt }: PromotionCore, now: number): boolean {
  return isEnabled && (startsAt === null || startsAt <= now) && (endsAt === null || now < endsAt)
}
