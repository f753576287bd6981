// Everything that can happen to orders, all at once and on several nodes, for tests that look for locks in rings and lost news.
import { randomInt } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { markEventProcessed } from '../../events/index.ts'
import { sweepParkedFacts } from '../../payments/parked-facts.ts'
import type { PaymentFact } from '../../payments/payment-fact.ts'
import { recordPaymentFact } from '../../payments/record-payment-facts.ts'
import { requestRefund } from '../../payments/request-refund.ts'
import { claimRefunds, recordRefund } from '../../payments/run-refunds.ts'
import type { Store } from '../../platform/store/index.ts'
import { changeProjectSettings, type ProjectSettingsPatch, putWebhookSettings } from '../../projects/index.ts'
import { type AttemptExchange, recordAttempt } from '../../webhooks/attempt-report.ts'
import { beginManualAttempt } from '../../webhooks/begin-manual-attempt.ts'
import { claimDeliveries } from '../../webhooks/claim-due-deliveries.ts'
import { returnLeases } from '../../webhooks/return-leases.ts'
import { expireOrders } from '../expire-orders.ts'
import { applyTransition, createOrder } from '../index.ts'
import { tellOverdueOrders } from '../overdue-orders.ts'
import { PROJECT_ID, userParty } from './given-rows.ts'
import { swordFor } from './shop.ts'

/** Players, few enough to meet on their channels. */
export const BUSY_PLAYERS: readonly string[] = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5']

/** What callers do. Each act is done by several callers at once, again and again. */
const ACTS: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  buyAndPay,
  payFirst,
  refundFirst,
  buyWithCurrency,
  cancel,
  fulfil,
  askForRefund,
  makeRefunds,
  tellRefund,
  send,
  resend,
  mark,
  lookAfter,
}

/** Names of all of them. */
export const BUSY_ACTS: readonly string[] = Object.keys(ACTS)

const CALLERS_PER_ACT = 2

/** Switches of settings are turned by one caller a node, or the others would hardly come between. */
const SWITCHES: readonly ((store: Store) => Promise<unknown>)[] = [
  (store) => change(store, { isEventsApiOn: true }),
  (store) => change(store, { isEventsApiOn: false }),
  (store) => change(store, { webhookMode: oneOf(['combined', 'separate']) }),
  (store) => change(store, { isAutoRefundOn: oneOf([true, false]) }),
  (store) => setWebhooks(store, false),
  (store) => setWebhooks(store, true),
]

/**
 * Does `acts` on all `stores`, which share one database, until `ms` have passed, while settings are switched.
 *
 * @returns what was thrown; acts that are refused are answers
 */
export async function keepBusy(
  stores: readonly Store[],
  acts: readonly string[],
  ms: number,
): Promise<readonly unknown[]> {
  const end = performance.now() + ms
  const failures: unknown[] = []
  const repeat = async (act: () => Promise<unknown>): Promise<void> => {
    while (performance.now() < end) {
      await act().catch((error: unknown) => failures.push(error))
      await nextTurn()
    }
  }
  const callers = acts.flatMap((name) =>
    stores.flatMap((store) =>
      Array.from({ length: CALLERS_PER_ACT }, () =>
        repeat(() => ACTS[name]?.(store) ?? Promise.reject(new TypeError(`There is no act ${name}.`))),
      ),
    ),
  )
  await Promise.all([...callers, ...stores.map((store) => repeat(() => oneOf(SWITCHES)(store)))])
  return failures
}

function oneOf<One>(list: readonly One[]): One {
  return list[randomInt(list.length)] as One
}

let lastName = 0
function newName(kind: string): string {
  lastName += 1
  return `${kind}-${lastName}`
}

function factOf(order: PaymentFact['order'], changes: Partial<PaymentFact>): PaymentFact {
  return {
    projectId: PROJECT_ID,
    provider: 'test',
    eventId: newName('event'),
    type: 'payment.succeeded',
    order,
    amount: 499,
    currency: 'USD',
    providerReference: newName('payment'),
    paymentReference: null,
    method: { id: 1380, name: 'Bank card' },
    occurredAt: 0,
    isSandbox: false,
    reason: null,
    raw: '{}',
    ...changes,
  }
}

/** Orders that were made lately, so that callers meet on them. */
const RECENT_MAX = 6
const recent: number[] = []

function remember(orderId: number): void {
  recent.push(orderId)
  if (recent.length > RECENT_MAX) recent.shift()
}

async function buy(store: Store, externalId: string | null = null): Promise<number> {
  const wish = { ...swordFor(oneOf(BUSY_PLAYERS)), externalId }
  const result = await store.run(createOrder, wish)
  if (result.kind !== 'created') throw new Error(`The order was not created: ${JSON.stringify(result)}`)
  remember(result.orderId)
  return result.orderId
}

async function buyAndPay(store: Store): Promise<void> {
  const orderId = await buy(store)
  const type = oneOf([
    'payment.succeeded',
    'payment.succeeded',
    'payment.succeeded',
    'payment.failed',
    'payment.pending',
  ] as const)
  const fact = factOf({ id: orderId }, { type })
  await Promise.all([store.run(recordPaymentFact, fact), store.run(recordPaymentFact, fact)])
}

/** The provider is faster than the order: what it tells waits. */
async function payFirst(store: Store): Promise<void> {
  const externalId = newName('external')
  await Promise.all([store.run(recordPaymentFact, factOf({ externalId }, {})), buy(store, externalId)])
}

/** The same, and its refund waits for the payment. */
async function refundFirst(store: Store): Promise<void> {
  const externalId = newName('external')
  const paymentReference = newName('payment')
  const refund = { type: 'refund.succeeded', paymentReference, amount: 200 } as const
  await Promise.all([
    store.run(recordPaymentFact, factOf({ externalId }, refund)),
    store.run(recordPaymentFact, factOf({ externalId }, { providerReference: paymentReference })),
    buy(store, externalId),
  ])
}

/** Spends one currency and gets another, and gets the first for nothing. */
async function buyWithCurrency(store: Store): Promise<void> {
  const party = userParty(oneOf(BUSY_PLAYERS))
  const paidWith = { kind: 'virtual_currency', sku: oneOf(['gold', 'crystal']) } as const
  const source = { kind: 'item', sku: 'banner_1', quantity: 1 } as const
  const result = await store.run(createOrder, { ...swordFor(party.id), source, paidWith })
  if (result.kind === 'created') remember(result.orderId)
}

async function cancel(store: Store): Promise<void> {
  await move(store, 'canceled', oneOf(['staff_cancel', 'staff_revoke'] as const))
}

async function fulfil(store: Store): Promise<void> {
  await move(store, 'done', 'fulfilled')
}

async function move(
  store: Store,
  to: 'canceled' | 'done',
  kind: 'staff_cancel' | 'staff_revoke' | 'fulfilled',
): Promise<void> {
  if (recent.length === 0) return
  await store.run(applyTransition, {
    projectId: PROJECT_ID,
    orderId: oneOf(recent),
    to,
    cause: { kind, reference: null },
  })
}

async function askForRefund(store: Store): Promise<void> {
  if (recent.length === 0) return
  const wish = { paymentId: null, amount: oneOf([null, 100]), code: 1, reasonDetail: null, author: 'test' }
  await store.run(requestRefund, { projectId: PROJECT_ID, orderId: oneOf(recent), ...wish })
}

async function makeRefunds(store: Store): Promise<void> {
  const claimed = await store.run(claimRefunds, null)
  await Promise.all(
    claimed.map(({ request: { projectId, refundId }, leaseToken }) => {
      const answer = { kind: 'succeeded', providerReference: `refund-${refundId}` } as const
      return store.run(recordRefund, { projectId, refundId, leaseToken, answer })
    }),
  )
}

async function tellRefund(store: Store): Promise<void> {
  if (recent.length === 0) return
  await store.run(
    recordPaymentFact,
    factOf({ id: oneOf(recent) }, { type: oneOf(['refund.succeeded', 'dispute.lost'] as const) }),
  )
}

const ROOM = { all: 8, retries: 6 }

async function send(store: Store): Promise<void> {
  const owner = newName('sender')
  const room = { free: ROOM, perProject: [], perOtherProject: ROOM }
  const claimed = await store.run(claimDeliveries, { owner, leaseMs: oneOf([1, 60_000]), ...room })
  await Promise.all(
    claimed.map(({ projectId, orderId, deliveryId, number, position, leaseToken, isLate, claimedAt }) => {
      const attempt = { projectId, orderId, deliveryId, number, position, leaseToken, isLate }
      const exchange = exchangeAt(claimedAt, oneOf([200, 200, 200, 422, 503]))
      return store.run(recordAttempt, { kind: 'automatic', ...attempt, exchange })
    }),
  )
}

async function resend(store: Store): Promise<void> {
  if (recent.length === 0) return
  const orderId = oneOf(recent)
  const deliveries = await store.read.selectFrom('deliveries').where('order_id', '=', orderId).select('id').execute()
  if (deliveries.length === 0) return
  const { id: deliveryId } = oneOf(deliveries)
  const begun = await store.run(beginManualAttempt, { projectId: PROJECT_ID, deliveryId })
  if (begun.kind !== 'begun') return
  const { number, begunAt } = begun.attempt
  const exchange = exchangeAt(begunAt, oneOf([200, 500]))
  const attempt = { projectId: PROJECT_ID, orderId, deliveryId, number, requestedBy: 'test', exchange }
  await store.run(recordAttempt, { kind: 'manual', ...attempt })
}

function exchangeAt(startedAt: number, status: number): AttemptExchange {
  const nothing = { failure: null, requestHeaders: '{}', responseHeaders: '{}', responseBody: '' }
  return { url: 'https://game.example/', startedAt, durationMs: 1, answer: { kind: 'response', status }, ...nothing }
}

async function mark(store: Store): Promise<void> {
  const events = await store.read
    .selectFrom('events_state')
    .where('processed_at', 'is', null)
    .select(['id', 'party_id'])
    .limit(20)
    .execute()
  await Promise.all(
    events.map(({ id, party_id }) => store.run(markEventProcessed, { party: userParty(party_id), eventId: id })),
  )
}

async function lookAfter(store: Store): Promise<void> {
  await store.run(returnLeases, { owner: newName('sweeper'), isAlone: false })
  await store.run(sweepParkedFacts, null)
  await store.run(expireOrders, null)
  await store.run(tellOverdueOrders, null)
}

function change(store: Store, patch: ProjectSettingsPatch): Promise<unknown> {
  return store.run(changeProjectSettings, { projectId: PROJECT_ID, patch, actor: 'test' })
}

function setWebhooks(store: Store, isEnabled: boolean): Promise<unknown> {
  const settings = { url: 'https://game.example/', secret: null, isEnabled, version: null, overlapMs: 0, actor: 'test' }
  return store.run(putWebhookSettings, { projectId: PROJECT_ID, ...settings })
}
