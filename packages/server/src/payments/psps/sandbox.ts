// The sandbox provider: no money moves, every outcome can be chosen.
import { createHash } from 'node:crypto'
import type { Authorisation, PaymentMethod, PaymentRequest, Psp, RefundAnswer, RefundRequest } from '../psp.ts'

/** Slug of the sandbox in payments.provider. */
export const SANDBOX = 'sandbox'

/** How the player ends a payment on the sandbox page. */
export const SANDBOX_OUTCOMES = ['paid', 'declined', 'paid_later', 'closed'] as const

/** One of the outcomes; `closed`: the page is left without paying, and nothing is recorded. */
export type SandboxOutcome = (typeof SANDBOX_OUTCOMES)[number]

/** Wall time after which a payment that was left for later succeeds by itself. */
export const SANDBOX_PENDING_MS = 120_000

/** The methods shown; ids and names as they stand in webhooks. */
export const SANDBOX_METHODS: readonly PaymentMethod[] = [
  { slug: 'card', id: 1380, name: 'Bank card', details: { card: { bin: '411111', suffix: '1111', brand: 'visa' } } },
  { slug: 'wallet', id: 24, name: 'Online wallet' },
  { slug: 'voucher', id: 1738, name: 'Paid at the counter' },
]

/** The provider. It keeps nothing: references follow from ours, so a repeat gives the same answer. */
export function makeSandboxPsp(): Psp {
  return {
    slug: SANDBOX,
    canHold: true,
    methods: SANDBOX_METHODS,
    authorise: async (request) => authorise(request),
    capture: async ({ providerReference }) => ({ kind: 'authorised', providerReference }),
    void: async () => undefined,
    refund: async (request) => refund(request),
    lookUpRefund: async (request) => refund(request),
    readCallback: async () => ({ kind: 'refused', reason: 'the sandbox sends no callbacks' }),
  }
}

function authorise(request: PaymentRequest): Authorisation {
  const providerReference = `sandbox_${digest(`${request.projectId} ${request.orderId} ${request.paymentReference}`)}`
  switch (request.entered.outcome) {
    case 'declined':
      return { kind: 'declined', providerReference, reason: 'Declined because you chose so' }
    case 'paid_later':
      return { kind: 'pending', providerReference }
    default:
      return { kind: 'authorised', providerReference }
  }
}

function refund({ projectId, refundId }: RefundRequest): RefundAnswer {
  return { kind: 'succeeded', providerReference: `sandbox_refund_${projectId}_${refundId}` }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
