// Keeps one connection at the top of its stream: everything once, in order, without a hole.
import type { Logger } from '../platform/logger.ts'
import type { Store } from '../platform/store/index.ts'
import { PUBLICATIONS_PER_ANSWER_MAX } from './gateway-limits.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import { judgeArrival, LivePublication } from './live-publication.ts'
import { readRange, type StreamPlace, type StreamPublication, type StreamTop } from './read-stream.ts'
import { isWithoutHole } from './recover.ts'

/** What following needs. */
export interface FollowDeps {
  readonly store: Store
  readonly logger: Logger
  readonly metrics: GatewayMetrics
}

/** Where publications go. */
export interface StreamReader {
  onNext(publication: LivePublication): void
  /** The stream cannot be followed any further; only a new connection helps. */
  onBroken(reason: string): void
}

/**
 * Follows a stream by hints, which may be lost, repeated or late, and by the store, which has everything.
 *
 * Nothing is kept back in memory: whatever is missing is read when it is missed.
 */
export class StreamFollower {
  readonly #deps: FollowDeps
  readonly #reader: StreamReader
  #place: StreamPlace | null = null
  #epoch = ''
  #position = 0
  /** Highest offset that is known to exist. */
  #topOffset = 0
  #isCatchingUp = false

  constructor(deps: FollowDeps, reader: StreamReader) {
    this.#deps = deps
    this.#reader = reader
  }

  /** Offset of the last publication that was handed over; null while nothing is followed. */
  get position(): number | null {
    return this.#place === null ? null : this.#position
  }

  /** Goes on behind `start`; what arrived before is caught up with. */
  follow(place: StreamPlace, start: StreamTop): void {
    this.#place = place
    this.#epoch = start.epoch
    this.#position = start.offset
    if (this.#topOffset > start.offset) this.#mend()
  }

  /** Hands nothing over any more. */
  end(): void {
    this.#place = null
  }

  /** A hint; before follow() only its offset is remembered. */
  take(publication: LivePublication): void {
    this.#topOffset = Math.max(this.#topOffset, publication.offset)
    if (this.#place === null) return
    const arrival = judgeArrival({ epoch: this.#epoch, offset: this.#position }, publication)
    if (arrival === 'next' && publication.hasData) this.#handOver(publication)
    else if (arrival === 'next' || arrival === 'ahead') this.#mend()
    else if (arrival === 'other_stream') this.#reader.onBroken('epoch_changed')
  }

  /** The top as the store has it. */
  compare(top: StreamTop): void {
    if (this.#place === null) return
    this.#topOffset = Math.max(this.#topOffset, top.offset)
    if (top.epoch !== this.#epoch) this.#reader.onBroken('epoch_changed')
    else if (this.#topOffset > this.#position) this.#mend()
  }

  #handOver(publication: LivePublication): void {
    this.#position = publication.offset
    this.#reader.onNext(publication)
  }

  #mend(): void {
    if (!this.#isCatchingUp) void this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    this.#isCatchingUp = true
    try {
      while (this.#place !== null && this.#topOffset > this.#position) {
        const after = this.#position
        const missed = await readMissed(this.#deps.store, this.#place, after)
        if (!this.#handOverMissed(after, missed)) this.#reader.onBroken('hole_in_stream')
      }
    } catch (error) {
      this.#deps.logger.warn('stream.catch_up_failed', { channel: this.#place?.channel, error })
      this.#reader.onBroken('store_unavailable')
    } finally {
      this.#isCatchingUp = false
    }
  }

  /** @returns false when the store does not have what comes next */
  #handOverMissed(after: number, missed: readonly StreamPublication[]): boolean {
    if (this.#place === null) return true
    const unsent = chooseUnsent({ after, position: this.#position }, missed)
    if (unsent === 'hole') return false
    const { channel } = this.#place
    this.#deps.metrics.caughtUp.add({}, unsent.length)
    for (const { offset, data } of unsent) {
      this.#handOver(new LivePublication({ channel, epoch: this.#epoch, offset, data }))
    }
    return true
  }
}

/**
 * What of `missed`, read behind `after`, is still to be handed over at `position`.
 *
 * Hints that came while the store was read move the position on: what was read may then be behind it, which is no hole but asks for
 * another look.
 */
export function chooseUnsent(
  { after, position }: { readonly after: number; readonly position: number },
  missed: readonly StreamPublication[],
): readonly StreamPublication[] | 'hole' {
  const unsent = missed.filter((publication) => publication.offset > position)
  const isNothingNew = unsent.length === 0 && position === after
  return isNothingNew || !isWithoutHole(position, unsent) ? 'hole' : unsent
}

function readMissed(store: Store, place: StreamPlace, after: number): Promise<readonly StreamPublication[]> {
  return readRange(store, place, { after, before: null, limit: PUBLICATIONS_PER_ANSWER_MAX, order: 'oldest_first' })
}
