// Lives a block of orders of one project: acts, switches, claims, answers, crashes, resends and refunds, tick after tick.
import { expireOrders } from '../../packages/server/src/orders/expire-orders.ts'
import { claimRefunds, recordRefund } from '../../packages/server/src/payments/run-refunds.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { pick } from '../schedules/answer-history.ts'
import { returnAllLeases } from '../simulation/simulated-sender.ts'
import type { SimulatedTime } from '../simulation/simulated-time.ts'
import { actOnce, type LifePlace, type LivedOrder, makeOrder } from './lived-order.ts'
import { type InFlight, resendSome, sendAllDue, tellAnswers, tellLate } from './lived-sending.ts'
import { turnSwitch, turnTo } from './project-switches.ts'
import { returnLeases } from './ruled-attempts.ts'
import { feelSwitch } from './ruled-chain.ts'
import type { RuledSettings } from './ruled-order.ts'
import { refundAnswered, timePasses } from './ruled-status.ts'

/** A block. `random` is for what concerns all of its orders; each order draws for itself. */
export interface Block {
  readonly store: Store
  readonly time: SimulatedTime
  readonly projectId: number
  readonly random: () => number
  readonly names: readonly string[]
  readonly randomOf: (name: string) => () => number
  readonly settings: RuledSettings
}

/** The orders as they ended, and the settings at the end. */
export interface LivedBlock {
  readonly orders: readonly LivedOrder[]
  readonly settings: RuledSettings
}

const TICKS = 16
/** Ticks in which orders are made. */
const BIRTH_TICKS = 3
/** Much more than any life needs to come to rest. */
const REST_TICKS_MAX = 300
const GAPS_MS = [1_000, 1_000, 20_000, 30_000, 61_000, 600_000, 4 * 3_600_000] as const
const SWITCH_SHARE = 0.15
const ACT_SHARE = 0.55
const OWNER = 'sender'

interface Run {
  readonly block: Block
  readonly orders: LivedOrder[]
  readonly byId: Map<number, LivedOrder>
  settings: RuledSettings
  late: InFlight[]
}

/** Lives the block until nothing is due or under way any more. */
export async function liveBlock(block: Block): Promise<LivedBlock> {
  const run: Run = { block, orders: [], byId: new Map(), settings: block.settings, late: [] }
  for (let tick = 0; tick < TICKS; tick += 1) {
    block.time.now += pick(block.random, GAPS_MS)
    await giveBirth(run, tick)
    await liveTick(run, true)
  }
  await comeToRest(run)
  return { orders: run.orders, settings: run.settings }
}

function placeOf({ block, settings }: Run): LifePlace {
  return { store: block.store, projectId: block.projectId, settings, now: block.time.now }
}

async function giveBirth(run: Run, tick: number): Promise<void> {
  const names = run.block.names.filter((_, index) => tick === index % BIRTH_TICKS)
  const orders = await Promise.all(names.map((name) => makeOrder(placeOf(run), name, run.block.randomOf(name))))
  run.orders.push(...orders)
  for (const order of orders) run.byId.set(order.id, order)
}

/** One moment: what was claimed is answered after all the rest has happened. */
async function liveTick(run: Run, isEventful: boolean): Promise<void> {
  const { store, random, projectId, time } = run.block
  await sweep(run)
  await expire(run)
  await tellLate(placeOf(run), run.late)
  const claimed = await sendAllDue(placeOf(run), { byId: run.byId, orders: run.orders, owner: OWNER, isEventful })
  if (isEventful && random() < SWITCH_SHARE) {
    const before = run.settings
    run.settings = await turnSwitch(store, projectId, before, random)
    for (const { ruled } of run.orders) feelSwitch(ruled, before, run.settings, time.now)
  }
  const place = placeOf(run)
  if (isEventful) await Promise.all(run.orders.filter(acts).map((order) => actOnce(place, order)))
  const byHand = isEventful ? await resendSome(place, run.orders) : []
  await makeRefunds(run)
  run.late = await tellAnswers(place, claimed, byHand)
}

function acts(order: LivedOrder): boolean {
  return order.random() < ACT_SHARE
}

async function sweep(run: Run): Promise<void> {
  await returnAllLeases(run.block.store, { owner: OWNER, isAlone: false })
  for (const { ruled } of run.orders) returnLeases(ruled, run.settings, run.block.time.now)
}

async function expire({ block, orders }: Run): Promise<void> {
  while ((await block.store.run(expireOrders, null)).isMore);
  for (const { ruled } of orders) timePasses(ruled, block.time.now)
}

/** Works off refunds that are due, as a provider with moods; the order draws what it answers. */
async function makeRefunds(run: Run): Promise<void> {
  const { store, time } = run.block
  for (;;) {
    const claimed = await store.run(claimRefunds, null)
    if (claimed.length === 0) return
    for (const { request, leaseToken, providerReference } of claimed) {
      const { projectId, refundId, paymentReference, amount } = request
      const order = run.orders.find(({ name }) => paymentReference.startsWith(`${name}-`))
      if (order === undefined) throw new Error(`Payment ${paymentReference} is of another block.`)
      const open = order.ruled.refunds.filter(({ state }) => state === 'requested' || state === 'pending')
      const refund =
        paymentReference === order.ruled.accepted
          ? (open.find(({ id }) => id === refundId) ?? open.find((each) => each.id === null && each.amount === amount))
          : null
      if (refund === undefined) {
        order.differences.push(`a refund of ${amount} that nobody asked for`)
        continue
      }
      const kind = pick(order.random, ['succeeded', 'succeeded', 'succeeded', 'failed', 'pending'] as const)
      order.acts.push(`refund ${kind}`)
      const reference = providerReference ?? `refund-${refundId}`
      const answer = kind === 'failed' ? { kind, reason: 'no' } : ({ kind, providerReference: reference } as const)
      await store.run(recordRefund, { projectId, refundId, leaseToken, answer })
      if (refund === null) continue
      refund.id = refundId
      refundAnswered(order.ruled, refund, kind, run.settings, time.now)
    }
  }
}

/** Switches on what lets things end, and waits from due time to due time. */
async function comeToRest(run: Run): Promise<void> {
  const { block } = run
  const { store, projectId, time, random } = block
  const before = run.settings
  const isEnabled = random() < 0.8
  run.settings = await turnTo(store, projectId, before, {
    ...before,
    isEnabled,
    hasWebhook: before.hasWebhook || isEnabled,
  })
  for (const { ruled } of run.orders) feelSwitch(ruled, before, run.settings, time.now)
  for (let tick = 0; tick < REST_TICKS_MAX; tick += 1) {
    const next = await nextMoment(run)
    if (next === null) return
    time.now = Math.max(time.now + 1, next)
    await liveTick(run, false)
  }
  console.log(
    'REST',
    await store.read.selectFrom('deliveries').selectAll().where('state', 'in', ['due', 'claimed']).limit(3).execute(),
    await store.read
      .selectFrom('refunds')
      .selectAll()
      .where('state', 'in', ['requested', 'pending'])
      .limit(3)
      .execute(),
    run.settings,
    time.now,
  )
  for (const order of run.orders) order.differences.push(`the block did not come to rest in ${REST_TICKS_MAX} ticks`)
}

async function nextMoment({ block: { store }, late }: Run): Promise<number | null> {
  const due = await store.read
    .selectFrom('deliveries')
    .select((eb) => eb.fn.min('due_at').as('at'))
    .where('state', '=', 'due')
    .executeTakeFirst()
  const leases = await store.read
    .selectFrom('deliveries')
    .select((eb) => eb.fn.min('lease_until').as('at'))
    .where('state', '=', 'claimed')
    .executeTakeFirst()
  const refunds = await store.read
    .selectFrom('refunds')
    .select((eb) => eb.fn.min('due_at').as('at'))
    .where('state', 'in', ['requested', 'pending'])
    .executeTakeFirst()
  const moments = [due?.at, leases?.at, refunds?.at, late.length > 0 ? 0 : null].filter((at) => typeof at === 'number')
  return moments.length === 0 ? null : Math.min(...moments)
}
