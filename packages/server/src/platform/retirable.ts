// What is let go some time after it came to its end: the contract between the folders that know how and the service that does it.
import type { Kysely } from 'kysely'
import type { Command, Tables } from './store/index.ts'

/** What is let go, as logs and figures call it. Streams that never had a publication count with `publications`. */
export type RetiredKind =
  | 'details'
  | 'event_bodies'
  | 'fact_bodies'
  | 'attempts'
  | 'audit'
  | 'publications'
  | 'payment_tokens'
  | 'carts'

/**
 * How long such things are kept: `details` are what a request said, `log` is that it was made, `history` is what clients may read again,
 * `leftovers` are what nobody came back for.
 */
export type KeptFor = 'details' | 'log' | 'history' | 'leftovers'

/** One batch: at most `max` things of one project whose end lies `keptMs` of wall time back or more, the oldest first. */
export interface RetireBatch {
  readonly projectId: number
  readonly keptMs: number
  readonly max: number
}

/**
 * What a batch did.
 *
 * @property retired things that were let go
 * @property heldBack things that are still needed and will be looked at again after another keeping time
 * @property isMore true: another batch will find something
 */
export interface RetiredBatch {
  readonly retired: number
  readonly heldBack: number
  readonly isMore: boolean
}

/** One kind of thing, and how it is let go. */
export interface Retirable {
  readonly kind: RetiredKind
  readonly keptFor: KeptFor
  readonly retire: Command<RetireBatch, RetiredBatch>
  /**
   * Wall milliseconds from which the keeping time of the oldest one in the project counts; 0: one is due whatever its age; null: there is
   * none. One step of an index.
   */
  oldest(read: Kysely<Tables>, projectId: number): Promise<number | null>
}
