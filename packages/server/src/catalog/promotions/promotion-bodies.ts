// Promotions and what they give, as the documented calls tell them.
import { orderAmount } from '@ordertrail/core'
import { type CatalogItem, textIn } from '../item.ts'
import type { Deal, Discount, Pieces, Promotion } from './promotion.ts'
import { isOn } from './take-off.ts'

/** For whom promotions are told. `items` are those of bonuses; amounts are told in `currency` only. */
export interface PromotionView {
  readonly locale?: string
  readonly currency: string
  readonly items: ReadonlyMap<string, CatalogItem>
}

type Body = Readonly<Record<string, unknown>>

const HUNDREDTHS = 100
const PERCENT_DIGITS = 2

/** A promotion beside an item or a cart; null dates: no bound. */
export function promotionBody({ promotion }: Deal, view: PromotionView): Body {
  const { name, startsAt, endsAt, discount, bonus } = promotion
  return {
    name: textIn(name, view.locale),
    date_start: dateText(startsAt),
    date_end: dateText(endsAt),
    discount: discount === null ? null : discountBody(discount.off, view),
    bonus: bonus.map((pieces) => bonusBody(pieces, view)),
  }
}

/** Whether an item shows the promotion: it makes it cheaper, or buying it may bring a bonus. */
export function isShownWith({ promotion: { discount, bonus, condition } }: Deal, sku: string): boolean {
  if (discount !== null && isOn(discount, sku)) return true
  return bonus.length > 0 && (condition === null || condition.some((pieces) => pieces.sku === sku))
}

/** What a coupon gives. There is never anything to choose. */
export function couponRewardsBody({ bonus }: Promotion, view: PromotionView): Body {
  const rewards = bonus.flatMap(({ sku, quantity }) => {
    const item = view.items.get(sku)
    return item === undefined ? [] : [{ item: itemOfReward(item, view), quantity }]
  })
  return { bonus: rewards, is_selectable: false }
}

/** What a promo code gives: `discount` of the purchase, or `discounted_items`. */
export function promoCodeRewardsBody(promotion: Promotion, view: PromotionView): Body {
  const { discount } = promotion
  const off = discount === null ? null : discountBody(discount.off, view)
  const skus = discount === null || typeof discount.on === 'string' ? [] : discount.on
  const discounted = skus.flatMap((sku) => {
    const item = view.items.get(sku)
    return item === undefined ? [] : [{ ...itemOfReward(item, view), discount: off }]
  })
  const { bonus } = couponRewardsBody(promotion, view)
  return { bonus, discount: skus.length > 0 ? null : off, discounted_items: discounted, is_selectable: false }
}

/** SKUs that the rewards of a promotion name. */
export function rewardSkus({ bonus, discount }: Promotion): readonly string[] {
  const discounted = discount === null || typeof discount.on === 'string' ? [] : discount.on
  return [...bonus.map(({ sku }) => sku), ...discounted]
}

/** A percentage with two digits, or an amount off; one of the two is null. */
function discountBody(off: Discount, { currency }: PromotionView): Body {
  if (off.kind === 'percent') return { percent: (off.hundredths / HUNDREDTHS).toFixed(PERCENT_DIGITS), value: null }
  const minor = off.amounts[currency]
  return { percent: null, value: minor === undefined ? null : orderAmount(minor, { currencyKind: 'real', currency }) }
}

function bonusBody({ sku, quantity }: Pieces, { items, locale }: PromotionView): Body {
  const item = items.get(sku)
  if (item === undefined) return { sku, quantity }
  const { type, imageUrl, bundleType } = item
  const bundle = bundleType === null ? {} : { bundle_type: bundleType }
  return { sku, quantity, type, name: textIn(item.texts.name, locale), image_url: imageUrl, ...bundle }
}

function itemOfReward(item: CatalogItem, { locale }: PromotionView): Body {
  return {
    sku: item.sku,
    name: textIn(item.texts.name, locale),
    type: item.type,
    description: textIn(item.texts.description, locale),
    image_url: item.imageUrl,
    ...(item.type === 'virtual_good' ? { virtual_item_type: item.virtualItemType } : {}),
    ...(item.bundleType === null ? {} : { bundle_type: item.bundleType }),
  }
}

/** ISO 8601 with whole seconds and a numeric offset, as the documented calls have it. */
function dateText(ms: number | null): string | null {
  return ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}+00:00`
}
