// One purchase after the other, as a component shows it: what is known of the running one, and its end.
import type { Basket, Failed, OrderTrail, Outcome, PurchaseOptions } from '@ordertrail/client'

/** What is used of a client to buy. */
export type PurchasingClient = Pick<OrderTrail, 'purchase'>

/** What is known of a purchase. The same object until something changes. */
export interface PurchaseSnapshot {
  /** True from the call until its outcome. */
  readonly isRunning: boolean
  /** Null: there is no order yet. */
  readonly orderId: number | null
  readonly status: string | null
  /** How the last purchase ended; null: none has since the last call. */
  readonly outcome: Outcome | null
  readonly error: Failed | null
}

/** Before the first purchase. */
export const NOTHING_BOUGHT: PurchaseSnapshot = {
  isRunning: false,
  orderId: null,
  status: null,
  outcome: null,
  error: null,
}

/** The purchases of one component. */
export interface PurchaseRun {
  snapshot(): PurchaseSnapshot
  /** @returns stops listening; ends the purchase too, unless somebody listens again at once */
  watch(listener: () => void): () => void
  /** Buys; while a purchase is running it gives that one's outcome, so that a double click is one order. */
  purchase(client: PurchasingClient, basket: Basket, options?: PurchaseOptions): Promise<Outcome>
  /** Gives the running purchase up on this side; an order that was made stays. */
  abort(): void
  /** Forgets the last outcome; does nothing while a purchase is running. */
  reset(): void
}

/** Makes it, with nothing bought. */
export function createPurchaseRun(): PurchaseRun {
  const listeners = new Set<() => void>()
  let current = NOTHING_BOUGHT
  let running: { readonly outcome: Promise<Outcome>; readonly controller: AbortController } | null = null

  const change = (members: Partial<PurchaseSnapshot>): void => {
    current = { ...current, ...members }
    for (const listener of listeners) listener()
  }
  const start = async (
    client: PurchasingClient,
    basket: Basket,
    options: PurchaseOptions,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    const outcome = await client.purchase(basket, {
      ...options,
      signal,
      onCreated: (order) => {
        change({ orderId: order.orderId })
        options.onCreated?.(order)
      },
      onStatus: (update) => {
        change({ status: update.status })
        options.onStatus?.(update)
      },
    })
    running = null
    change({
      isRunning: false,
      outcome,
      status: outcome.status ?? current.status,
      error: outcome.kind === 'failed' ? outcome : null,
    })
    return outcome
  }
  const abort = (): void => running?.controller.abort()
  return {
    snapshot: () => current,
    watch(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        setTimeout(() => {
          if (listeners.size === 0) abort()
        }, 0)
      }
    },
    purchase(client, basket, options = {}) {
      if (running !== null) return running.outcome
      const controller = new AbortController()
      const { signal } = options
      if (signal?.aborted === true) controller.abort()
      signal?.addEventListener('abort', () => controller.abort(), { once: true, signal: controller.signal })
      change({ ...NOTHING_BOUGHT, isRunning: true })
      // The client opens the payment window before it returns, while the click is still being handled.
      const outcome = start(client, basket, options, controller.signal)
      running = { outcome, controller }
      return outcome
    },
    abort,
    reset() {
      if (running === null) change(NOTHING_BOUGHT)
    },
  }
}
