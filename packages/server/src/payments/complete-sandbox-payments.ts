// Payments that the sandbox has not finished: those left for later succeed by a button or when their time comes, those whose capture was
// cut off by a crash are given up.
import { sql } from 'kysely'
import type { Logger } from '../platform/logger.ts'
import { polledWork } from '../platform/polled-work.ts'
import type { Service } from '../platform/service.ts'
import type { Row, Store } from '../platform/store/index.ts'
import type { TimedWork } from '../platform/timed-work.ts'
import type { PaymentFact, PaymentFactType } from './payment-fact.ts'
import { SANDBOX, SANDBOX_PENDING_MS } from './psps/sandbox.ts'
import { recordPaymentFact } from './record-payment-facts.ts'

/** Payments completed together. */
const BATCH_MAX = 100
/** What becomes of a payment that stays in a state for too long. */
const ENDS = { pending: 'payment.succeeded', authorized: 'payment.canceled' } as const

type UnfinishedState = keyof typeof ENDS

/** Looks at the store this often. */
const POLL_MS = 1_000

/** Lets one pending payment succeed, as the provider would tell it. */
export async function completeSandboxPayment(store: Store, payment: Row<'payments'>): Promise<void> {
  await finish(store, payment, 'pending')
}

async function finish(store: Store, payment: Row<'payments'>, from: UnfinishedState): Promise<void> {
  await store.run(recordPaymentFact, factOfEnd(payment, ENDS[from], store.now()))
}

/** Pending sandbox payments of one order, oldest first. */
export function pendingSandboxPayments(
  store: Store,
  projectId: number,
  orderId: number,
): Promise<readonly Row<'payments'>[]> {
  return unfinishedPayments(store, 'pending')
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
    pass: async () => {
      await finishDue(store, 'pending')
      // An order cannot expire while money is held for it, so a capture that will never come must not hold it for ever.
      await finishDue(store, 'authorized')
    },
    nextDueAt: () => nextDueAt(store),
  })
}

/** Goes on by id, so that a payment which stays pending cannot hold the others up. */
async function finishDue(store: Store, state: UnfinishedState): Promise<void> {
  const dueBefore = store.now() - SANDBOX_PENDING_MS
  let afterId = 0
  for (;;) {
    const due = await unfinishedPayments(store, state)
      .where('created_at', '<=', dueBefore)
      .where('id', '>', afterId)
      .orderBy('id')
      .limit(BATCH_MAX)
      .execute()
    await Promise.all(due.map((payment) => finish(store, payment, state)))
    const last = due.at(-1)
    if (last === undefined || due.length < BATCH_MAX) return
    afterId = last.id
  }
}

async function nextDueAt(store: Store): Promise<number | null> {
  const states = Object.keys(ENDS) as UnfinishedState[]
  const oldest = await Promise.all(
    states.map((state) => unfinishedPayments(store, state).orderBy('created_at').limit(1).executeTakeFirst()),
  )
  const times = oldest.flatMap((payment) => payment?.created_at ?? [])
  return times.length === 0 ? null : Math.min(...times) + SANDBOX_PENDING_MS
}

/** The state is written out, not bound: only so do the planners see that the small index of such payments fits. */
function unfinishedPayments(store: Store, state: UnfinishedState) {
  return store.read
    .selectFrom('payments')
    .selectAll()
    .where('provider', '=', SANDBOX)
    .where('state', '=', sql.lit(state))
}

function factOfEnd(payment: Row<'payments'>, type: PaymentFactType, now: number): PaymentFact {
  return {
    projectId: payment.project_id,
    provider: SANDBOX,
    eventId: `${payment.provider_reference}:${type}`,
    type,
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
