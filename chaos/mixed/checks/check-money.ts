// Money inside the store: one accepted payment, nothing counted twice, and every other one on its way back.
import { PROVIDER } from '../sell-orders.ts'
import type { OrderFacts } from './store-facts.ts'

/** Broken promises about one order. */
export function checkMoney({ order, payments, refunds }: OrderFacts): readonly string[] {
  const taken = payments.filter(({ state }) => state === 'succeeded')
  const accepted = payments.find(({ id }) => id === order.accepted_payment_id)
  const isPaid = order.currency_kind === 'real' && (order.status === 'paid' || order.status === 'done')
  const references = new Set(payments.map(({ provider, provider_reference }) => `${provider} ${provider_reference}`))
  const unreturned = taken.filter(
    ({ id }) => id !== order.accepted_payment_id && !refunds.some((refund) => refund.payment_id === id),
  )
  // The provider of the load gives each fact one id and one reference, however often it tells it.
  const told = payments.filter(({ provider }) => provider === PROVIDER).length
  const tooMuch = payments.filter(({ id, amount }) => {
    const back = refunds.filter(({ payment_id, state }) => payment_id === id && state !== 'failed')
    return back.reduce((sum, refund) => sum + refund.amount, 0) > amount
  })
  return [
    ...(isPaid && accepted?.state !== 'succeeded' ? [`is ${order.status} without an accepted payment`] : []),
    ...(accepted !== undefined && accepted.amount !== order.amount ? ['was paid with another amount'] : []),
    ...(told > 1 ? [`was paid once at the provider and has ${told} payments`] : []),
    ...(references.size === payments.length ? [] : ['has one payment twice']),
    ...(accepted === undefined && taken.length > 0 && order.status === 'new' ? ['was paid and is new'] : []),
    ...unreturned.map(({ id }) => `has payment ${id}, which moved nothing and is not given back`),
    ...tooMuch.map(({ id }) => `gave back more of payment ${id} than was paid`),
  ]
}
