// The HTTP request that pays an order of the bench.
import { API_KEY, MERCHANT_ID, paymentOf, type SeededOrder } from './seed.ts'

/** Shows the one key of the bench. */
export const KEY_AUTHORIZATION = `Basic ${Buffer.from(`${MERCHANT_ID}:${API_KEY}`).toString('base64')}`

/** A request, but for the host and the length of its body. */
export interface PaymentRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A payment event as a game's own payment system would send it, with its idempotency key. */
export function paymentRequest(order: SeededOrder): PaymentRequest {
  const { eventId, amount, currency, provider, providerReference, type } = paymentOf(order)
  return {
    path: `/v1/projects/${order.projectId}/payment-events`,
    headers: { authorization: KEY_AUTHORIZATION, 'content-type': 'application/json', 'idempotency-key': eventId },
    body: JSON.stringify({
      type,
      event_id: eventId,
      order: { id: order.orderId },
      amount: { value: amount, currency },
      provider,
      provider_reference: providerReference,
      occurred_at: new Date().toISOString(),
    }),
  }
}
