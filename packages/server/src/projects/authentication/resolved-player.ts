// A player whose token was verified.
import type { Party, PlayerDetails } from '../../platform/http/index.ts'

/** Who a token stands for in one project. */
export interface ResolvedPlayer {
  readonly party: Party
  readonly details: PlayerDetails
  readonly proof: 'jwt' | 'payment_token'
  /** The order a payment token was made for; it gives the same right as a JWT, the party's orders. */
  readonly orderId: number | null
  /** Texts that `user_external_id` in connect data may equal: the id, `sub` and `external_account_id`. */
  readonly knownIds: readonly string[]
  /** Milliseconds. A JWT's is real time, a payment token's is wall time with its skips. */
  readonly expiresAt: number
}
