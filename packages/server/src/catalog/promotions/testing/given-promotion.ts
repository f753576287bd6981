// Promotions for tests: only what matters is said.
import type { Deal, Promotion, PromotionDiscount } from '../promotion.ts'

/** A running promotion that gives nothing yet. */
function promotion(over: Partial<Promotion> = {}): Promotion {
  return {
    projectId: 44_056,
    promotionId: 1,
    taken: 0,
    kind: 'promotion',
    externalId: `promotion-${over.promotionId ?? 1}`,
    name: 'Sale',
    isEnabled: true,
    startsAt: null,
    endsAt: null,
    order: 0,
    discount: null,
    bonus: [],
    condition: null,
    countries: null,
    limits: { perUser: null, total: null, perCode: null },
    ...over,
  }
}

/** An deal of a promotion that needs no code. */
export function deal(over: Partial<Promotion> = {}, code: string | null = null): Deal {
  return { promotion: promotion(over), code }
}

/** A percentage off. */
export function percentOff(percent: number, on: PromotionDiscount['on'] = 'every_item'): PromotionDiscount {
  return { off: { kind: 'percent', hundredths: Math.round(percent * 100) }, on }
}

/** Amounts off, in minor units by currency. */
export function amountOff(
  amounts: Readonly<Record<string, number>>,
  on: PromotionDiscount['on'] = 'every_item',
): PromotionDiscount {
  return { off: { kind: 'amount', amounts }, on }
}
