// Handles what is pending, each order once: grants what was paid, takes back what was canceled.
import type { Ledger } from './ledger.ts'
import {
  type EventDeps,
  type EventLine,
  type EventsFailed,
  markProcessed,
  type PendingEvent,
  pendingEvents,
} from './pending-events.ts'

/** One line of what is to be granted. */
export interface GrantItem {
  readonly sku: string
  readonly quantity: number
  /** It is listed because the bundle above it holds it: grant the bundle or its content, not both. */
  readonly isBundleContent: boolean
}

/** An order that was paid, whichever notifications tell of it. */
export interface Grant {
  readonly orderId: number
  readonly items: readonly GrantItem[]
  /** Of the ledger; kept together with what is granted it makes both one. */
  readonly key: string
  readonly event: PendingEvent
}

/** An order that was granted before and is canceled. */
export interface TakeBack {
  readonly orderId: number
  readonly key: string
  readonly event: PendingEvent
}

/** What the game does. What a handler throws keeps the order pending; it comes again with the next call. */
export interface EventHandlers {
  readonly onPaid: (grant: Grant) => void | Promise<void>
  readonly onCanceled?: (taken: TakeBack) => void | Promise<void>
  /** Everything that is neither; without it such events are marked and forgotten. May be called again for the same event. */
  readonly onOther?: (event: PendingEvent) => void | Promise<void>
}

/** What was done. */
export interface EventsHandled {
  readonly kind: 'handled'
  /** Orders that were granted by this call. */
  readonly granted: readonly number[]
  readonly takenBack: readonly number[]
  /** Events that could not be handled or marked, and why; they come again. */
  readonly kept: readonly { readonly event: PendingEvent; readonly cause: unknown }[]
}

/** What handling needs. */
export interface HandleDeps extends EventDeps {
  readonly ledger: Ledger
}

const PAID = ['order_paid', 'payment']
const CANCELED = ['order_canceled']

/** Reads what is pending and handles it, order by order. Never throws. */
export async function handleEvents(deps: HandleDeps, handlers: EventHandlers): Promise<EventsHandled | EventsFailed> {
  const found = await pendingEvents(deps)
  if (found.kind === 'failed') return found
  const granted: number[] = []
  const takenBack: number[] = []
  const kept: { event: PendingEvent; cause: unknown }[] = []
  for (const events of byOrder(found.events)) {
    try {
      const done = await handleOrder(deps, handlers, events)
      if (done?.kind === 'granted') granted.push(done.orderId)
      if (done?.kind === 'taken') takenBack.push(done.orderId)
      for (const event of events) if (!(await markProcessed(deps, event.id))) kept.push({ event, cause: 'not marked' })
    } catch (cause) {
      kept.push(...events.map((event) => ({ event, cause })))
    }
  }
  return { kind: 'handled', granted, takenBack, kept }
}

/** Events of one order together; those of no order each for itself. In the order of the first of each. */
function byOrder(events: readonly PendingEvent[]): readonly (readonly PendingEvent[])[] {
  const groups = new Map<string, PendingEvent[]>()
  for (const event of events) {
    const isOfOrder = event.orderId !== null && [...PAID, ...CANCELED].includes(event.type)
    const name = isOfOrder ? `order ${event.orderId}` : `event ${event.id}`
    groups.set(name, [...(groups.get(name) ?? []), event])
  }
  return [...groups.values()]
}

type OrderDone = { readonly kind: 'granted' | 'taken'; readonly orderId: number } | undefined

async function handleOrder(
  { ledger, projectId }: HandleDeps,
  handlers: EventHandlers,
  events: readonly PendingEvent[],
): Promise<OrderDone> {
  const canceled = events.find(({ type }) => CANCELED.includes(type))
  // With both, order_paid knows more: what is inside bundles, and bonuses.
  const paid = events.find(({ type }) => type === PAID[0]) ?? events.find(({ type }) => PAID.includes(type))
  const event = canceled ?? paid
  if (event === undefined || event.orderId === null) {
    for (const other of events) await handlers.onOther?.(other)
    return undefined
  }
  const { orderId } = event
  const keyOf = (what: string): string => `${projectId}:${what}:${orderId}`
  return ledger.exclusively(`${projectId}:${orderId}`, async () => {
    if (canceled) {
      const wasGranted = await ledger.has(keyOf('paid'))
      const key = keyOf('canceled')
      if (await ledger.has(key)) return undefined
      if (wasGranted) await handlers.onCanceled?.({ orderId, key, event })
      await ledger.add(key)
      return wasGranted ? { kind: 'taken', orderId } : undefined
    }
    const key = keyOf('paid')
    // What was canceled before it was granted never is.
    if ((await ledger.has(key)) || (await ledger.has(keyOf('canceled')))) return undefined
    await handlers.onPaid({ orderId, items: itemsOf(event), key, event })
    await ledger.add(key)
    return { kind: 'granted', orderId }
  })
}

function itemsOf({ data }: PendingEvent): readonly GrantItem[] {
  const lines: readonly EventLine[] = data.items ?? data.purchase?.order?.lineitems ?? []
  return lines.map(({ sku, quantity, is_bundle_content }) => ({
    sku,
    quantity,
    isBundleContent: is_bundle_content ?? false,
  }))
}
