// Rules of a catalog file that its form alone does not say: unique SKUs, known groups and contents, usable prices.
import { parseAmount } from '@ordertrail/core'
import { nulTexts } from './nul-texts.ts'
import { promotionFaults } from './promotions/check-written-promotions.ts'
import {
  type FilePath,
  type WrittenAmount,
  type WrittenFile,
  type WrittenGroup,
  type WrittenItem,
  writtenPrices,
  writtenVirtualPrices,
} from './written-file.ts'

/** Documented limit of an item's own attributes as JSON. */
const CUSTOM_ATTRIBUTES_CHARS_MAX = 500
const GROUP_DEPTH_MAX = 5

/** One thing that is wrong, and the way to it. */
export interface PathFault {
  readonly path: FilePath
  readonly sentence: string
}

/** Everything that is wrong with a file of good form. */
export function checkWrittenFile(file: WrittenFile): readonly PathFault[] {
  const groups = new Map((file.groups ?? []).map((group) => [group.external_id, group]))
  const items = new Map(file.items.map((item) => [item.sku, item]))
  return [
    ...nulTexts(file),
    ...duplicates(
      file.items.map(({ sku }) => sku),
      'items',
      'sku',
    ),
    ...duplicates(
      (file.groups ?? []).map((group) => group.external_id),
      'groups',
      'external_id',
    ),
    ...(file.groups ?? []).flatMap((group, index) => groupFaults(group, groups, ['groups', index])),
    ...file.items.flatMap((item, index) => itemFaults(item, { items, groups }, ['items', index])),
    ...promotionFaults(file),
  ]
}

interface Known {
  readonly items: ReadonlyMap<string, WrittenItem>
  readonly groups: ReadonlyMap<string, WrittenGroup>
}

function duplicates(names: readonly string[], list: string, member: string): readonly PathFault[] {
  const seen = new Set<string>()
  return names.flatMap((name, index) => {
    const isAgain = seen.has(name)
    seen.add(name)
    return isAgain
      ? [{ path: [list, index, member], sentence: `${name} stands twice; each ${member} may stand once.` }]
      : []
  })
}

function groupFaults(
  group: WrittenGroup,
  groups: ReadonlyMap<string, WrittenGroup>,
  path: FilePath,
): readonly PathFault[] {
  let above = group.parent
  for (let depth = 1; above !== undefined; depth++) {
    const parent = groups.get(above)
    if (parent === undefined) return [{ path: [...path, 'parent'], sentence: `There is no group ${above}.` }]
    if (depth > GROUP_DEPTH_MAX)
      return [
        {
          path: [...path, 'parent'],
          sentence: `Groups may stand ${GROUP_DEPTH_MAX} deep, and never below themselves.`,
        },
      ]
    above = parent.parent
  }
  return []
}

function itemFaults(item: WrittenItem, known: Known, path: FilePath): readonly PathFault[] {
  return [
    ...priceFaults(item, path),
    ...virtualPriceFaults(item, known, path),
    ...bundleFaults(item, known, path),
    ...(item.groups ?? []).flatMap((name, index) =>
      known.groups.has(name)
        ? []
        : [{ path: [...path, 'groups', index], sentence: `There is no group ${name}; describe it under groups.` }],
    ),
    ...attributeFaults(item, path),
  ]
}

function priceFaults(item: WrittenItem, path: FilePath): readonly PathFault[] {
  const prices = writtenPrices(item, path)
  if (item.is_free === true && (prices.length > 0 || writtenVirtualPrices(item).length > 0)) {
    return [{ path: [...path, 'is_free'], sentence: 'A free item has no prices.' }]
  }
  const seen = new Set<string>()
  return prices.flatMap((price) => {
    const faults = amountFaults(price.amount, price.currency, price.path, price.amount_without_discount)
    const places = (price.countries ?? ['everywhere']).filter((place) => seen.has(`${price.currency} ${place}`))
    for (const place of price.countries ?? ['everywhere']) seen.add(`${price.currency} ${place}`)
    const again = places.map((place) => ({
      path: price.path,
      sentence: `There is another price in ${price.currency} for ${place}.`,
    }))
    return [...faults, ...again]
  })
}

const AMOUNT_FAULTS = {
  malformed: 'is no amount; write digits with at most one point',
  too_many_digits: 'has more digits after the point than the currency has',
  too_large: 'has more than 15 digits in the smallest unit of its currency',
} as const

function amountFaults(
  amount: WrittenAmount,
  currency: string,
  path: FilePath,
  full?: WrittenAmount,
): readonly PathFault[] {
  const parsed = parseAmount(String(amount), currency)
  if (parsed.kind === 'refused') return [{ path, sentence: `${amount} ${currency} ${AMOUNT_FAULTS[parsed.reason]}.` }]
  if (parsed.minor === 0) return [{ path, sentence: 'A price of 0 is refused; say is_free: true instead.' }]
  const undiscounted = full === undefined ? parsed : parseAmount(String(full), currency)
  if (undiscounted.kind === 'refused')
    return [{ path, sentence: `${full} ${currency} ${AMOUNT_FAULTS[undiscounted.reason]}.` }]
  return undiscounted.minor >= parsed.minor ? [] : [{ path, sentence: 'amount_without_discount is below amount.' }]
}

function virtualPriceFaults(item: WrittenItem, { items }: Known, path: FilePath): readonly PathFault[] {
  const at = [...path, 'virtual_prices']
  const prices = writtenVirtualPrices(item)
  const faults = prices.flatMap((price) => {
    const currency = items.get(price.sku)
    if (currency !== undefined && currency.type !== 'virtual_currency') return [`${price.sku} is no virtual currency.`]
    if (price.amount === 0) return ['A price of 0 is refused; say is_free: true instead.']
    return (price.amount_without_discount ?? price.amount) < price.amount
      ? ['amount_without_discount is below amount.']
      : []
  })
  const isTwice = new Set(prices.map(({ sku }) => sku)).size < prices.length
  return [...faults, ...(isTwice ? ['A virtual currency may stand once.'] : [])].map((sentence) => ({
    path: at,
    sentence,
  }))
}

function bundleFaults(item: WrittenItem, { items }: Known, path: FilePath): readonly PathFault[] {
  if (item.type !== 'bundle') {
    const member = item.content !== undefined ? 'content' : item.bundle_type !== undefined ? 'bundle_type' : undefined
    return member === undefined
      ? []
      : [{ path: [...path, member], sentence: `Only items of type bundle have ${member}.` }]
  }
  if (item.content === undefined) return [{ path, sentence: 'A bundle needs content: what is in it.' }]
  return item.content.flatMap(({ sku }, index) => {
    const inside = items.get(sku)
    const at = [...path, 'content', index]
    if (inside === undefined) return []
    if (inside.type === 'bundle') return [{ path: at, sentence: `${sku} is a bundle; bundles do not hold bundles.` }]
    const isOddOne = item.bundle_type === 'virtual_currency_package' && inside.type !== 'virtual_currency'
    return isOddOne ? [{ path: at, sentence: `${sku} is no virtual currency, and a package holds nothing else.` }] : []
  })
}

function attributeFaults(item: WrittenItem, path: FilePath): readonly PathFault[] {
  const length = item.custom_attributes === undefined ? 0 : JSON.stringify(item.custom_attributes).length
  if (length <= CUSTOM_ATTRIBUTES_CHARS_MAX) return []
  const sentence = `As JSON they have ${length} characters; at most ${CUSTOM_ATTRIBUTES_CHARS_MAX} are allowed.`
  return [{ path: [...path, 'custom_attributes'], sentence }]
}
