// Which statuses an order has had, as the server tells it.
import type { OrderStatus } from '@ordertrail/core'
import { CallFailed } from '@ordertrail/server/dev-tools'
import { type Call, PATHS } from './calls.ts'
import { EmulatorError } from './emulator-error.ts'

const NOT_FOUND = 404

interface Story {
  readonly timeline: readonly { readonly to_status: OrderStatus; readonly outcome: string }[]
}

/**
 * The oldest first.
 *
 * @throws {EmulatorError} when there is no such order
 */
export async function readStatuses(call: Call, orderId: number): Promise<readonly OrderStatus[]> {
  const story = await call('project', 'GET', `${PATHS.own}/orders/${orderId}`).catch((error: unknown) => {
    if (!(error instanceof CallFailed) || error.status !== NOT_FOUND) throw error
    throw new EmulatorError(`There is no order ${orderId}.`, { cause: error })
  })
  return (story as Story).timeline.filter(({ outcome }) => outcome === 'applied').map(({ to_status }) => to_status)
}
