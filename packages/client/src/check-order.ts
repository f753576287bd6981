// One look at an order, for games that want no tracking.
import { ADVICE } from './failure.ts'
import { lookAtOrder, type RequestDeps } from './look-at-order.ts'
import type { Failed, Order } from './outcome.ts'

/** An order as it is now. */
export interface Found {
  readonly kind: 'found'
  readonly order: Order
}

/** What one look gives. `unreachable`: another try may be answered. */
export type CheckResult = Found | Failed

/** Time for one look, a new token included. */
const LOOK_MS_MAX = 10_000

/** Looks once. */
export async function checkOrder(deps: RequestDeps, orderId: number): Promise<CheckResult> {
  const look = await lookAtOrder(deps, Number(orderId), LOOK_MS_MAX)
  if (look.kind === 'order') return { kind: 'found', order: look.order }
  const { cause } = look
  const failed = { kind: 'failed', orderId, status: null, cause } as const
  return look.kind === 'failed'
    ? { ...failed, code: look.code, advice: ADVICE[look.code] }
    : { ...failed, code: 'unreachable', advice: 'Try again in a few seconds.' }
}
