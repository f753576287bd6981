// Holds what a listener heard against what was confirmed, against the chain of each order and against the attempt log.
import { type Heard, isAccepted } from './answering-listener.ts'
import type { LoggedAttempt } from './delivery-rows.ts'
import type { Confirmed } from './event-load.ts'

/** What must have been accepted before each type. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  order_paid: ['payment'],
  refund: ['payment', 'order_paid'],
  order_canceled: ['payment', 'order_paid', 'refund'],
}

/** Figures of a run; `lost` and `outOfOrder` must be 0. `duplicates`: heard again after an accepting answer had left. */
export interface DeliveryFigures {
  readonly lost: number
  readonly outOfOrder: number
  readonly duplicates: number
  readonly logDifferences: number
  readonly examples: readonly string[]
}

/** Counts what was broken. */
export function checkDeliveries(
  confirmed: Confirmed,
  heard: readonly Heard[],
  log: readonly LoggedAttempt[],
): DeliveryFigures {
  const byOrder = Map.groupBy(heard, ({ orderId }) => orderId)
  const lost = [
    ...[...confirmed.paid].flatMap((id) => missing(byOrder.get(id), id, ['payment', 'order_paid'])),
    ...[...confirmed.refunded].flatMap((id) => missing(byOrder.get(id), id, ['refund', 'order_canceled'])),
  ]
  const disorder = [...byOrder].flatMap(([id, posts]) => outOfOrder(id, posts))
  const differences = logDifferences(heard, log)
  return {
    lost: lost.length,
    outOfOrder: disorder.length,
    duplicates: duplicatesIn(heard).length,
    logDifferences: differences.length,
    examples: [...lost, ...disorder, ...differences].slice(0, 20),
  }
}

function missing(posts: readonly Heard[] | undefined, orderId: number, types: readonly string[]): readonly string[] {
  const accepted = new Set((posts ?? []).filter(isAccepted).map(({ type }) => type))
  return types.filter((type) => !accepted.has(type)).map((type) => `order ${orderId}: ${type} was never accepted`)
}

/** By the answers that had left when the webhook came. */
function outOfOrder(orderId: number, posts: readonly Heard[]): readonly string[] {
  return posts.flatMap(({ type, at }) => {
    const before = posts.filter((post) => isAccepted(post) && (post.answeredAt ?? Number.POSITIVE_INFINITY) <= at)
    const accepted = new Set(before.map((post) => post.type))
    const missed = (AFTER[type] ?? []).filter((needed) => !accepted.has(needed))
    return missed.map((needed) => `order ${orderId}: ${type} came before ${needed} was accepted`)
  })
}

/** Webhooks that came again although an accepting answer to them had left before. */
export function duplicatesIn(heard: readonly Heard[]): readonly Heard[] {
  const acceptedAt = new Map<string, number>()
  for (const post of heard) {
    const { webhookId, answeredAt } = post
    if (!isAccepted(post) || answeredAt === null) continue
    acceptedAt.set(webhookId, Math.min(answeredAt, acceptedAt.get(webhookId) ?? answeredAt))
  }
  return heard.filter(({ webhookId, at }) => at > (acceptedAt.get(webhookId) ?? Number.POSITIVE_INFINITY))
}

/**
 * The log tells of every answer that the listener gave to a sender that lived, and of no other; what the listener heard beyond that, senders
 * died over.
 */
function logDifferences(heard: readonly Heard[], log: readonly LoggedAttempt[]): readonly string[] {
  const heardOf = Map.groupBy(heard, ({ webhookId }) => webhookId)
  const logOf = Map.groupBy(log, ({ webhookId }) => webhookId)
  return [...new Set([...heardOf.keys(), ...logOf.keys()])].flatMap((id) => {
    const [posts, lines] = [heardOf.get(id) ?? [], logOf.get(id) ?? []]
    const unanswered = lines.filter(({ status }) => status === null).length
    const answered = lines.filter(({ status }) => status !== null)
    const invented = [...Map.groupBy(answered, ({ status }) => status)].filter(
      ([status, those]) => posts.filter((post) => post.status === status).length < those.length,
    )
    const isUnlogged = posts.length > lines.length
    const isUntold = posts.length - answered.length > unanswered
    return [
      ...invented.map(([status]) => `${id}: the log has more answers ${status} than were given`),
      ...(isUnlogged || isUntold ? [`${id}: ${posts.length} were heard, ${lines.length} are in the log`] : []),
    ]
  })
}
