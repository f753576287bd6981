// Payments that were left for later in the sandbox: they succeed by a button or when their time comes.
import { sql } from 'kysely'
import type { Logger } from '../platform/logger.ts'
import { polledWork } from '../platform/polled-work.ts'
import type { Service } from '../platform/service.ts'
import type { Row, Store } from '../platform/store/index.ts'
import type { TimedWork } from '../platform/timed-work.ts'
import type { PaymentFact } from './payment-fact.ts'
import { SANDBOX, SANDBOX_PENDING_MS } from './psps/sandbox.ts'
import { recordPaymentFact } from './record-payment-facts.ts'

/** Payments completed together. */
const BATCH_MAX = 100
/** Written out, not bound: only so do the planners see that the small index of pending payments fits. */
const PENDING = sql.lit('pending')
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
  return pendingPayments(store)
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
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

/** Goes on by id, so that a payment which stays pending cannot hold the others up. */
async function completeDue(store: Store): Promise<void> {
  const dueBefore = store.now() - SANDBOX_PENDING_MS
  let afterId = 0
  for (;;) {
    const due = await pendingPayments(store)
      .where('created_at', '<=', dueBefore)
      .where('id', '>', afterId)
      .orderBy('id')
      .limit(BATCH_MAX)
      .execute()
    await Promise.all(due.map((payment) => completeSandboxPayment(store, payment)))
    const last = due.at(-1)
    if (last === undefined || due.length < BATCH_MAX) return
    afterId = last.id
  }
}

async function nextDueAt(store: Store): Promise<number | null> {
  const next = await pendingPayments(store).orderBy('created_at').limit(1).executeTakeFirst()
  return next === undefined ? null : next.created_at + SANDBOX_PENDING_MS
}

function pendingPayments(store: Store) {
  return store.read.selectFrom('payments').selectAll().where('provider', '=', SANDBOX).where('state', '=', PENDING)
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
