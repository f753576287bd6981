// The front door of webhooks.
export {
  type ChainQuestion,
  enqueueDeliveries,
  type OwedChain,
  type PlannedChain,
  planChains,
} from './enqueue-deliveries.ts'
export { isPaused, type OrderToSettle, releaseSuccessors } from './release-successors.ts'

/** A delivery that ended, for what it causes above this floor. */
export interface EndedDelivery {
  readonly projectId: number
  readonly deliveryId: number
  readonly orderId: number
  readonly type: string
  readonly mode: string
  readonly outcome: 'accepted' | 'rejected' | 'exhausted'
  readonly by: 'automatic' | 'manual'
  readonly status: number | null
}
