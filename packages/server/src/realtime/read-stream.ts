// Reads the stream of a channel as it is committed.
import type { Publication, RawJson } from '@ordertrail/centrifuge-protocol'
import type { Store } from '../platform/store/index.ts'

/** Which stream. */
export interface StreamPlace {
  readonly projectId: number
  readonly channel: string
}

/** The newest publication of a stream; `offset` 0: none yet. */
export interface StreamTop {
  readonly epoch: string
  readonly offset: number
}

/** A publication that has its place in a stream. */
export type StreamPublication = Publication & { readonly offset: number }

/** Which part of a stream: what lies strictly between the two offsets, `limit` from one end of it. */
export interface StreamRange {
  readonly after: number
  /** Null: up to the newest. */
  readonly before: number | null
  readonly limit: number
  /** From which end `limit` counts, and which one comes first. */
  readonly order: 'oldest_first' | 'newest_first'
}

/** @returns undefined when the channel was never opened */
export async function readTop(
  read: Store['read'],
  { projectId, channel }: StreamPlace,
): Promise<StreamTop | undefined> {
  const row = await read
    .selectFrom('channels')
    .where('project_id', '=', projectId)
    .where('channel', '=', channel)
    .select(['epoch', 'last_offset'])
    .executeTakeFirst()
  return row === undefined ? undefined : { epoch: row.epoch, offset: row.last_offset }
}

/** Publications of one range, in its order. */
export async function readRange(
  read: Store['read'],
  { projectId, channel }: StreamPlace,
  { after, before, limit, order }: StreamRange,
): Promise<readonly StreamPublication[]> {
  const rows = await read
    .selectFrom('publications')
    .where('project_id', '=', projectId)
    .where('channel', '=', channel)
    .where('stream_offset', '>', after)
    .$if(before !== null, (query) => query.where('stream_offset', '<', before ?? 0))
    .select(['stream_offset', 'data'])
    .orderBy('stream_offset', order === 'oldest_first' ? 'asc' : 'desc')
    .limit(limit)
    .execute()
  // `data` was rendered by us as one JSON value.
  return rows.map((row) => ({ data: row.data as RawJson, offset: row.stream_offset }))
}
