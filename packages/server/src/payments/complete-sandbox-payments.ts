// Payments that were left for later in the sandbox: they succeed by a button or when their time comes.
import type { Logger } from '../platform/logger.ts'
import { polledWork } from '../platform/polled-work.ts'
import type { Service } from '../platform/service.ts'
import type { Row, Store } from '../platform/store/index.ts'
import type { TimedWork } from '../platform/timed-work.ts'
import type { PaymentFact } from './payment-fact.ts'
import { SANDBOX, SANDBOX_PENDING_MS } from './psps/sandbox.ts'
import { recordPaymentFact } from './record-payment-facts.ts'

/** Payments looked at in one pass. */
const PASS_MAX = 100
/** Looks at the store this often. */
const POLL_MS = 1_000

/** Lets one pending payment succeed, as the provider would tell it. */
export async function completeSandboxPayment(store: Store, payment: Row<'payments'>): Promise<void> {
  await store.run(recordPaymentFact, completedFact(payment, store.now()))
}

/** Pending sandbox payments of one order, oldest first. */
export function pendingSandboxPayments(
  store: Store,
  projectId: number,
  orderId: number,
): Promise<readonly Row<'payments'>[]> {
  return store.read
    .selectFrom('payments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
    .where('provider', '=', SANDBOX)
    .where('state', '=', 'pending')
    .orderBy('id')
    .execute()
}

/** The service that completes what is due. */
export function makeSandboxCompletion({
  store,
  logger,
}: {
  readonly store: Store
  readonly logger: Logger
}): Service & TimedWork {
  return polledWork({
    name: 'sandbox payments',
    pollMs: POLL_MS,
    logger,
    pass: () => completeDue(store),
    nextDueAt: () => nextDueAt(store),
  })
}

async function completeDue(store: Store): Promise<void> {
  const due = await store.read
    .selectFrom('payments')
    .selectAll()
    .where('provider', '=', SANDBOX)
    .where('state', '=', 'pending')
    .where('created_at', '<=', store.now() - SANDBOX_PENDING_MS)
    .limit(PASS_MAX)
    .execute()
  for (const payment of due) await completeSandboxPayment(store, payment)
}

async function nextDueAt(store: Store): Promise<number | null> {
  const row = await store.read
    .selectFrom('payments')
    .select((eb) => eb.fn.min('created_at').as('at'))
    .where('provider', '=', SANDBOX)
    .where('state', '=', 'pending')
    .executeTakeFirst()
  return row?.at === null || row?.at === undefined ? null : row.at + SANDBOX_PENDING_MS
}

function completedFact(payment: Row<'payments'>, now: number): PaymentFact {
  return {
    projectId: payment.project_id,
    provider: SANDBOX,
    eventId: `${payment.provider_reference}:payment.succeeded`,
    type: 'payment.succeeded',
    order: { id: payment.order_id },
    amount: payment.amount,
    currency: payment.currency,
    providerReference: payment.provider_reference,
    paymentReference: null,
    method: { id: payment.method, name: payment.method_name },
    occurredAt: now,
    isSandbox: payment.is_sandbox === 1,
    reason: null,
    raw: '{}',
  }
}
