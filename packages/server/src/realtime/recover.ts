// Decides where a connection begins in the stream: behind what its client has seen, or at the top.
import type { SubscribeRequest, SubscribeResult } from '@ordertrail/centrifuge-protocol'
import type { Store } from '../platform/store/index.ts'
import { PUBLICATIONS_PER_ANSWER_MAX } from './gateway-limits.ts'
import { readRange, type StreamPlace, type StreamPublication, type StreamTop } from './read-stream.ts'

/** The beginning of a connection: what the client is told, and the offset of the last publication it then knows. */
export interface StreamStart {
  readonly outcome: 'fresh' | 'recovered' | 'unrecovered'
  readonly position: number
  readonly result: SubscribeResult
}

/**
 * Reads what the client missed and decides whether that is everything.
 *
 * @param asked the client's position of this channel; undefined or without `recover`: it does not ask for recovery
 */
export async function recover(
  read: Store['read'],
  place: StreamPlace,
  top: StreamTop,
  asked: SubscribeRequest | undefined,
): Promise<StreamStart> {
  if (asked?.recover !== true) return startAtTop(top, 'fresh')
  const offset = asked.offset ?? 0
  if (!isSameStream(asked, top) || offset > top.offset) return startAtTop(top, 'unrecovered')
  const missed = await readRange(read, place, {
    after: offset,
    before: null,
    limit: PUBLICATIONS_PER_ANSWER_MAX,
    order: 'oldest_first',
  })
  return decideRecovery(top, offset, missed)
}

/** An empty epoch is every epoch. */
function isSameStream({ epoch = '' }: SubscribeRequest, top: StreamTop): boolean {
  return epoch === '' || epoch === top.epoch
}

/**
 * Recovered only when `missed` follows `offset` without a hole up to the top, or beyond it where it was read later.
 *
 * A recovered answer names the offset of the request, not the top: clients count on from it while they take in `publications`.
 * One that is not recovered carries none, because clients ignore them.
 */
export function decideRecovery(top: StreamTop, offset: number, missed: readonly StreamPublication[]): StreamStart {
  const position = offset + missed.length
  if (!isWithoutHole(offset, missed) || position < top.offset) return startAtTop(top, 'unrecovered')
  const publications = missed.length === 0 ? {} : { publications: missed }
  return {
    outcome: 'recovered',
    position,
    result: { ...subscribed(top.epoch, offset), ...publications, recovered: true, was_recovering: true },
  }
}

/** True when the offsets are exactly the ones that follow `position`. */
export function isWithoutHole(position: number, publications: readonly StreamPublication[]): boolean {
  return publications.every((publication, index) => publication.offset === position + index + 1)
}

function startAtTop(top: StreamTop, outcome: 'fresh' | 'unrecovered'): StreamStart {
  const result = subscribed(top.epoch, top.offset)
  return {
    outcome,
    position: top.offset,
    result: outcome === 'fresh' ? result : { ...result, was_recovering: true },
  }
}

function subscribed(epoch: string, offset: number): SubscribeResult {
  return { recoverable: true, positioned: true, epoch, offset }
}
