// One order: how far it is, in words that a screen reader speaks when they change.
import { type OrderStatus, useOrderStatus } from '@ordertrail/react'

const STEPS: readonly (readonly [status: string, name: string])[] = [
  ['new', 'Ordered'],
  ['paid', 'Paid'],
  ['done', 'Delivered'],
]

export function OrderCard({ orderId }: { readonly orderId: number }) {
  const order = useOrderStatus(orderId)
  const reached = STEPS.findIndex(([status]) => status === order.status)
  const isOver = order.outcome !== null && order.outcome.kind !== 'done'
  return (
    <li className={`card order ${order.outcome?.kind ?? 'open'}`} aria-label={`Order ${orderId}`}>
      <h3>Order {orderId}</h3>
      <ol className="steps" aria-label="Progress">
        {STEPS.map(([status, name], index) => (
          <li
            key={status}
            className={index <= reached ? 'reached' : undefined}
            aria-current={index === reached && !isOver ? 'step' : undefined}
          >
            {name}
          </li>
        ))}
      </ol>
      <p role="status">{sentenceOf(order)}</p>
      {isOver && order.outcome?.kind !== 'canceled' && (
        <button type="button" onClick={order.trackAgain}>
          Look again
        </button>
      )}
    </li>
  )
}

function sentenceOf({ status, outcome, order }: OrderStatus): string {
  switch (outcome?.kind) {
    case 'done': {
      const items = order?.content.items.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')
      return `It is yours${items === undefined ? '.' : `: ${items}.`}`
    }
    case 'canceled':
      return 'The order was canceled. What was paid goes back to you.'
    case 'timeout':
    case 'aborted':
      return 'Nothing was heard of a payment. If you paid, look again.'
    case 'failed':
      return 'The order could not be followed. It is not lost.'
    default:
      return status === 'paid' ? 'Paid. Your items are on their way.' : 'Waiting for your payment.'
  }
}
