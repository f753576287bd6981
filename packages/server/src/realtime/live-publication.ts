// A publication on its way to the connections of its channel, and what a connection does with it.
import { type Encoding, encodePublicationPush, type Frame, type RawJson } from '@ordertrail/centrifuge-protocol'
import type { PublicationHint } from './broker.ts'
import type { StreamTop } from './read-stream.ts'

/** One publication for many connections: each encoding is made once. */
export class LivePublication {
  readonly epoch: string
  readonly offset: number
  readonly #channel: string
  /** Null: it did not travel with the hint, and is read from the store. */
  readonly #data: RawJson | null
  readonly #frames: Partial<Record<Encoding, Frame>> = {}

  constructor(hint: Pick<PublicationHint, 'channel' | 'epoch' | 'offset' | 'data'>) {
    this.epoch = hint.epoch
    this.offset = hint.offset
    this.#channel = hint.channel
    // `data` was rendered by us as one JSON value.
    this.#data = hint.data as RawJson | null
  }

  /** False: it only tells that there is something to read. */
  get hasData(): boolean {
    return this.#data !== null
  }

  /** The push as it goes out. @throws {Error} without data */
  frame(encoding: Encoding): Frame {
    if (this.#data === null) throw new Error('A publication without data cannot be pushed.')
    this.#frames[encoding] ??= encodePublicationPush(this.#channel, this.#data, this.offset, encoding)
    return this.#frames[encoding]
  }
}

/**
 * What to do with something that arrives at a connection.
 *
 * `next`: send it. `seen`: it was sent before, brokers may repeat. `ahead`: something between was lost on the way, the store has it.
 * `other_stream`: the stream is not the one the client knows; only a new connection helps.
 */
export type Arrival = 'next' | 'seen' | 'ahead' | 'other_stream'

/**
 * Clients neither notice holes nor repeats, so that the server must.
 *
 * @param position where a connection stands: it was sent everything up to its offset
 */
export function judgeArrival(position: StreamTop, arrived: StreamTop): Arrival {
  if (arrived.epoch !== position.epoch) return 'other_stream'
  if (arrived.offset <= position.offset) return 'seen'
  return arrived.offset === position.offset + 1 ? 'next' : 'ahead'
}
