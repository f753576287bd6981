// Promotions as rows, and back.
import type { Row } from '../../platform/store/index.ts'
import type { FilePromotion, Promotion, PromotionCore, PromotionKind } from './promotion.ts'

/** What stands in promotions.details. */
type StoredDetails = Pick<PromotionCore, 'name' | 'discount' | 'bonus' | 'condition' | 'countries' | 'limits'>

const KINDS: readonly PromotionKind[] = ['promotion', 'promo_code', 'coupon']

/** The row of a promotion; its codes have rows of their own. */
export function rowOfPromotion(
  projectId: number,
  promotionId: number,
  promotion: FilePromotion,
  now: number,
): Row<'promotions'> {
  const { name, discount, bonus, condition, countries, limits } = promotion
  const details: StoredDetails = { name, discount, bonus, condition, countries, limits }
  return {
    project_id: projectId,
    promotion_id: promotionId,
    kind: promotion.kind,
    external_id: promotion.externalId,
    is_enabled: Number(promotion.isEnabled),
    starts_at: promotion.startsAt,
    ends_at: promotion.endsAt,
    sort_order: promotion.order,
    details: JSON.stringify(details),
    updated_at: now,
    taken: 0,
  }
}

/** The promotion of a row. */
export function promotionOfRow(row: Row<'promotions'>): Promotion {
  return {
    projectId: row.project_id,
    promotionId: row.promotion_id,
    kind: KINDS.find((kind) => kind === row.kind) ?? 'promotion',
    externalId: row.external_id,
    isEnabled: row.is_enabled === 1,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    order: row.sort_order,
    taken: row.taken,
    ...(JSON.parse(row.details) as StoredDetails),
  }
}
