// A client whose orders do what a test says; it asks nobody.
import type { Basket, Outcome, PurchaseOptions, StatusUpdate, Tracking } from '@ordertrail/client'
import type { OrderTrailClient } from '../provider.ts'

/** The client, and the test's hand on it. */
export interface FakeClient extends OrderTrailClient {
  /** What was begun and given up, in order: `track 7`, `abort 7`, `buy sword`. */
  readonly log: string[]
  /** Tells a status to everybody who tracks the order, purchases included. */
  tell(orderId: number, status: string): void
  /** Ends everything about the order. */
  end(orderId: number, outcome: Outcome): void
}

interface Running {
  readonly orderId: number
  readonly onStatus: ((update: StatusUpdate) => void) | undefined
  readonly resolve: (outcome: Outcome) => void
}

/** Every purchase makes this order. */
export const BOUGHT_ID = 11

/** How an order ends well. */
export function doneOf(orderId: number): Outcome {
  const order = { orderId, status: 'done', content: { items: [{ sku: 'sword', quantity: 1 }] } }
  return { kind: 'done', orderId, status: 'done', order }
}

/** Makes one. */
export function fakeClient(): FakeClient {
  const log: string[] = []
  const running = new Set<Running>()

  const run = (
    orderId: number,
    { signal, onStatus }: { signal?: AbortSignal; onStatus?: (update: StatusUpdate) => void },
  ): Promise<Outcome> =>
    new Promise((resolve) => {
      const one: Running = { orderId, onStatus, resolve }
      running.add(one)
      signal?.addEventListener('abort', () => {
        if (running.delete(one)) log.push(`abort ${orderId}`)
        resolve({ kind: 'aborted', orderId, status: null, reason: 'signal' })
      })
    })
  const of = (orderId: number): readonly Running[] => [...running].filter((one) => one.orderId === orderId)
  return {
    log,
    trackOrder(orderId, options = {}) {
      log.push(`track ${orderId}`)
      // Nothing of ours reads the statuses of a tracking one by one.
      return run(orderId, options) as Tracking
    },
    async purchase(basket: Basket, options: PurchaseOptions = {}) {
      log.push(`buy ${'sku' in basket ? basket.sku : 'cart'}`)
      const outcome = run(BOUGHT_ID, options)
      await Promise.resolve()
      options.onCreated?.({ orderId: BOUGHT_ID, token: 'pay-11' })
      return outcome
    },
    tell(orderId, status) {
      for (const { onStatus } of of(orderId)) onStatus?.({ kind: 'status', orderId, status, via: 'socket' })
    },
    end(orderId, outcome) {
      for (const one of of(orderId)) {
        running.delete(one)
        one.resolve(outcome)
      }
    },
  }
}
