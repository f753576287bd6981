// useOrderStatus: the status of an order as it changes, and how it ends.
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useOrderTrail } from './provider.ts'
import { NOTHING_KNOWN, type OrderSnapshot, snapshotOf, trackAgain, watchOrder } from './shared-trackings.ts'

/** What a component sees of an order; the same object until something changes. */
export interface OrderStatus extends OrderSnapshot {
  /** Tracks again after an outcome such as `timeout` or `failed`; always the same function for one order. */
  readonly trackAgain: () => void
}

/**
 * Tracks an order while the component is mounted. Components that watch the same order share one tracking; when the last of them is
 * unmounted, it ends.
 *
 * @param orderId null: there is no order yet, and nothing happens
 * @throws {Error} when there is no provider above
 */
export function useOrderStatus(orderId: number | null): OrderStatus {
  const client = useOrderTrail()
  const subscribe = useCallback(
    (listener: () => void) => (orderId === null ? () => undefined : watchOrder(client, orderId, listener)),
    [client, orderId],
  )
  const read = (): OrderSnapshot => (orderId === null ? NOTHING_KNOWN : snapshotOf(client, orderId))
  const snapshot = useSyncExternalStore(subscribe, read, () => NOTHING_KNOWN)
  const again = useCallback(() => {
    if (orderId !== null) trackAgain(client, orderId)
  }, [client, orderId])
  return useMemo(() => ({ ...snapshot, trackAgain: again }), [snapshot, again])
}
