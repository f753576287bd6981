// Rules of promotions, promo codes and coupons that the form of a file alone does not say.
import { parseAmount, parseDecimal } from '@ordertrail/core'
import type { PathFault } from '../check-written-file.ts'
import type { FilePath, WrittenDiscount, WrittenFile, WrittenPieces, WrittenPromotion } from '../written-file.ts'

/** Digits of a percentage after the point. */
const PERCENT_DIGITS = 2
/** 100 % in hundredths. */
const PERCENT_MAX = 10_000

const LISTS = ['promotions', 'promo_codes', 'coupons'] as const
type List = (typeof LISTS)[number]

/** Everything that is wrong with the three lists. What their SKUs name is the importer's to check. */
export function promotionFaults(file: WrittenFile): readonly PathFault[] {
  const seenCodes = new Set<string>()
  return LISTS.flatMap((list) => {
    const seenIds = new Set<string>()
    return (file[list] ?? []).flatMap((promotion, index) => {
      const path = [list, index]
      return [
        ...repeated([promotion.external_id], seenIds, [...path, 'external_id'], 'external_id'),
        ...(promotion.codes ?? []).flatMap((code, at) => repeated([code], seenCodes, [...path, 'codes', at], 'code')),
        ...dateFaults(promotion, path),
        ...rewardFaults(promotion, list, path),
      ]
    })
  })
}

/** Names among `names` that were seen before; all of them are seen afterwards. */
function repeated(names: readonly string[], seen: Set<string>, path: FilePath, what: string): readonly PathFault[] {
  return names.flatMap((name) => {
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    return [{ path, sentence: `${name} stands twice; each ${what} may stand once.` }]
  })
}

function dateFaults({ date_start: start, date_end: end }: WrittenPromotion, path: FilePath): readonly PathFault[] {
  const faults = Object.entries({ date_start: start, date_end: end }).flatMap(([name, date]) =>
    date !== undefined && Number.isNaN(Date.parse(date))
      ? [{ path: [...path, name], sentence: `${date} is no date that exists.` }]
      : [],
  )
  if (faults.length > 0 || start === undefined || end === undefined || Date.parse(start) < Date.parse(end))
    return faults
  return [{ path: [...path, 'date_end'], sentence: 'date_end must be later than date_start.' }]
}

function rewardFaults(promotion: WrittenPromotion, list: List, path: FilePath): readonly PathFault[] {
  const { discount, bonus, condition } = promotion
  if (discount === undefined && bonus === undefined)
    return [{ path, sentence: 'It gives nothing: write a discount or a bonus.' }]
  if (list === 'promotions' && discount !== undefined && bonus !== undefined)
    return [{ path: [...path, 'bonus'], sentence: 'A promotion is a discount or a bonus; write two promotions.' }]
  if (condition !== undefined && bonus === undefined)
    return [{ path: [...path, 'condition'], sentence: 'Only a bonus has a condition; a discount names its items.' }]
  return [
    ...(discount === undefined ? [] : discountFaults(discount, [...path, 'discount'])),
    ...pieceFaults(bonus ?? [], [...path, 'bonus']),
    ...pieceFaults(condition ?? [], [...path, 'condition']),
  ]
}

function pieceFaults(pieces: readonly WrittenPieces[], path: FilePath): readonly PathFault[] {
  const seen = new Set<string>()
  return pieces.flatMap(({ sku }, index) => repeated([sku], seen, [...path, index, 'sku'], 'sku'))
}

function discountFaults({ percent, amount, items }: WrittenDiscount, path: FilePath): readonly PathFault[] {
  if ((percent === undefined) === (amount === undefined))
    return [{ path, sentence: 'A discount is either a percent or an amount by currency.' }]
  const seen = new Set<string>()
  return [
    ...(percent === undefined || isPercentage(String(percent))
      ? []
      : [
          {
            path: [...path, 'percent'],
            sentence: `${percent} is no percentage from 0.01 to 100 with two digits at most.`,
          },
        ]),
    ...Object.entries(amount ?? {}).flatMap(([currency, off]) => amountFaults(String(off), currency, path)),
    ...(items ?? []).flatMap((sku, index) => repeated([sku], seen, [...path, 'items', index], 'sku')),
  ]
}

function isPercentage(text: string): boolean {
  const parsed = parseDecimal(text, PERCENT_DIGITS)
  return parsed.kind === 'parsed' && parsed.minor > 0 && parsed.minor <= PERCENT_MAX
}

function amountFaults(off: string, currency: string, path: FilePath): readonly PathFault[] {
  const parsed = parseAmount(off, currency)
  if (parsed.kind === 'parsed' && parsed.minor > 0) return []
  return [{ path: [...path, 'amount', currency], sentence: `${off} ${currency} is no amount that can be taken off.` }]
}
