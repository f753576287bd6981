// Components of the tests, as a game would write them.
import { createElement, Fragment, type ReactElement, StrictMode } from 'react'
import { type OrderTrailClient, OrderTrailProvider } from '../provider.ts'
import { useOrderStatus } from '../use-order-status.ts'
import { usePurchase } from '../use-purchase.ts'

/** Every object that a component was given, so that a test sees which were new. */
export const given: unknown[] = []

/** Shows one order: `new`, then `done done`. */
export function Status({ orderId }: { readonly orderId: number | null }): ReactElement {
  const order = useOrderStatus(orderId)
  given.push(order)
  const { status, outcome, error, trackAgain } = order
  return createElement(
    Fragment,
    null,
    createElement('p', { className: 'status' }, `${status ?? 'unknown'} ${outcome?.kind ?? ''}`.trim()),
    error === null
      ? null
      : createElement('button', { type: 'button', className: 'again', onClick: trackAgain }, error.advice),
  )
}

/** Buys a sword. */
function Shop(): ReactElement {
  const { purchase, reset, abort, isRunning, orderId, status, outcome, error } = usePurchase()
  const text = [isRunning ? 'running' : 'idle', orderId, status, outcome?.kind, error?.code].filter(Boolean).join(' ')
  const button = (className: string, onClick: () => void): ReactElement =>
    createElement('button', { type: 'button', className, onClick }, className)
  return createElement(
    Fragment,
    null,
    button('buy', () => void purchase({ sku: 'sword' })),
    button('abort', abort),
    button('reset', reset),
    createElement('p', { className: 'shop' }, text),
  )
}

/** What is on the page. A status that stands there with another key is mounted anew. */
export interface AppProps {
  readonly client: OrderTrailClient
  readonly statuses: readonly { readonly key: string; readonly orderId: number | null }[]
  readonly hasShop?: boolean
}

/** The page, in Strict Mode. */
export function App({ client, statuses, hasShop = false }: AppProps): ReactElement {
  return createElement(
    StrictMode,
    null,
    createElement(
      OrderTrailProvider,
      { client },
      ...statuses.map(({ key, orderId }) => createElement(Status, { key, orderId })),
      hasShop ? createElement(Shop, { key: 'shop' }) : null,
    ),
  )
}
