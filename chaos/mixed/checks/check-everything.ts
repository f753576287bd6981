// Every promise at the end of a mixed run, from outside and inside; each violation says in which round its order began.
import type { weighProcess } from '../chaos-node.ts'
import { look } from '../players.ts'
import type { MixedOutcome, MixedRun } from '../run-mixed.ts'
import { orderKeyOf, type Sale } from '../sale.ts'
import { checkPolled, checkTracked, checkWatchers } from './check-followers.ts'
import { checkMoney } from './check-money.ts'
import { checkSale } from './check-sale.ts'
import { checkChannels, checkStatuses } from './check-statuses.ts'
import { checkWebhooks } from './check-webhooks.ts'
import { type OrderFacts, readStoreFacts, type StoreFacts } from './store-facts.ts'

/** Of a node that holds some dozens of connections. */
const MEGABYTES_MAX = 600
const HANDLES_MAX = 400
/** Orders whose status is asked for at the end. */
const LOOKS_MAX = 3_000
const LOOKS_AT_ONCE = 16

/** Looks at everything; `weights` of the nodes that live. */
export async function checkEverything(
  run: MixedRun,
  weights: readonly ReturnType<typeof weighProcess>[],
): Promise<MixedOutcome> {
  const facts = await readStoreFacts(run.options.place.reader, run.shops)
  const known = new Map(run.selling.sales.filter(({ orderId }) => orderId !== null).map((sale) => [keyOf(sale), sale]))
  const heardBy = Map.groupBy(run.backend.heard, ({ shop, orderId }) => `${shop}:${orderId}`)
  const hasOneClock = !run.options.place.hasOwnClock
  const told = (key: string, sentences: readonly string[]): readonly string[] =>
    sentences.map((sentence) => `order ${key} ${sentence}${whenOf(run, known.get(key))}`)
  const violations = [
    ...run.strangers.violations,
    ...run.calls.faults,
    ...run.refusals,
    ...run.backend.complaints,
    ...run.options.place.nodes.flatMap(({ faults }) => faults),
    ...heavy(weights),
    ...checkChannels(facts),
    ...checkWatchers(run.followers, facts),
    ...checkKeys(run, facts),
    ...checkEvents(facts),
    ...unknownHeard(run, facts),
    ...[...facts.orders].flatMap(([key, one]) =>
      told(key, [
        ...checkStatuses(one),
        ...checkMoney(one),
        ...checkWebhooks(one, {
          hasOneClock,
          isResendAsked: known.get(key)?.asked.has('resend') ?? false,
          heard: heardBy.get(`${one.shop.name}:${one.order.id}`) ?? [],
        }),
        ...checkGrants(run, one),
      ]),
    ),
    ...[...known].flatMap(([key, sale]) => told(key, checkSale(sale, facts.orders.get(key)))),
    ...[...run.followers.tracked].flatMap(([key, one]) => told(key, ofFollowed(facts, key, one, checkTracked))),
    ...[...run.followers.polled].flatMap(([key, one]) => told(key, ofFollowed(facts, key, one, checkPolled))),
    ...(await lookAtAll(run, facts, [...known])).flatMap(([key, sentence]) => told(key, [sentence])),
  ]
  return { violations, figures: figuresOf(run, facts, weights) }
}

function keyOf({ player, orderId }: Sale): string {
  return orderKeyOf(player.shop.projectId, orderId ?? 0)
}

function whenOf({ rounds }: MixedRun, sale: Sale | undefined): string {
  if (sale === undefined) return ' (never confirmed to its buyer)'
  return ` (${sale.player.shop.name}, ${sale.player.way}, begun in round ${sale.round}: ${rounds[sale.round - 1] ?? 'after the last one'})`
}

function ofFollowed<Followed>(
  { orders }: StoreFacts,
  key: string,
  followed: Followed,
  check: (followed: Followed, facts: OrderFacts) => readonly string[],
): readonly string[] {
  const facts = orders.get(key)
  return facts === undefined ? [] : check(followed, facts)
}

/** Each repeat of a request led to the same order, and no order came from nowhere. */
function checkKeys({ selling }: MixedRun, { keys, orders }: StoreFacts): readonly string[] {
  const known = new Map(selling.sales.map((sale) => [sale.key, sale]))
  const placed = new Set<string>()
  const violations: string[] = []
  for (const { key, body } of keys) {
    const sale = known.get(key)
    if (sale === undefined || body === '') continue
    const { orderId } = JSON.parse(body) as { readonly orderId: number }
    placed.add(orderKeyOf(sale.player.shop.projectId, orderId))
    if (sale.orderId !== null && sale.orderId !== orderId)
      violations.push(`request ${key} made order ${orderId} and was answered with ${sale.orderId}`)
  }
  for (const key of orders.keys()) if (!placed.has(key)) violations.push(`order ${key} belongs to no request`)
  return violations
}

/** A fact of a provider is kept once, however often it was told. */
function checkEvents({ paymentEvents }: StoreFacts): readonly string[] {
  const kept = Map.groupBy(
    paymentEvents,
    ({ project_id, provider, event_id }) => `${project_id} ${provider} ${event_id}`,
  )
  return [...kept]
    .filter(([, rows]) => rows.length > 1)
    .map(([name, rows]) => `fact ${name} is kept ${rows.length} times`)
}

/** Webhooks about orders that the store does not know. */
function unknownHeard({ backend, shops }: MixedRun, { orders }: StoreFacts): readonly string[] {
  const projectOf = new Map(shops.map(({ name, projectId }) => [name, projectId]))
  return backend.heard
    .filter(({ shop, orderId }) => !orders.has(orderKeyOf(projectOf.get(shop) ?? 0, orderId)))
    .map(({ shop, orderId, type }) => `${shop} heard ${type} of order ${orderId}, which was never committed`)
}

/** A game grants what is paid exactly once: by webhook where it accepted order_paid, by event always. */
function checkGrants(
  { backend, followers }: MixedRun,
  { shop, order, deliveries, events, key }: OrderFacts,
): readonly string[] {
  const isByEvents = shop.route === 'events'
  const count = (isByEvents ? followers.grants.get(key) : backend.grants.get(`${shop.name}:${order.id}`)) ?? 0
  const isTold = isByEvents
    ? events.some(({ type }) => type === 'order_paid')
    : deliveries.some(({ type, state }) => type === 'order_paid' && state === 'accepted')
  if (count > 1) return [`was granted ${count} times`]
  // A game that reads of payment and cancellation together grants nothing.
  const isExpected = isTold && order.status !== 'canceled'
  return isExpected && count === 0 ? ['was paid and never granted'] : []
}

/** Get order at the end says what the store says. */
async function lookAtAll(
  { calls }: MixedRun,
  { orders }: StoreFacts,
  known: readonly (readonly [string, Sale])[],
): Promise<readonly (readonly [key: string, sentence: string])[]> {
  const step = Math.max(1, Math.ceil(known.length / LOOKS_MAX))
  const left = known.filter((_, index) => index % step === 0)
  const found: (readonly [string, string])[] = []
  const lookOn = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [key, sale] = next
      const status = await look(calls, { sale, statuses: [], outcome: null })
      const expected = orders.get(key)?.order.status
      if (status !== expected) found.push([key, `is ${expected} in the store and ${status} in Get order`])
    }
  }
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, lookOn))
  return found
}

function heavy(weights: readonly ReturnType<typeof weighProcess>[]): readonly string[] {
  return weights.flatMap((weight) => {
    if (weight === null) return []
    const { megabytes, handles } = weight
    return megabytes > MEGABYTES_MAX || handles > HANDLES_MAX
      ? [`a node holds ${megabytes} MB and ${handles} handles`]
      : []
  })
}

function figuresOf(
  { calls, selling, backend, followers, strangers, options: { place } }: MixedRun,
  facts: StoreFacts,
  weights: readonly ReturnType<typeof weighProcess>[],
): MixedOutcome['figures'] {
  const { sales } = selling
  const confirmed = (wish: 'place' | 'pay' | 'cancel' | 'refund' | 'part_refund' | 'fulfil'): number =>
    sales.filter((sale) => sale.confirmed.has(wish)).length
  const all = [...facts.orders.values()]
  const sum = (count: (one: OrderFacts) => number): number => all.reduce((total, one) => total + count(one), 0)
  const watching = [...followers.watchers.values()]
  const known = weights.filter((weight) => weight !== null)
  return [
    ['orders in the store', all.length],
    ['  confirmed to their buyers', confirmed('place')],
    ['  payments confirmed', confirmed('pay')],
    ['  cancellations confirmed', confirmed('cancel')],
    ['  refunds confirmed, whole and in part', confirmed('refund') + confirmed('part_refund')],
    ['  fulfilments confirmed', confirmed('fulfil')],
    ['calls', calls.figures.calls],
    ['  without an answer', calls.figures.unanswered],
    ['  answered with 5xx', calls.figures.unavailable],
    ['statuses published', facts.publications.length],
    ['  received by official clients', watching.reduce((total, { statuses }) => total + statuses.length, 0)],
    ['  over connections', watching.reduce((total, { connections }) => total + connections, 0)],
    ['orders tracked, and polled', followers.tracked.size + followers.polled.size],
    ['webhooks owed', sum(({ deliveries }) => deliveries.length)],
    ['  POSTs heard', backend.heard.length],
    ['  attempts in the log', sum(({ attempts }) => attempts.length)],
    [
      '  senders that died over one',
      sum(({ attempts }) => attempts.filter(({ outcome }) => outcome === 'crashed').length),
    ],
    ['  accepted', sum(({ deliveries }) => deliveries.filter(({ state }) => state === 'accepted').length)],
    ['events', sum(({ events }) => events.length)],
    ['tries of strangers', strangers.tries()],
    ['starts of nodes that failed', place.nodes.reduce((total, node) => total + node.failedStarts(), 0)],
    ['largest node, MB', Math.max(0, ...known.map(({ megabytes }) => megabytes))],
    ['most handles of a node', Math.max(0, ...known.map(({ handles }) => handles))],
  ]
}
