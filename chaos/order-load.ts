// Orders placed and paid by many callers at once, with a ledger of what the server acknowledged.
import { randomUUID } from 'node:crypto'
import type { DevSession } from 'ordertrail'

/** What the server has confirmed about one order; nothing of it may ever be lost. */
export interface Acknowledged {
  readonly userId: string
  readonly orderId: number
  isPaid: boolean
}

/** The load of one round. */
export interface OrderLoad {
  readonly acknowledged: readonly Acknowledged[]
  /** Why callers ended, in the words of the failed call; a caller that was stopped has none. */
  readonly failures: readonly string[]
  /** Resolves when every caller has ended, which each does at its first failed call or after `stop`. */
  readonly ended: Promise<void>
  stop(): void
}

/** Starts `callers` callers, each a user of its own who places and pays one order after the other. */
export function startOrderLoad(session: DevSession, callers: number, sku: string): OrderLoad {
  const acknowledged: Acknowledged[] = []
  const failures: string[] = []
  const flag = { isStopped: false }
  const buy = (): Promise<void> =>
    // The server was killed in the middle of a call: its outcome is unknown, and only what was confirmed counts.
    buyUntilFailure(session, sku, acknowledged, flag).catch((error: unknown) => {
      failures.push(error instanceof Error ? error.message : String(error))
    })
  const runs = Array.from({ length: callers }, buy)
  return {
    acknowledged,
    failures,
    ended: Promise.all(runs).then(() => undefined),
    stop: () => {
      flag.isStopped = true
    },
  }
}

async function buyUntilFailure(
  session: DevSession,
  sku: string,
  acknowledged: Acknowledged[],
  flag: { readonly isStopped: boolean },
): Promise<void> {
  const userId = `load-${randomUUID()}`
  const userToken = await session.userToken(userId)
  while (!flag.isStopped) {
    const { orderId, token } = await session.placeOrder(userToken, sku)
    const order: Acknowledged = { userId, orderId, isPaid: false }
    acknowledged.push(order)
    const { result } = await session.pay(token, 'paid')
    order.isPaid = result === 'paid'
  }
}
