// What players own, in memory: granted by order, so that canceling an order takes back just what it gave.
import type { PurchaseItem } from '@ordertrail/webhooks'

/** An order as far as the inventory cares. */
export interface GrantedOrder {
  readonly orderId: number
  readonly userId: string
  readonly items: readonly PurchaseItem[]
}

/** Quantities by SKU. */
export type Holdings = Readonly<Record<string, number>>

/** Inventories of all players. */
export interface Inventory {
  /** Gives the items of an order to its player; the same order again changes nothing. */
  grant(order: GrantedOrder): void
  /** Takes back what the order gave; nothing when it gave nothing. */
  revoke(orderId: number): void
  /** What the player owns; empty for a player who owns nothing. */
  of(userId: string): Holdings
}

/** An empty inventory. */
export function createInventory(): Inventory {
  const orders = new Map<number, GrantedOrder>()
  return {
    grant: (order) => void orders.set(order.orderId, order),
    revoke: (orderId) => void orders.delete(orderId),
    of: (userId) => holdingsOf([...orders.values()].filter((order) => order.userId === userId)),
  }
}

function holdingsOf(orders: readonly GrantedOrder[]): Holdings {
  const holdings: Record<string, number> = {}
  for (const { sku, quantity } of orders.flatMap(({ items }) => usableItems(items))) {
    holdings[sku] = (holdings[sku] ?? 0) + quantity
  }
  return holdings
}

/** A bundle whose content is listed after it is only the wrapping; this game gives what is inside. */
function usableItems(items: readonly PurchaseItem[]): readonly PurchaseItem[] {
  return items.filter((item, index) => item.isBundleContent || items[index + 1]?.isBundleContent !== true)
}
