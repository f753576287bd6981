// What the promotions of a catalog file mean: every member filled in, amounts in minor units, dates in milliseconds.
import { parseAmount, parseDecimal } from '@ordertrail/core'
import type { WrittenAmount, WrittenDiscount, WrittenFile, WrittenPromotion } from '../written-file.ts'
import type { Discount, FilePromotion, PromotionDiscount, PromotionKind } from './promotion.ts'

const PERCENT_DIGITS = 2

/** The promotions, promo codes and coupons of a file that was checked. */
export function promotionsOfWritten(file: WrittenFile): readonly FilePromotion[] {
  const all = (kind: PromotionKind, list: readonly WrittenPromotion[] = []) => list.map((one) => promotionOf(kind, one))
  return [...all('promotion', file.promotions), ...all('promo_code', file.promo_codes), ...all('coupon', file.coupons)]
}

function promotionOf(kind: PromotionKind, written: WrittenPromotion): FilePromotion {
  const { limits = {} } = written
  return {
    kind,
    externalId: written.external_id,
    name: written.name,
    isEnabled: written.is_enabled ?? true,
    startsAt: timeOf(written.date_start),
    endsAt: timeOf(written.date_end),
    order: written.order ?? 0,
    discount: written.discount === undefined ? null : discountOf(kind, written.discount),
    bonus: written.bonus ?? [],
    condition: written.condition ?? null,
    countries: written.countries ?? null,
    limits: { perUser: limits.per_user ?? null, total: limits.total ?? null, perCode: limits.per_code ?? null },
    codes: written.codes ?? [],
  }
}

function timeOf(date: string | undefined): number | null {
  return date === undefined ? null : Date.parse(date)
}

/** Without named items a promotion is on every item, and a promo code on the purchase as a whole. */
function discountOf(kind: PromotionKind, written: WrittenDiscount): PromotionDiscount {
  return { off: offOf(written), on: written.items ?? (kind === 'promotion' ? 'every_item' : 'purchase') }
}

function offOf({ percent, amount = {} }: WrittenDiscount): Discount {
  if (percent !== undefined) return { kind: 'percent', hundredths: minorOf(percent, null) }
  const amounts = Object.entries(amount).map(([currency, off]) => [currency, minorOf(off, currency)] as const)
  return { kind: 'amount', amounts: Object.fromEntries(amounts) }
}

/** Only for what was checked; `currency` null: a percentage. */
function minorOf(written: WrittenAmount, currency: string | null): number {
  const text = String(written)
  const parsed = currency === null ? parseDecimal(text, PERCENT_DIGITS) : parseAmount(text, currency)
  if (parsed.kind === 'parsed') return parsed.minor
  throw new Error(`A discount passed the check and is none: ${text}`)
}
