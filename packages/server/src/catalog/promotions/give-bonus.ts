// Which bonuses a purchase brings.
import type { Deal, Pieces } from './promotion.ts'

/** A bonus with the deal that gives it. */
export interface GivenBonus {
  readonly deal: Deal
  readonly pieces: readonly Pieces[]
}

/**
 * Bonuses of `deals`, each once, however often its condition is met.
 *
 * @param bought pieces of the purchase; several lines of one SKU count together
 * @param isPaid whether the purchase costs money after all discounts, which is what a bonus without condition asks for
 */
export function bonusesOf(deals: readonly Deal[], bought: readonly Pieces[], isPaid: boolean): readonly GivenBonus[] {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of bought) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return deals.flatMap((deal) => {
    const { bonus, condition } = deal.promotion
    const isMet = condition === null ? isPaid : condition.every(({ sku, quantity }) => has(quantities, sku, quantity))
    return bonus.length > 0 && isMet ? [{ deal, pieces: bonus }] : []
  })
}

function has(quantities: ReadonlyMap<string, number>, sku: string, quantity: number): boolean {
  return (quantities.get(sku) ?? 0) >= quantity
}
