// Answers history requests: which part of the stream each form of them asks for.
import { ERROR_CODES, type HistoryRequest, type HistoryResult, type ReplyError } from '@ordertrail/centrifuge-protocol'
import { PUBLICATIONS_PER_ANSWER_MAX } from './gateway-limits.ts'
import type { StreamReads } from './gather-reads.ts'
import type { StreamPlace, StreamPublication, StreamRange, StreamTop } from './read-stream.ts'

/** The answer to a history request. */
export type HistoryAnswer =
  | { readonly kind: 'read'; readonly result: HistoryResult }
  | { readonly kind: 'refused'; readonly error: ReplyError }

/** What a request asks for; `isReversed`: the answer is the range turned round. */
export type HistoryPlan =
  | { readonly kind: 'position' }
  | { readonly kind: 'range'; readonly range: StreamRange; readonly isReversed: boolean }
  | { readonly kind: 'refused'; readonly error: ReplyError }

/**
 * Which part of the stream a request means.
 *
 * No limit or one of 0: only the position. Below 0: all of it. Of more than fits into an answer the newest are given, because the
 * last status of an order is what counts. `since` is exclusive, in both directions.
 */
export function planHistory({ limit = 0, since, reverse = false }: HistoryRequest): HistoryPlan {
  if (reverse && since?.offset === 0) return { kind: 'refused', error: ERROR_CODES.badRequest }
  if (limit === 0) return { kind: 'position' }
  const isWhole = limit < 0 || limit > PUBLICATIONS_PER_ANSWER_MAX
  const count = isWhole ? PUBLICATIONS_PER_ANSWER_MAX : limit
  if (reverse) {
    const range: StreamRange = { after: 0, before: since?.offset ?? null, limit: count, order: 'newest_first' }
    return { kind: 'range', range, isReversed: false }
  }
  const order = isWhole ? 'newest_first' : 'oldest_first'
  return { kind: 'range', range: { after: since?.offset ?? 0, before: null, limit: count, order }, isReversed: isWhole }
}

/** Reads what a request asks for. Refused with 112: a stream of another epoch than the one it names, a position whose next one was cut. */
export async function readHistory(
  streams: StreamReads,
  place: StreamPlace,
  request: HistoryRequest,
): Promise<HistoryAnswer> {
  const plan = planHistory(request)
  if (plan.kind === 'refused') return plan
  const view = await streams.read(place, plan.kind === 'position' ? null : plan.range)
  // The channel was opened at connect; without a row the store was put back to an older state.
  if (view === undefined || isOtherEpoch(request, view.top.epoch)) {
    return { kind: 'refused', error: ERROR_CODES.unrecoverablePosition }
  }
  const { top } = view
  const isReversed = plan.kind === 'range' && plan.isReversed
  const publications = isReversed ? view.publications.toReversed() : view.publications
  if (plan.kind === 'range' && isCut(request, plan, top, publications)) {
    return { kind: 'refused', error: ERROR_CODES.unrecoverablePosition }
  }
  return { kind: 'read', result: { publications, epoch: top.epoch, offset: top.offset } }
}

/** An empty epoch asks for the stream whichever it is; the documented snippet does. */
function isOtherEpoch({ since }: HistoryRequest, epoch: string): boolean {
  return since !== undefined && since.epoch !== '' && since.epoch !== epoch
}

/**
 * True when what follows the position of the request is not there any more: clients count on it and would not see the hole.
 *
 * From the start of the stream means from the oldest one that is left. Nor is it a hole when more follows than fits into an answer.
 */
function isCut(
  { since, reverse = false }: HistoryRequest,
  { isReversed }: Pick<Extract<HistoryPlan, { kind: 'range' }>, 'isReversed'>,
  top: StreamTop,
  publications: readonly StreamPublication[],
): boolean {
  if (since === undefined || since.offset === 0 || reverse || since.offset >= top.offset) return false
  if (isReversed && publications.length >= PUBLICATIONS_PER_ANSWER_MAX) return false
  return publications[0]?.offset !== since.offset + 1
}
