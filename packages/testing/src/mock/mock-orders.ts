// The orders of a mock store: each goes through its statuses, one step at a time.
import type { OrderStatus } from '@ordertrail/core'
import { sampleOrderPaid } from '@ordertrail/webhooks/testing'

/** An order of a mock store. */
export interface MockOrder {
  readonly orderId: number
  readonly status: OrderStatus
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
  /** Cost nothing, was paid with money, or with this virtual currency. */
  readonly money: 'real' | 'free' | { readonly virtual: string }
}

/** What a game asks to be created. */
export type MockWish = Pick<MockOrder, 'items' | 'money'>

/** Orders, and who wants to hear of their statuses. */
export interface MockOrders {
  create(wish: MockWish): MockOrder
  find(orderId: number): MockOrder | undefined
  all(): readonly MockOrder[]
  /** Moves an order on to the status that follows; does nothing at the last one. */
  advance(orderId: number): void
  /** @throws {Error} when there is no such order */
  moveTo(orderId: number, status: OrderStatus): void
  /** Paid orders as the events API tells them, until they are marked. */
  events(): readonly MockEvent[]
  /** @returns false: there is no such event, or it was marked before */
  markProcessed(eventId: number): boolean
  /** Calls back for each new status. */
  onStatus(tell: (order: MockOrder) => void): void
  clear(): void
}

/** An event of the events API. */
export interface MockEvent {
  readonly id: number
  readonly status: 0
  readonly created_at: string
  readonly data: object
}

const FIRST_ID = 10_000_001
const CREATED_AT = '2026-07-31T06:10:23Z'

/** Makes an empty store whose orders go through `statuses`. */
export function createMockOrders(statuses: readonly OrderStatus[]): MockOrders {
  const orders = new Map<number, MockOrder>()
  const processed = new Set<number>()
  const tellers: ((order: MockOrder) => void)[] = []
  let nextId = FIRST_ID

  const set = (order: MockOrder): MockOrder => {
    orders.set(order.orderId, order)
    for (const tell of tellers) tell(order)
    return order
  }
  return {
    create({ items, money }) {
      const status = money === 'real' ? (statuses[0] ?? 'new') : 'done'
      nextId += 1
      return set({ orderId: nextId - 1, status, items, money })
    },
    find: (orderId) => orders.get(orderId),
    all: () => [...orders.values()],
    advance(orderId) {
      const order = orders.get(orderId)
      const next = order === undefined ? undefined : statuses[statuses.indexOf(order.status) + 1]
      // A status that was set by hand stands outside of the sequence, and stays.
      if (order !== undefined && next !== undefined && statuses.includes(order.status)) set({ ...order, status: next })
    },
    moveTo(orderId, status) {
      const order = orders.get(orderId)
      if (order === undefined) throw new Error(`The mock store has no order ${orderId}.`)
      if (order.status !== status) set({ ...order, status })
    },
    events: () => [...orders.values()].filter((order) => isPaid(order) && !processed.has(order.orderId)).map(eventOf),
    markProcessed(eventId) {
      const order = orders.get(eventId)
      if (order === undefined || !isPaid(order) || processed.has(eventId)) return false
      processed.add(eventId)
      return true
    },
    onStatus: (tell) => void tellers.push(tell),
    clear() {
      orders.clear()
      processed.clear()
    },
  }
}

function isPaid({ status }: MockOrder): boolean {
  return status === 'paid' || status === 'done'
}

/** Numbered like its order, of which there is one event. */
function eventOf({ orderId, items, money }: MockOrder): MockEvent {
  const kind = typeof money === 'string' ? money : 'virtual'
  return { id: orderId, status: 0, created_at: CREATED_AT, data: sampleOrderPaid({ orderId, items, money: kind }) }
}
