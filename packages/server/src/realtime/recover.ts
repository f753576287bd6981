// Decides where a connection begins in the stream: behind what its client has seen, or at the top.
import type { SubscribeRequest, SubscribeResult } from '@ordertrail/centrifuge-protocol'
import { PUBLICATIONS_PER_ANSWER_MAX } from './gateway-limits.ts'
import type { StreamPublication, StreamRange, StreamTop, StreamView } from './read-stream.ts'

/** The beginning of a connection: what the client is told, and the offset of the last publication it then knows. */
export interface StreamStart {
  readonly outcome: 'fresh' | 'recovered' | 'unrecovered'
  readonly position: number
  readonly result: SubscribeResult
}

/**
 * The part of the stream that a client missed; null: it does not ask for any.
 *
 * @param asked the client's position of this channel; undefined or without `recover`: it does not ask for recovery
 */
export function missedRange(asked: SubscribeRequest | undefined): StreamRange | null {
  if (asked?.recover !== true) return null
  return { after: asked.offset ?? 0, before: null, limit: PUBLICATIONS_PER_ANSWER_MAX, order: 'oldest_first' }
}

/** Decides whether `publications`, read as missedRange says, are everything that the client missed. */
export function recover({ top, publications }: StreamView, asked: SubscribeRequest | undefined): StreamStart {
  if (asked?.recover !== true) return startAtTop(top, 'fresh')
  const offset = asked.offset ?? 0
  if (!isSameStream(asked, top) || offset > top.offset) return startAtTop(top, 'unrecovered')
  return decideRecovery(top, offset, publications)
}

/** An empty epoch is every epoch. */
function isSameStream({ epoch = '' }: SubscribeRequest, top: StreamTop): boolean {
  return epoch === '' || epoch === top.epoch
}

/**
 * Recovered only when `missed` follows `offset` without a hole up to the top.
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
