// How much a process has room to send, as its claims say it. Plain data.

/** How many sends there is room for; `retries` of them may go to deliveries that were tried before. */
export interface FreeSlots {
  readonly all: number
  readonly retries: number
}

/**
 * Room of a process and of its endpoints.
 *
 * @property free room of the whole process; `all` bounds the claim
 * @property perProject room of endpoints that are busy or slow; all others have `perOtherProject`
 */
export interface ClaimRoom {
  readonly free: FreeSlots
  readonly perProject: readonly (FreeSlots & { readonly projectId: number })[]
  readonly perOtherProject: FreeSlots
}
