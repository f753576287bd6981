// usePurchase: buying from a component.
import type { Basket, Outcome, PurchaseOptions } from '@ordertrail/client'
import { useCallback, useMemo, useState, useSyncExternalStore } from 'react'
import { useOrderTrail } from './provider.ts'
import { createPurchaseRun, NOTHING_BOUGHT, type PurchaseSnapshot } from './purchase-run.ts'

/** What a component sees of its purchases; the functions are always the same for one client. */
export interface Purchase extends PurchaseSnapshot {
  /**
   * Creates an order, opens its payment and follows it to its end; never rejects. Call it in the handler of a click. While a purchase
   * is running it gives that one's outcome, so that a double click is one order.
   */
  readonly purchase: (basket: Basket, options?: PurchaseOptions) => Promise<Outcome>
  /** Gives the running purchase up on this side; an order that was made stays. */
  readonly abort: () => void
  /** Forgets the last outcome; does nothing while a purchase is running. */
  readonly reset: () => void
}

/**
 * Buys for this component. When it is unmounted, a running purchase is given up on this side: the outcome is `aborted`, the order stays.
 *
 * @throws {Error} when there is no provider above
 */
export function usePurchase(): Purchase {
  const client = useOrderTrail()
  const [run] = useState(createPurchaseRun)
  const snapshot = useSyncExternalStore(run.watch, run.snapshot, () => NOTHING_BOUGHT)
  const purchase = useCallback(
    (basket: Basket, options?: PurchaseOptions) => run.purchase(client, basket, options),
    [run, client],
  )
  return useMemo(() => ({ ...snapshot, purchase, abort: run.abort, reset: run.reset }), [snapshot, purchase, run])
}
