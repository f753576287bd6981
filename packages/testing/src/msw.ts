// The exports of @ordertrail/testing/msw: a store made of msw handlers, for tests without any server.
import type { OrderStatus } from '@ordertrail/core'
import type { HttpHandler, WebSocketHandler } from 'msw'
import { httpHandlers } from './mock/http-handlers.ts'
import { createMockOrders, type MockOrder, type MockWish } from './mock/mock-orders.ts'
import { socketMock } from './mock/socket-handler.ts'

export type { MockOrder, MockWish } from './mock/mock-orders.ts'

/** How the mock behaves. */
export interface MockOrderTrailOptions {
  /** Where the game thinks that the store is, `https://store.example.com`. Default: any host. */
  readonly baseUrl?: string
  /** What every order goes through. Default: new, paid, done. */
  readonly statuses?: readonly OrderStatus[]
  /** `looks`: each look at an order and each step of the socket moves it on; `hand`: only `moveTo` does. Default: looks. */
  readonly moves?: 'looks' | 'hand'
  /** From one status to the next while a socket is open. Default: 10 ms. */
  readonly stepMs?: number
}

/** A mock of the store. */
export interface MockOrderTrail {
  /** For `setupServer(...handlers)` or `setupWorker(...handlers)`. */
  readonly handlers: readonly (HttpHandler | WebSocketHandler)[]
  /** An order that the game did not create itself. */
  createOrder(wish?: Partial<MockWish>): MockOrder
  /** Sets a status, which open sockets hear of. @throws {Error} when there is no such order */
  moveTo(orderId: number, status: OrderStatus): void
  /** The orders so far, oldest first. */
  orders(): readonly MockOrder[]
  /** Forgets everything; the handlers stay. */
  reset(): void
}

const STATUSES: readonly OrderStatus[] = ['new', 'paid', 'done']
const STEP_MS = 10

/**
 * Makes a mock that answers what a game's client calls: creating orders, Get order, tokens, the events API, and the socket for statuses.
 *
 * It checks no token and knows no catalog: any item costs 1.99 USD. What it answers has the documented form.
 */
export function mockOrderTrail(options: MockOrderTrailOptions = {}): MockOrderTrail {
  const { baseUrl = '*', statuses = STATUSES, moves = 'looks', stepMs = STEP_MS } = options
  const isAutomatic = moves === 'looks'
  const orders = createMockOrders(statuses)
  const socket = socketMock({ orders, baseUrl, stepMs: isAutomatic ? stepMs : null })
  return {
    handlers: [...httpHandlers({ orders, baseUrl, isAutomatic }), socket.handler],
    createOrder: ({ items = [{ sku: 'gold_100', quantity: 1 }], money = 'real' } = {}) =>
      orders.create({ items, money }),
    moveTo: orders.moveTo,
    orders: orders.all,
    reset() {
      orders.clear()
      socket.clear()
    },
  }
}
