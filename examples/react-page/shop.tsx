// The shop: what there is, one purchase at a time, and the orders of this visit.
import { usePurchase } from '@ordertrail/react'
import { useEffect, useState } from 'react'
import { OrderCard } from './order-card.tsx'

interface Item {
  readonly sku: string
  readonly name: string
  readonly description: string | null
  readonly price: { readonly amount: string; readonly currency: string } | null
}

/** More than fits on a screen without scrolling is no better. */
const SHOWN_MAX = 6

type Shelf = 'loading' | 'closed' | readonly Item[]

export function Shop({ itemsUrl }: { readonly itemsUrl: string }) {
  const shelf = useItems(itemsUrl)
  const { purchase, isRunning, error } = usePurchase()
  const [orders, setOrders] = useState<readonly number[]>([])
  const buy = (sku: string) =>
    void purchase({ sku }, { onCreated: ({ orderId }) => setOrders((known) => [orderId, ...known]) })

  return (
    <main>
      <header>
        <h1>The armoury</h1>
        <p>Pay in a window of its own; this page learns of it by itself.</p>
      </header>
      {orders.length > 0 && (
        <section aria-labelledby="orders">
          <h2 id="orders">Your orders</h2>
          <ol className="orders">
            {orders.map((orderId) => (
              <OrderCard key={orderId} orderId={orderId} />
            ))}
          </ol>
        </section>
      )}
      <section aria-labelledby="shelf">
        <h2 id="shelf">On the shelf</h2>
        {shelf === 'loading' && <p>Opening the shop …</p>}
        {shelf === 'closed' && <p role="alert">The shop cannot be reached. Please try again later.</p>}
        {typeof shelf !== 'string' && (
          <ul className="shelf">
            {shelf.map(({ sku, name, description, price }) => (
              <li key={sku} className="card">
                <h3>{name}</h3>
                <p>{description}</p>
                <button type="button" aria-disabled={isRunning} onClick={() => isRunning || buy(sku)}>
                  Buy<span className="quiet"> {name}</span>
                  <b>
                    {price?.amount} {price?.currency}
                  </b>
                </button>
              </li>
            ))}
          </ul>
        )}
        {error !== null && <p role="alert">{sentenceOf(error.code)}</p>}
      </section>
    </main>
  )
}

/** What a player is told; the outcome itself carries advice for developers. */
function sentenceOf(code: string): string {
  if (code === 'window_blocked') return 'Your browser blocked the payment window. Allow it for this page and try again.'
  return 'That did not work, and nothing was charged. Please try again.'
}

function useItems(url: string): Shelf {
  const [shelf, setShelf] = useState<Shelf>('loading')
  useEffect(() => {
    const controller = new AbortController()
    fetch(url, { signal: controller.signal })
      .then(async (response) => (response.ok ? ((await response.json()) as { readonly items: readonly Item[] }) : null))
      // What has no price in money is sold for virtual currency, elsewhere.
      .then((answer) => setShelf(answer?.items.filter(({ price }) => price !== null).slice(0, SHOWN_MAX) ?? 'closed'))
      .catch(() => controller.signal.aborted || setShelf('closed'))
    return () => controller.abort()
  }, [url])
  return shelf
}
