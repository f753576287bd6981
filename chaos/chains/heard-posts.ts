// What a listener heard, checked by itself: promises about the order of webhooks that need no model of the engine.

/** One POST as the listener saw it; those of one order are kept in the order in which they came. */
export interface HeardPost {
  readonly type: string
  readonly deliveryId: number
  readonly by: 'automatic' | 'manual'
  readonly body: string
  /** What the listener answered, whether or not its sender lived to hear it; null: nothing. */
  readonly status: number | null
  /** Whether the order was canceled before. */
  readonly isCanceled: boolean
  /** Types that the order's game could read as events by then. */
  readonly eventTypes: readonly string[]
}

/** The type that must have been accepted before, where the order's game was ever sent one. */
const ACCEPTED_BEFORE: Readonly<Record<string, string>> = {
  order_paid: 'payment',
  partial_refund: 'payment',
  order_canceled: 'refund',
}

/** Broken promises, in words. */
export function checkHeard(posts: readonly HeardPost[]): readonly string[] {
  return posts.flatMap((post, index) => {
    const before = posts.slice(0, index)
    return [...beforeItsTime(post, before, posts), ...afterCancellation(post, before), ...changedBody(post, before)]
  })
}

function beforeItsTime(post: HeardPost, before: readonly HeardPost[], all: readonly HeardPost[]): readonly string[] {
  const needed = ACCEPTED_BEFORE[post.type]
  if (needed === undefined || !all.some(({ type }) => type === needed) || post.eventTypes.includes(needed)) return []
  const isAccepted = before.some(({ type, status }) => type === needed && isGood(status))
  return isAccepted ? [] : [`${post.type} was heard before ${needed} was accepted`]
}

function afterCancellation(
  { type, deliveryId, isCanceled }: HeardPost,
  before: readonly HeardPost[],
): readonly string[] {
  if (type !== 'order_paid' || !isCanceled) return []
  const wasHeard = before.some((post) => post.deliveryId === deliveryId && !post.isCanceled)
  return wasHeard ? [] : ['order_paid was heard for the first time after its order was canceled']
}

function changedBody({ type, deliveryId, body }: HeardPost, before: readonly HeardPost[]): readonly string[] {
  const isChanged = before.some((post) => post.deliveryId === deliveryId && post.body !== body)
  return isChanged ? [`the body of ${type} changed from one attempt to another`] : []
}

function isGood(status: number | null): boolean {
  return status === 200 || status === 201 || status === 204
}
