// Orders whose payment may still succeed, so that nobody gives them up below it.
import type { OrderStatus } from '@ordertrail/core'
import { selectRows, type Tx } from '../platform/store/index.ts'
import { keyOfOwner, pairOf } from './lock-orders.ts'
import type { TransitionInput } from './transition.ts'

/** States in which money may still be taken. */
export const UNDER_WAY_STATES: readonly string[] = ['pending', 'authorized', 'in_review']

const GIVING_UP: readonly OrderStatus[] = ['canceled', 'expired']

/** Keys of the orders that `inputs` want to give up and that have a payment under way; others are not looked at. */
export async function findPaymentsUnderWay(tx: Tx, inputs: readonly TransitionInput[]): Promise<ReadonlySet<string>> {
  const givenUp = inputs.filter(({ to }) => GIVING_UP.includes(to))
  const payments = await selectRows(tx, 'payments', 'order_id', givenUp.map(pairOf), 'none')
  const underWay = payments.filter(({ state }) => UNDER_WAY_STATES.includes(state))
  return new Set(underWay.map(keyOfOwner))
}
