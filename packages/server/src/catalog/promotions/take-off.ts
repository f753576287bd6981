// What discounts make of amounts: pure arithmetic in minor units.
import type { Deal, Discount, PromotionDiscount } from './promotion.ts'

/**
 * One discount as it was applied, in minor units, as webhooks tell it. Those of one line, and those of the purchase as a
 * whole, apply one after the other; the first has `sequence` 1. `technicalName` is the external id of promotion `id`.
 */
export interface AppliedDiscount {
  readonly amountWithoutDiscount: number
  readonly amountWithDiscount: number
  readonly sequence: number
  readonly id: number
  readonly technicalName: string
}

/** One step from an amount to a lower one. */
export interface DiscountStep {
  readonly deal: Deal
  readonly before: number
  readonly after: number
}

const HUNDREDTHS = 10_000n

/**
 * `minor` after one discount: never below 0 and never above `minor`.
 *
 * A percentage of a minor unit is rounded to the nearest one, a half in favour of the buyer. An amount that does not
 * name `currency` takes nothing off.
 */
export function takeOff(minor: number, off: Discount, currency: string): number {
  if (off.kind === 'amount') return Math.max(0, minor - (off.amounts[currency] ?? 0))
  const taken = (BigInt(minor) * BigInt(off.hundredths) + HUNDREDTHS / 2n) / HUNDREDTHS
  return minor - Number(taken)
}

/** Steps of one piece of an item, in the order of `deals`; those that take nothing off are left out. */
export function discountPiece(
  sku: string,
  minor: number,
  currency: string,
  deals: readonly Deal[],
): readonly DiscountStep[] {
  return stepsOf(minor, currency, deals, (discount) => isOn(discount, sku))
}

/** Steps of the purchase as a whole. */
export function discountPurchase(minor: number, currency: string, deals: readonly Deal[]): readonly DiscountStep[] {
  return stepsOf(minor, currency, deals, ({ on }) => on === 'purchase')
}

/** Whether a discount is on the pieces of this item. */
export function isOn({ on }: PromotionDiscount, sku: string): boolean {
  return on === 'every_item' || (on !== 'purchase' && on.includes(sku))
}

/** Steps as they are kept, each times `quantity`. */
export function appliedDiscounts(steps: readonly DiscountStep[], quantity: number): readonly AppliedDiscount[] {
  return steps.map(({ deal: { promotion }, before, after }, index) => ({
    amountWithoutDiscount: before * quantity,
    amountWithDiscount: after * quantity,
    sequence: index + 1,
    id: promotion.promotionId,
    technicalName: promotion.externalId,
  }))
}

function stepsOf(
  minor: number,
  currency: string,
  deals: readonly Deal[],
  isMeant: (discount: PromotionDiscount) => boolean,
): readonly DiscountStep[] {
  const steps: DiscountStep[] = []
  let before = minor
  for (const deal of deals) {
    const { discount } = deal.promotion
    const after = discount !== null && isMeant(discount) ? takeOff(before, discount.off, currency) : before
    if (after < before) steps.push({ deal, before, after })
    before = after
  }
  return steps
}
