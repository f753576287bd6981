// Remembers the statuses that a client was told, so that repeats of the history are recognised and waiting is possible.

/** The statuses of all orders that were told so far. */
export interface OrderFollower {
  /** Takes one message; false when it was told before. */
  tell(orderId: number, status: string): boolean
  statusesOf(orderId: number): readonly string[]
  /** Resolves when the order has that status. */
  reached(orderId: number, status: string): Promise<void>
}

/** Starts with nothing. */
export function followOrders(): OrderFollower {
  const told = new Map<number, string[]>()
  const waiting = new Map<string, PromiseWithResolvers<void>>()
  const statusesOf = (orderId: number): readonly string[] => told.get(orderId) ?? []
  return {
    statusesOf,
    tell(orderId, status) {
      if (statusesOf(orderId).includes(status)) return false
      told.set(orderId, [...statusesOf(orderId), status])
      waiting.get(`${orderId} ${status}`)?.resolve()
      return true
    },
    reached(orderId, status) {
      if (statusesOf(orderId).includes(status)) return Promise.resolve()
      const key = `${orderId} ${status}`
      const found = waiting.get(key) ?? Promise.withResolvers<void>()
      waiting.set(key, found)
      return found.promise
    },
  }
}
