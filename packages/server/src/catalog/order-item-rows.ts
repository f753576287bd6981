// Priced lines as rows of an order, and the virtual currency that such rows give to the player.
import type { Row } from '../platform/store/index.ts'
import type { PricedLine } from './order-lines.ts'

/** Rows of order_items. Prices are fixed with them: a later change of the catalog changes no order. */
export function orderItemRows(
  projectId: number,
  orderId: number,
  lines: readonly PricedLine[],
): readonly Row<'order_items'>[] {
  return lines.map((line) => ({
    project_id: projectId,
    order_id: orderId,
    position: line.position,
    item_id: line.itemId,
    sku: line.sku,
    type: line.type,
    name: line.name,
    quantity: line.quantity,
    amount: line.amount,
    amount_without_discount: line.amountWithoutDiscount,
    is_free: Number(line.isFree),
    is_bonus: Number(line.isBonus),
    is_bundle_content: Number(line.isBundleContent),
    is_pre_order: Number(line.isPreOrder),
    promotions: JSON.stringify(line.promotions),
    custom_attributes: line.customAttributes,
    description: line.description,
  }))
}

/** So much of one virtual currency. */
export interface VirtualCurrencyCredit {
  readonly sku: string
  readonly amount: number
}

/**
 * What a paid or free order credits: loose virtual currency, and what is in packages and bundles, summed by currency.
 *
 * Takes lines or rows of order_items; both have type, sku and quantity.
 */
export function virtualCurrencyCredits(
  lines: readonly { readonly type: string; readonly sku: string; readonly quantity: number }[],
): readonly VirtualCurrencyCredit[] {
  const amounts = new Map<string, number>()
  for (const { type, sku, quantity } of lines) {
    if (type === 'virtual_currency') amounts.set(sku, (amounts.get(sku) ?? 0) + quantity)
  }
  return [...amounts].map(([sku, amount]) => ({ sku, amount }))
}
