// Hands the client down to the hooks. The client is made by the game, outside of rendering, and outlives every component.
import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react'
import type { PurchasingClient } from './purchase-run.ts'
import type { TrackingClient } from './shared-trackings.ts'

/** What the hooks use of `createOrderTrail()`. */
export type OrderTrailClient = TrackingClient & PurchasingClient

const ClientContext = createContext<OrderTrailClient | null>(null)

/** What the provider takes. */
export interface OrderTrailProviderProps {
  /** Of `createOrderTrail()`, made once for a player: another object is another player, and everything is tracked anew. */
  readonly client: OrderTrailClient
  readonly children?: ReactNode
}

/** Everything below it may use the hooks. */
export function OrderTrailProvider({ client, children }: OrderTrailProviderProps): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children)
}

/**
 * The client of the provider above.
 *
 * @throws {Error} when there is no provider
 */
export function useOrderTrail(): OrderTrailClient {
  const client = useContext(ClientContext)
  if (client === null) throw new Error('There is no <OrderTrailProvider client={…}> above this component.')
  return client
}
