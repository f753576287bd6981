// Webhooks: those that are owed and no others, each ended as its attempts say, in their chain, in their schedule, and as they were heard.
import { checkHeard } from '../../chains/heard-posts.ts'
import { isAccepted } from '../../deliveries/answering-listener.ts'
import { ruledVerdict } from '../../schedules/schedule-rules.ts'
import { type HeardWebhook, hashOfBody } from '../game-backend.ts'
import { statusesOf } from './check-statuses.ts'
import type { OrderFacts } from './store-facts.ts'

type Delivery = OrderFacts['deliveries'][number]
type Attempt = OrderFacts['attempts'][number]

/** What else is known. `hasOneClock`: the store tells the time of this machine, so that the log can be held against the game's clock. */
export interface WebhooksKnown {
  readonly heard: readonly HeardWebhook[]
  readonly hasOneClock: boolean
  /** Whether a person asked for a resend, whose sender may have died before it could tell. */
  readonly isResendAsked: boolean
}

/** Broken promises about one order; `heard`: what its game heard, in that order. */
export function checkWebhooks(
  facts: OrderFacts,
  { heard, hasOneClock, isResendAsked }: WebhooksKnown,
): readonly string[] {
  return [
    ...checkOwed(facts),
    ...facts.deliveries.flatMap((delivery) => checkDelivery(facts, delivery, heard)),
    ...(isResendAsked ? [] : facts.deliveries.flatMap((delivery) => checkLog(facts, delivery))),
    ...(hasOneClock ? facts.deliveries.flatMap((delivery) => checkMoments(facts, delivery, heard)) : []),
    ...(hasOneClock ? checkCancellation(facts) : []),
    ...checkTurns(facts, heard),
    ...checkBodies(facts, heard),
    ...checkHeard(heard.map((post) => heardPost(facts, post))),
  ]
}

/** What the moves of the order owe, by the rules of chains. */
function owedTypes(facts: OrderFacts): readonly string[] {
  const { order, shop, deliveries, refunds } = facts
  const statuses = statusesOf(facts)
  const isReal = order.currency_kind === 'real'
  const isSeparate = isReal && shop.mode === 'separate'
  const wasPaid = isReal ? statuses.includes('paid') : statuses.includes('done')
  if (!wasPaid) return []
  const parts = refunds.filter(
    ({ payment_id, state }) => payment_id === order.accepted_payment_id && state === 'succeeded',
  )
  // All of them but the one that completes the sum.
  const partial = statuses.at(-1) === 'canceled' ? Math.max(0, parts.length - 1) : parts.length
  const isOrderUntold = deliveries.some(({ type, state }) => type === 'order_paid' && state === 'void')
  const isPaymentUntold = deliveries.some(({ type, state }) => type === 'payment' && state === 'void')
  const canceled = [...(isSeparate && !isPaymentUntold ? ['refund'] : []), ...(isOrderUntold ? [] : ['order_canceled'])]
  return [
    ...(isSeparate ? ['payment'] : []),
    'order_paid',
    ...Array<string>(isReal ? partial : 0).fill('partial_refund'),
    ...(statuses.at(-1) === 'canceled' ? canceled : []),
  ]
}

function checkOwed(facts: OrderFacts): readonly string[] {
  const owed = owedTypes(facts).join(' ')
  const rows = facts.shop.route === 'webhook' ? facts.deliveries : facts.events
  const foreign = facts.shop.route === 'webhook' ? facts.events : facts.deliveries
  const made = rows.map(({ type }) => type).join(' ')
  return [
    ...(made === owed ? [] : [`owes ${owed || 'nothing'} by ${facts.shop.route}, the store has ${made || 'nothing'}`]),
    ...(foreign.length === 0 ? [] : [`has ${foreign.length} notifications on a route that is off`]),
  ]
}

/** The state is what the attempts say; what never ended is a violation of its own. */
function checkDelivery(facts: OrderFacts, delivery: Delivery, heard: readonly HeardWebhook[]): readonly string[] {
  const { id, type, state, notification_id } = delivery
  const attempts = facts.attempts.filter(({ delivery_id }) => delivery_id === id)
  const posts = heard.filter(({ webhookId }) => webhookId === `msg_${notification_id}`)
  const name = `${type} (delivery ${id}) is ${state}`
  const outcomes = new Set(attempts.filter(({ kind }) => kind === 'automatic').map(({ outcome }) => outcome))
  const isTrue: Readonly<Record<string, () => boolean>> = {
    accepted: () => attempts.some(({ outcome }) => outcome === 'accepted') && posts.some(isAccepted),
    rejected: () => outcomes.has('rejected') && posts.some(({ status }) => ruledVerdict(status) === 'rejected'),
    exhausted: () => attempts.length >= (JSON.parse(delivery.offsets) as readonly number[]).length,
    void: () => facts.order.status === 'canceled' && attempts.length === 0 && posts.length === 0,
    held: () => isHeldRightly(facts, delivery) && outcomes.size === 0 && posts.length === 0,
  }
  return [
    ...((isTrue[state] ?? (() => false))()
      ? []
      : [`${name}, which its ${attempts.length} attempts and ${posts.length} POSTs do not say`]),
    ...checkSchedule(delivery, attempts).map((sentence) => `${type} (delivery ${id}): ${sentence}`),
    ...(posts.length > delivery.attempt_count
      ? [`${name}: ${posts.length} POSTs were heard, ${delivery.attempt_count} were begun`]
      : []),
  ]
}

/** Every attempt that was begun has its line. */
function checkLog({ attempts }: OrderFacts, { id, type, attempt_count }: Delivery): readonly string[] {
  const lines = attempts.filter(({ delivery_id }) => delivery_id === id).length
  return lines === attempt_count
    ? []
    : [`${type} (delivery ${id}): ${attempt_count} attempts were begun, ${lines} are in the log`]
}

/** What a webhook needs to have been accepted before, where its order has it. */
const NEEDED: Readonly<Record<string, string>> = {
  order_paid: 'payment',
  partial_refund: 'payment',
  order_canceled: 'refund',
}

function isHeldRightly({ deliveries }: OrderFacts, { type }: Delivery): boolean {
  const needed = deliveries.find((one) => one.type === NEEDED[type])
  return needed !== undefined && needed.state !== 'accepted'
}

/** Each position once, never before its time, and always the last one whose time has come. A crash repeats its own. */
function checkSchedule(delivery: Delivery, attempts: readonly Attempt[]): readonly string[] {
  const offsets = (JSON.parse(delivery.offsets) as readonly number[]).map((minute) => minute * 60_000)
  const automatic = attempts.filter(({ kind }) => kind === 'automatic')
  const first = automatic[0]?.started_at ?? 0
  const used = automatic.filter(({ outcome }) => outcome !== 'crashed' && outcome !== 'late')
  const positions = used.map(({ position }) => position)
  const crashes = automatic.length - used.length
  return [
    ...(new Set(positions).size === positions.length ? [] : [`positions ${positions.join(' ')} were used`]),
    ...(used.length > offsets.length ? [`${used.length} attempts for ${offsets.length} positions`] : []),
    ...(delivery.crash_resends > CRASH_RESENDS_MAX
      ? [`${delivery.crash_resends} resends after ${crashes} crashes`]
      : []),
    ...automatic.flatMap(({ started_at, position }, index) => {
      const before = automatic[index - 1]
      const isRepeat = before !== undefined && (before.outcome === 'crashed' || before.outcome === 'late')
      const elapsed = started_at - first
      const isEarly = !isRepeat && elapsed < (offsets[position ?? 0] ?? 0)
      const next = offsets[(position ?? 0) + 1]
      const isStale = next !== undefined && elapsed >= next
      return isEarly || isStale ? [`position ${position} was used ${elapsed} ms after the first`] : []
    }),
  ]
}

const CRASH_RESENDS_MAX = 5

/** A canceled order is not granted: an order_paid that was not under way by then is void. Transactions of both may overlap for a moment. */
function checkCancellation({ timeline, deliveries }: OrderFacts): readonly string[] {
  const canceledAt = timeline.find(({ to_status, outcome }) => to_status === 'canceled' && outcome === 'applied')?.at
  const orderPaid = deliveries.find(({ type }) => type === 'order_paid')
  const lateMs = (orderPaid?.first_attempt_at ?? 0) - (canceledAt ?? Number.POSITIVE_INFINITY)
  return lateMs > OVERLAP_MS_MAX ? [`order_paid was sent for the first time ${lateMs} ms after the cancellation`] : []
}

const OVERLAP_MS_MAX = 2_000

/** By the game's own clock: the nth POST comes no earlier than the nth attempt that the log has. */
function checkMoments(facts: OrderFacts, delivery: Delivery, heard: readonly HeardWebhook[]): readonly string[] {
  const starts = facts.attempts.filter(({ delivery_id }) => delivery_id === delivery.id).map((one) => one.started_at)
  const posts = heard.filter(({ webhookId }) => webhookId === `msg_${delivery.notification_id}`)
  const early = posts.find(({ at }, index) => at < (starts[index] ?? 0) - CLOCK_MS_MAX)
  return early === undefined ? [] : [`${delivery.type} (delivery ${delivery.id}) was heard before its attempt began`]
}

/** Both clocks are read in whole milliseconds, one of them by way of the database. */
const CLOCK_MS_MAX = 5

/** One after the other: nothing is heard before an answer ended what stands in front of it, resends by hand apart. */
function checkTurns({ deliveries, attempts }: OrderFacts, heard: readonly HeardWebhook[]): readonly string[] {
  const byHand = new Set(attempts.filter(({ kind }) => kind === 'manual').map(({ delivery_id }) => delivery_id))
  const lines = deliveries
    .filter(({ id, state }) => !byHand.has(id) && (state === 'accepted' || state === 'rejected'))
    .map(({ notification_id, type }) => {
      const posts = heard.filter(({ webhookId }) => webhookId === `msg_${notification_id}`)
      const ends = posts.filter(({ status }) => ruledVerdict(status) !== 'retry').map((post) => post.answeredAt ?? 0)
      return { type, heardAt: Math.min(...posts.map(({ at }) => at)), endedAt: Math.min(...ends) }
    })
  return lines.flatMap((line, index) => {
    const before = lines.slice(0, index).find(({ endedAt }) => endedAt > line.heardAt)
    return before === undefined ? [] : [`${line.type} was heard before ${before.type} had ended`]
  })
}

/** Every webhook heard is a row of this order, byte for byte. */
function checkBodies({ notifications, shop }: OrderFacts, heard: readonly HeardWebhook[]): readonly string[] {
  const rows = new Map(notifications.map((row) => [`msg_${row.id}`, row]))
  return heard.flatMap(({ webhookId, bodyHash, type, shop: heardBy }) => {
    const row = rows.get(webhookId)
    if (row === undefined) return [`${type} ${webhookId} was heard and never committed`]
    if (heardBy !== shop.name) return [`${type} ${webhookId} was sent to the game ${heardBy}`]
    return hashOfBody(row.body) === bodyHash ? [] : [`${type} ${webhookId} was heard with another body`]
  })
}

function heardPost({ deliveries, attempts }: OrderFacts, post: HeardWebhook) {
  const delivery = deliveries.find(({ notification_id }) => `msg_${notification_id}` === post.webhookId)
  const isManual = attempts.some(({ delivery_id, kind }) => delivery_id === delivery?.id && kind === 'manual')
  return {
    type: post.type,
    deliveryId: delivery?.id ?? 0,
    by: isManual ? ('manual' as const) : ('automatic' as const),
    body: post.bodyHash,
    status: post.status,
    // An order_paid that must not be sent any more is void, and that none of those was heard is looked at above.
    isCanceled: false,
    eventTypes: [],
  }
}
