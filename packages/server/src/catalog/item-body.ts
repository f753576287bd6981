// Items as the documented calls tell them.
import { orderAmount } from '@ordertrail/core'
import { type CurrencyChoice, chooseCurrency, priceOf } from './choose-currency.ts'
import {
  type CatalogGroup,
  type CatalogItem,
  type CatalogPrice,
  type ItemAttribute,
  type ItemCore,
  textIn,
} from './item.ts'
import type { Deal } from './promotions/promotion.ts'
import { isShownWith, promotionBody } from './promotions/promotion-bodies.ts'
import { discountPiece } from './promotions/take-off.ts'

/**
 * For whom items are shown. `currencies` are the virtual currencies that prices name, by SKU; `deals` the promotions that
 * this player may use, and `bonusItems` what they give.
 */
export interface ItemView extends CurrencyChoice {
  readonly locale?: string
  readonly currencies: ReadonlyMap<string, CatalogItem>
  readonly deals: readonly Deal[]
  readonly bonusItems: ReadonlyMap<string, CatalogItem>
  /** Members that are told only when asked for. */
  readonly additionalFields: ReadonlySet<string>
}

/** Members that a client may ask for beside the others. */
const ADDITIONAL_FIELDS = ['media_list', 'order', 'long_description'] as const

type Body = Readonly<Record<string, unknown>>

/** SKUs of the virtual currencies that the prices of `items`, and of what is in them, name. */
export function currencySkusOf(items: readonly CatalogItem[]): readonly string[] {
  const all = items.flatMap((item) => [item, ...item.contents.map((content) => content.item)])
  return [...new Set(all.flatMap((item) => item.virtualPrices.map(({ sku }) => sku)))]
}

/**
 * An item. Names are texts in the caller's language, because that is what the clients parse, whatever some samples show.
 *
 * Limits, periods and value points are not kept here, so they are told as empty.
 */
export function itemBody(item: CatalogItem, view: ItemView): Body {
  return {
    item_id: item.itemId,
    sku: item.sku,
    name: textIn(item.texts.name, view.locale),
    groups: item.groups.map((group) => groupNameBody(group, view)),
    attributes: item.attributes.map((attribute) => attributeBody(attribute, view)),
    type: item.type,
    ...(item.bundleType === null ? {} : { bundle_type: item.bundleType }),
    description: textIn(item.texts.description, view.locale),
    image_url: item.imageUrl,
    is_free: item.isFree,
    price: priceBody(shownPrice(item, view)),
    ...(item.type === 'bundle' ? { total_content_price: totalContentPrice(item, view) } : {}),
    virtual_prices: virtualPriceBodies(item, view),
    can_be_bought: isForSale(item, view),
    ...(item.type === 'bundle'
      ? { content: contentBodies(item, view) }
      : { inventory_options: inventoryOptions(item) }),
    ...(item.type === 'virtual_good' ? { virtual_item_type: item.virtualItemType } : {}),
    is_pre_order: item.isPreOrder,
    promotions: promotionBodies(item.sku, view),
    limits: null,
    periods: [],
    ...(item.customAttributes === null ? {} : { custom_attributes: item.customAttributes }),
    vp_rewards: [],
    ...additionalBody(item, view),
  }
}

/** The little that is told of an item where a client filters by itself. */
export function shortItemBody(item: CatalogItem, view: Pick<ItemView, 'locale'>): Body {
  const { texts, groups, sku } = item
  const name = textIn(texts.name, view.locale)
  return {
    sku,
    name,
    groups: groups.map((group) => groupNameBody(group, view)),
    description: textIn(texts.description, view.locale),
  }
}

/** What this player would pay for one piece, in the currency they would pay in; undefined: none, or free. */
function shownPrice(item: CatalogItem, view: ItemView): CatalogPrice | undefined {
  if (item.isFree) return undefined
  const currency = chooseCurrency([item], view)
  const price = currency === undefined ? undefined : priceOf(item, currency, view.country)
  return price === undefined ? undefined : discountedPrice(item.sku, price, view.deals)
}

/** A price less what promotions take off. */
export function discountedPrice(sku: string, price: CatalogPrice, deals: readonly Deal[]): CatalogPrice {
  const steps = discountPiece(sku, price.amount, price.currency, deals)
  return { ...price, amount: steps.at(-1)?.after ?? price.amount }
}

/** The promotions that an item shows. */
export function promotionBodies(sku: string, view: Omit<ItemView, 'additionalFields'>): readonly Body[] {
  const { deals, bonusItems: items, locale } = view
  const currency = view.currency ?? currencyByDefault(view)
  const shown = { items, currency, ...(locale === undefined ? {} : { locale }) }
  return deals.filter((deal) => isShownWith(deal, sku)).map((deal) => promotionBody(deal, shown))
}

/** The currency of a player who asks for none. */
export function currencyByDefault({ country, currencyByCountry, defaultCurrency }: CurrencyChoice): string {
  return (country === null ? undefined : currencyByCountry[country]) ?? defaultCurrency
}

/** Whether anything but a missing balance keeps this player from having the item. */
function isForSale(item: CatalogItem, view: ItemView): boolean {
  return item.isEnabled && (item.isFree || item.virtualPrices.length > 0 || shownPrice(item, view) !== undefined)
}

function priceBody(price: CatalogPrice | undefined): Body | null {
  if (price === undefined) return null
  const { currency } = price
  const text = (minor: number): string => orderAmount(minor, { currencyKind: 'real', currency })
  return { amount: text(price.amount), amount_without_discount: text(price.amountWithoutDiscount), currency }
}

/** What the content would cost by itself, where all of it is sold in the bundle's currency. */
function totalContentPrice(bundle: CatalogItem, view: ItemView): Body | null {
  const currency = shownPrice(bundle, view)?.currency
  if (currency === undefined) return null
  const total: CatalogPrice = { currency, amount: 0, amountWithoutDiscount: 0, countries: null }
  let sum: CatalogPrice = total
  for (const { item, quantity } of bundle.contents) {
    const price = priceOf(item, currency, view.country)
    if (price === undefined) return null
    const amountWithoutDiscount = sum.amountWithoutDiscount + price.amountWithoutDiscount * quantity
    sum = { ...sum, amount: sum.amount + price.amount * quantity, amountWithoutDiscount }
  }
  return priceBody(sum)
}

/** Prices in virtual currency; the amounts stand twice, because clients of two ages read them in two places. */
export function virtualPriceBodies(item: CatalogItem, view: Pick<ItemView, 'locale' | 'currencies'>): readonly Body[] {
  return item.virtualPrices.map(({ sku, amount, amountWithoutDiscount, isDefault }) => {
    const currency = view.currencies.get(sku)
    return {
      sku,
      name: currency === undefined ? sku : textIn(currency.texts.name, view.locale),
      type: 'virtual_currency',
      description: currency === undefined ? '' : textIn(currency.texts.description, view.locale),
      image_url: currency?.imageUrl ?? null,
      amount,
      amount_without_discount: amountWithoutDiscount,
      is_default: isDefault,
      calculated_price: { amount: String(amount), amount_without_discount: String(amountWithoutDiscount) },
    }
  })
}

function contentBodies(bundle: CatalogItem, view: ItemView): readonly Body[] {
  return bundle.contents.map(({ item, quantity }) => ({
    item_id: item.itemId,
    sku: item.sku,
    name: textIn(item.texts.name, view.locale),
    type: item.type,
    description: textIn(item.texts.description, view.locale),
    image_url: item.imageUrl,
    quantity,
    price: priceBody(shownPrice(item, view)),
    virtual_prices: virtualPriceBodies(item, view),
    inventory_options: inventoryOptions(item),
  }))
}

/** How the item lives in an inventory; null members: it is not used up, it does not end. */
export function inventoryOptions(item: Pick<ItemCore, 'usagesCount' | 'expirationPeriod'>): Body {
  return {
    consumable: item.usagesCount === null ? null : { usages_count: item.usagesCount },
    expiration_period: item.expirationPeriod,
  }
}

/** A group by name. */
export function groupNameBody(group: CatalogGroup, view: Pick<ItemView, 'locale'>): Body {
  return { external_id: group.externalId, name: textIn(group.name, view.locale) }
}

/** A property with its values. */
export function attributeBody({ externalId, name, values }: ItemAttribute, view: Pick<ItemView, 'locale'>): Body {
  const valueBodies = values.map((one) => ({ external_id: one.externalId, value: one.value }))
  return { external_id: externalId, name: textIn(name, view.locale), values: valueBodies }
}

function additionalBody(item: CatalogItem, view: ItemView): Body {
  const { longDescription } = item.texts
  const bodies: Readonly<Record<(typeof ADDITIONAL_FIELDS)[number], unknown>> = {
    media_list: item.mediaList,
    order: item.order,
    long_description: longDescription === null ? null : textIn(longDescription, view.locale),
  }
  return Object.fromEntries(Object.entries(bodies).filter(([name]) => view.additionalFields.has(name)))
}
