// Makes payment facts for tests.
import type { PaymentFact, PaymentStateFact } from '../payment-fact.ts'

/** A successful payment of 1.99 USD; name what matters. */
export function givenFact(changes: Partial<PaymentFact> = {}): PaymentFact {
  return {
    projectId: 44056,
    provider: 'test',
    eventId: 'evt-1',
    type: 'payment.succeeded',
    order: { id: 10_000_001 },
    amount: 199,
    currency: 'USD',
    providerReference: 'pay-1',
    paymentReference: null,
    method: { id: 1380, name: 'Bank card' },
    occurredAt: 1_700_000_000_000,
    isSandbox: false,
    reason: null,
    raw: '{}',
    ...changes,
  }
}

/** The same, for what takes facts about the payment itself only. */
export function givenPaymentFact(
  changes: Partial<PaymentFact> & { readonly type?: PaymentStateFact } = {},
): PaymentFact & { readonly type: PaymentStateFact } {
  const type: PaymentStateFact = changes.type ?? 'payment.succeeded'
  return { ...givenFact(changes), type }
}
