// One tracking for each order and client, however many components watch it, and for as long as one does.
import type { Failed, Order, Outcome, Tracker } from '@ordertrail/client'

/** What is used of a client to track. */
export type TrackingClient = Pick<Tracker, 'trackOrder'>

/** What is known of an order. The same object until something changes. */
export interface OrderSnapshot {
  /** The last status; null: none is known yet. */
  readonly status: string | null
  /** How the tracking ended; null: it has not. */
  readonly outcome: Outcome | null
  /** The order with its content, once it is done or canceled; null before, and where it could not be had. */
  readonly order: Order | null
  /** Why it could not be tracked to its end; null: nothing went wrong. */
  readonly error: Failed | null
}

/** What is known before anything is. It is what servers render. */
export const NOTHING_KNOWN: OrderSnapshot = { status: null, outcome: null, order: null, error: null }

interface Shared {
  readonly listeners: Set<() => void>
  snapshot: OrderSnapshot
  /** Ends the tracking under way. */
  stop: () => void
}

const trackings = new WeakMap<TrackingClient, Map<number, Shared>>()

/** What is known of the order now; `NOTHING_KNOWN` where nobody watches it. */
export function snapshotOf(client: TrackingClient, orderId: number): OrderSnapshot {
  return trackings.get(client)?.get(orderId)?.snapshot ?? NOTHING_KNOWN
}

/**
 * Watches an order; `listener` is called after each change.
 *
 * @returns stops watching; the last one to do so ends the tracking, unless somebody watches again at once, as Strict Mode and
 * hot reloading do
 */
export function watchOrder(client: TrackingClient, orderId: number, listener: () => void): () => void {
  const ofClient = trackings.get(client) ?? new Map<number, Shared>()
  trackings.set(client, ofClient)
  const shared = ofClient.get(orderId) ?? open(client, orderId)
  ofClient.set(orderId, shared)
  shared.listeners.add(listener)
  return () => {
    shared.listeners.delete(listener)
    setTimeout(() => {
      if (shared.listeners.size > 0 || ofClient.get(orderId) !== shared) return
      ofClient.delete(orderId)
      shared.stop()
    }, 0)
  }
}

/** Tracks an order again that was tracked to no final status; does nothing while it is tracked, and where nobody watches it. */
export function trackAgain(client: TrackingClient, orderId: number): void {
  const shared = trackings.get(client)?.get(orderId)
  if (shared === undefined || shared.snapshot.outcome === null) return
  change(shared, { ...shared.snapshot, outcome: null, error: null })
  track(client, orderId, shared)
}

function open(client: TrackingClient, orderId: number): Shared {
  const shared: Shared = { listeners: new Set(), snapshot: NOTHING_KNOWN, stop: () => undefined }
  track(client, orderId, shared)
  return shared
}

function track(client: TrackingClient, orderId: number, shared: Shared): void {
  const controller = new AbortController()
  shared.stop = () => controller.abort()
  const { signal } = controller
  const onStatus = ({ status }: { readonly status: string }): void => {
    if (!signal.aborted) change(shared, { ...shared.snapshot, status })
  }
  void client.trackOrder(orderId, { signal, onStatus }).then((outcome) => {
    if (!signal.aborted) change(shared, endOf(shared.snapshot, outcome))
  })
}

function endOf({ status }: OrderSnapshot, outcome: Outcome): OrderSnapshot {
  return {
    status: outcome.status ?? status,
    outcome,
    order: 'order' in outcome ? outcome.order : null,
    error: outcome.kind === 'failed' ? outcome : null,
  }
}

function change(shared: Shared, snapshot: OrderSnapshot): void {
  shared.snapshot = snapshot
  for (const listener of shared.listeners) listener()
}
