// An order that lives twice: in the store by the real commands, and by the rules; each act does both and compares the answers.
import { markEventProcessed } from '../../packages/server/src/events/index.ts'
import { applyTransition, type CreateOrderInput, createOrder } from '../../packages/server/src/orders/index.ts'
import { swordFor } from '../../packages/server/src/orders/testing/shop.ts'
import type { PaymentFact } from '../../packages/server/src/payments/payment-fact.ts'
import { recordPaymentFact } from '../../packages/server/src/payments/record-payment-facts.ts'
import { requestRefund } from '../../packages/server/src/payments/request-refund.ts'
import { givenFact } from '../../packages/server/src/payments/testing/given-fact.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { pick } from '../schedules/answer-history.ts'
import type { HeardPost } from './heard-posts.ts'
import type { RuledOrder, RuledSettings } from './ruled-order.ts'
import {
  askRefund,
  created,
  eventMarked,
  fulfil,
  hasOpenRefund,
  paymentFailed,
  paymentPending,
  paymentSucceeded,
  refundMade,
  staffCancels,
} from './ruled-status.ts'

/** Where and when it lives. */
export interface LifePlace {
  readonly store: Store
  readonly projectId: number
  readonly settings: RuledSettings
  readonly now: number
}

/** One order. `random` is its own, so that its life does not depend on how others are interleaved. */
export interface LivedOrder {
  readonly name: string
  readonly random: () => number
  readonly id: number
  readonly ruled: RuledOrder
  readonly heard: HeardPost[]
  /** Where the two lives parted, in words. */
  readonly differences: string[]
  /** What was done to it, to live it again by hand. */
  readonly acts: string[]
  facts: number
}

/** Minor units that one sword costs. */
const SWORD_AMOUNT = 499
const MAIN_PAYMENT = 'main'
const ORDER_LIFE_MS = 86_400_000

/** Makes the order in both lives. */
export async function makeOrder(place: LifePlace, name: string, random: () => number): Promise<LivedOrder> {
  const kind = pick(random, ['real', 'real', 'real', 'real', 'virtual', 'free'] as const)
  const result = await place.store.run(createOrder, wishOf(place, name, kind))
  if (result.kind !== 'created') throw new Error(`The order was not created: ${JSON.stringify(result)}`)
  const { settings, now } = place
  const ruled = created(kind, { amount: SWORD_AMOUNT, expiresAt: now + ORDER_LIFE_MS }, settings, now)
  return { name, random, id: result.orderId, ruled, heard: [], differences: [], acts: [kind], facts: 0 }
}

function wishOf({ projectId }: LifePlace, name: string, kind: RuledOrder['kind']): CreateOrderInput {
  const base = { ...swordFor(name), party: { projectId, kind: 'user', id: name }, externalId: name } as const
  if (kind === 'real') return base
  if (kind === 'free')
    return { ...base, source: { kind: 'item', sku: 'daily_gift', quantity: 1 }, paidWith: { kind: 'nothing' } }
  return {
    ...base,
    source: { kind: 'item', sku: 'banner_1', quantity: 1 },
    paidWith: { kind: 'virtual_currency', sku: 'gold' },
  }
}

type Act = (place: LifePlace, order: LivedOrder) => Promise<void>

/** What may be done to an order at any time; what comes first in a life is drawn more often. */
const ACTS: readonly (readonly [weight: number, act: Act])[] = [
  [8, pay],
  [1, payAgain],
  [1, payByAnother],
  [1, declined],
  [1, pending],
  [2, providerRefunds],
  [3, askForRefund],
  [2, cancel],
  [2, deliver],
  [4, mark],
]

/** Does one act, drawn by the order itself. */
export async function actOnce(place: LifePlace, order: LivedOrder): Promise<void> {
  const total = ACTS.reduce((sum, [weight]) => sum + weight, 0)
  let drawn = order.random() * total
  const act = ACTS.find(([weight]) => {
    drawn -= weight
    return drawn < 0
  })?.[1]
  if (act === undefined) return
  order.acts.push(act.name)
  await act(place, order)
}

function fact(place: LifePlace, order: LivedOrder, changes: Partial<PaymentFact>): Promise<unknown> {
  order.facts += 1
  const own = { projectId: place.projectId, order: { id: order.id }, amount: SWORD_AMOUNT }
  const eventId = `${order.name}-${order.facts}`
  return place.store.run(recordPaymentFact, givenFact({ ...own, eventId, ...changes }))
}

function referenceOf({ name }: LivedOrder, payment: string): string {
  return `${name}-${payment}`
}

async function pay(place: LifePlace, order: LivedOrder): Promise<void> {
  await succeed(place, order, MAIN_PAYMENT)
}

/** The provider repeats itself, at the same moment. */
async function payAgain(place: LifePlace, order: LivedOrder): Promise<void> {
  if (order.ruled.kind !== 'real') return
  const told = { providerReference: referenceOf(order, MAIN_PAYMENT), eventId: `${order.name}-repeated` }
  await Promise.all([fact(place, order, told), fact(place, order, told)])
  paymentSucceeded(order.ruled, referenceOf(order, MAIN_PAYMENT), place.settings, place.now)
}

async function payByAnother(place: LifePlace, order: LivedOrder): Promise<void> {
  await succeed(place, order, 'other')
}

async function succeed(place: LifePlace, order: LivedOrder, payment: string): Promise<void> {
  if (order.ruled.kind !== 'real') return
  const providerReference = referenceOf(order, payment)
  await fact(place, order, { providerReference })
  paymentSucceeded(order.ruled, providerReference, place.settings, place.now)
}

async function declined(place: LifePlace, order: LivedOrder): Promise<void> {
  if (order.ruled.kind !== 'real') return
  const providerReference = referenceOf(order, pick(order.random, ['declined', MAIN_PAYMENT]))
  await fact(place, order, { type: 'payment.failed', providerReference })
  paymentFailed(order.ruled, providerReference, place.settings, place.now)
}

async function pending(place: LifePlace, order: LivedOrder): Promise<void> {
  if (order.ruled.kind !== 'real') return
  const providerReference = referenceOf(order, pick(order.random, ['other', MAIN_PAYMENT]))
  await fact(place, order, { type: 'payment.pending', providerReference })
  paymentPending(order.ruled, providerReference)
}

/** Not while a refund of ours is open: its provider's news could mean that one. */
async function providerRefunds(place: LifePlace, order: LivedOrder): Promise<void> {
  if (order.ruled.kind !== 'real' || hasOpenRefund(order.ruled)) return
  const amount = pick(order.random, [100, 200, SWORD_AMOUNT, SWORD_AMOUNT + 1])
  const reference = referenceOf(order, MAIN_PAYMENT)
  const providerReference = `${order.name}-refund-${order.facts}`
  await fact(place, order, { type: 'refund.succeeded', providerReference, paymentReference: reference, amount })
  refundMade(order.ruled, reference, amount, place.settings, place.now)
}

async function askForRefund(place: LifePlace, order: LivedOrder): Promise<void> {
  const amount = pick(order.random, [null, null, 100, 250])
  const wish = { projectId: place.projectId, orderId: order.id, paymentId: null, amount, code: 1 }
  const asked = await place.store.run(requestRefund, { ...wish, reasonDetail: null, author: 'staff' })
  const isAsked = askRefund(order.ruled, amount)
  same(order, 'a refund is requested', asked.kind === 'requested', isAsked)
  const refund = order.ruled.refunds.at(-1)
  if (asked.kind === 'requested' && isAsked && refund !== undefined) refund.id = asked.refund.id
}

async function cancel(place: LifePlace, order: LivedOrder): Promise<void> {
  const kind = order.ruled.kind === 'real' ? 'staff_cancel' : 'staff_revoke'
  await move(place, order, 'canceled', kind)
  staffCancels(order.ruled, place.settings, place.now)
}

async function deliver(place: LifePlace, order: LivedOrder): Promise<void> {
  await move(place, order, 'done', 'fulfilled')
  fulfil(order.ruled, 'api', place.settings)
}

async function move(
  { store, projectId }: LifePlace,
  order: LivedOrder,
  to: 'canceled' | 'done',
  kind: 'staff_cancel' | 'staff_revoke' | 'fulfilled',
): Promise<void> {
  await store.run(applyTransition, { projectId, orderId: order.id, to, cause: { kind, reference: order.name } })
}

/** The game reads its events and marks one of them, sometimes one that it marked before. */
async function mark({ store, projectId, settings }: LifePlace, order: LivedOrder): Promise<void> {
  const { events } = order.ruled
  if (events.length === 0) return
  const stored = await store.read
    .selectFrom('events_state')
    .select(['id', 'type'])
    .where('project_id', '=', projectId)
    .where('order_id', '=', order.id)
    .orderBy('id')
    .execute()
  const index = Math.floor(order.random() * events.length)
  const [event, found] = [events[index], stored[index]]
  if (event === undefined || found === undefined) return same(order, 'events', stored.length, events.length)
  same(order, 'type of the event', found.type, event.type)
  const party = { projectId, kind: 'user', id: order.name } as const
  const { kind } = await store.run(markEventProcessed, { party, eventId: found.id })
  same(order, 'mark of the event', kind, event.isProcessed ? 'repeated' : 'marked')
  eventMarked(order.ruled, event, settings)
}

/** Notes a difference between the two lives. */
export function same(order: LivedOrder, what: string, seen: unknown, ruled: unknown): void {
  const [one, other] = [JSON.stringify(seen), JSON.stringify(ruled)]
  if (one !== other) order.differences.push(`${what}: seen ${one}, ruled ${other}`)
}
