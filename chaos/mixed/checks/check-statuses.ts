// Statuses inside the store: how each order moved, that its channel tells the same, and that its last status is what all facts say.
import type { OrderFacts, StoreFacts } from './store-facts.ts'

/** The table of statuses as the rules have it; free orders are done at once. */
const MOVES: Readonly<Record<string, readonly string[]>> = {
  new: ['paid', 'canceled', 'expired'],
  expired: ['paid'],
  paid: ['done', 'canceled'],
  done: ['canceled'],
  canceled: [],
}

/** Broken promises about one order. */
export function checkStatuses(facts: OrderFacts): readonly string[] {
  const { order } = facts
  const applied = statusesOf(facts)
  const told = facts.publications.map(({ data }) => (JSON.parse(data) as { readonly status: string }).status)
  const expected = expectedStatus(facts)
  return [
    ...brokenTimeline(facts),
    ...brokenMoves(facts, applied),
    ...(applied.at(-1) === order.status ? [] : [`is ${order.status}, its timeline ends with ${applied.at(-1)}`]),
    ...(told.join() === applied.filter((status) => status !== 'expired').join()
      ? []
      : [`moved ${applied.join(' ')}, its channel tells ${told.join(' ')}`]),
    ...(expected.includes(order.status)
      ? []
      : [`is ${order.status}, by all facts it must be ${expected.join(' or ')}`]),
    ...(facts.itemCount === 1 ? [] : [`has ${facts.itemCount} lines instead of one`]),
  ]
}

/** Statuses of an order in the order in which it had them. */
export function statusesOf({ timeline }: Pick<OrderFacts, 'timeline'>): readonly string[] {
  return timeline.filter(({ outcome }) => outcome === 'applied').map(({ to_status }) => to_status)
}

function brokenTimeline({ timeline, order }: OrderFacts): readonly string[] {
  const isWhole =
    timeline.every(({ number }, index) => number === index + 1) && timeline.length === order.timeline_length
  return isWhole ? [] : [`has a timeline with the numbers ${timeline.map(({ number }) => number).join(' ')}`]
}

function brokenMoves({ order, timeline }: OrderFacts, applied: readonly string[]): readonly string[] {
  const moves = timeline.filter(({ outcome }) => outcome === 'applied')
  const isLinked = moves.every(({ from_status }, index) => from_status === (moves[index - 1]?.to_status ?? null))
  const isFree = order.currency_kind !== 'real'
  const isAllowed = applied.every((status, index) => {
    const before = applied[index - 1]
    if (before === undefined) return status === 'new'
    return (isFree && before === 'new' ? ['done'] : (MOVES[before] ?? [])).includes(status)
  })
  return isLinked && isAllowed
    ? []
    : [`moved ${moves.map(({ from_status, to_status }) => `${from_status}→${to_status}`).join(' ')}`]
}

/** What the other rows say the status must be; two where a fact may have come too late to count. */
function expectedStatus(facts: OrderFacts): readonly string[] {
  const { order, timeline, shop } = facts
  const isRevoked = timeline.some(
    ({ cause, outcome }) => outcome === 'applied' && (cause === 'staff_cancel' || cause === 'staff_revoke'),
  )
  if (isRevoked) return ['canceled']
  if (order.currency_kind !== 'real') return ['done']
  if (order.accepted_payment_id === null) return ['new', 'expired']
  if (refundedOf(facts) >= order.amount) return ['canceled']
  if (shop.fulfilment === 'api') return timeline.some(({ cause }) => cause === 'fulfilled') ? ['done'] : ['paid']
  return isAcknowledged(facts) ? ['done'] : ['paid']
}

/** Minor units of the accepted payment that went back. */
export function refundedOf({ order, refunds }: OrderFacts): number {
  return refunds
    .filter(({ payment_id, state }) => payment_id === order.accepted_payment_id && state === 'succeeded')
    .reduce((sum, { amount }) => sum + amount, 0)
}

function isAcknowledged({ deliveries, events }: OrderFacts): boolean {
  return (
    deliveries.some(({ type, state }) => type === 'order_paid' && state === 'accepted') ||
    events.some(({ type, processed_at }) => (type === 'payment' || type === 'order_paid') && processed_at !== null)
  )
}

/** Broken promises about channels: offsets without holes and repeats, each stream as long as it says. */
export function checkChannels({ channels, publications }: StoreFacts): readonly string[] {
  const streams = Map.groupBy(publications, ({ project_id, channel }) => `${project_id} ${channel}`)
  return channels.flatMap(({ project_id, channel, party_id, last_offset }) => {
    const offsets = (streams.get(`${project_id} ${channel}`) ?? []).map(({ stream_offset }) => stream_offset)
    const isWhole = offsets.every((offset, index) => offset === index + 1) && offsets.length === last_offset
    return isWhole
      ? []
      : [`the channel of ${project_id} ${party_id} is at ${last_offset} and has ${offsets.length} rows`]
  })
}
