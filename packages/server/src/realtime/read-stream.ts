// Reads the stream of a channel as it is committed.
import type { Publication, RawJson } from '@ordertrail/centrifuge-protocol'
import { type RawBuilder, sql } from 'kysely'
import type { Engine, Store } from '../platform/store/index.ts'
import { walkStream } from './walk-stream.ts'

/** What is needed of a store to read streams: its engines keep them in different ways. */
export type StreamStore = Pick<Store, 'engine' | 'read'>

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

/** A stream as it was in one moment: its top, and the part that was asked for, in its order. */
export interface StreamView {
  readonly top: StreamTop
  readonly publications: readonly StreamPublication[]
  /** From when on an empty stream counts as one that nobody watches, wall milliseconds; null: it is not empty. */
  readonly unwatchedAt: number | null
}

/** A row of the answer: the channel's own, then publications. */
interface ViewRow {
  readonly epoch: string | null
  readonly last_offset: number | null
  readonly unwatched_at: number | null
  readonly stream_offset: number | null
  readonly data: string | null
}

const DIRECTIONS = { oldest_first: sql.raw('asc'), newest_first: sql.raw('desc') } as const

/**
 * Reads the top of a stream and a part of it in one statement: in a storm of clients each statement counts.
 *
 * @param range null: only the top
 * @returns undefined when the channel was never opened
 */
export async function readStream(
  { engine, read }: StreamStore,
  place: StreamPlace,
  range: StreamRange | null,
): Promise<StreamView | undefined> {
  const { rows } = await (range === null ? topOf(place) : topAndPart(engine, place, range)).execute(read)
  const [channel, ...part] = rows
  // Without its row a channel has no publications either.
  if (typeof channel?.epoch !== 'string' || channel.last_offset === null) return undefined
  const { epoch, last_offset: offset, unwatched_at: unwatchedAt } = channel
  return { top: { epoch, offset }, publications: part.map(publicationOf), unwatchedAt }
}

function topOf({ projectId, channel }: StreamPlace): RawBuilder<ViewRow> {
  return sql<ViewRow>`select epoch, last_offset, case when last_offset = 0 then coalesce(oldest_at, 0) end as unwatched_at,
    cast(null as bigint) as stream_offset, cast(null as text) as data from channels where project_id = ${projectId} and channel = ${channel}`
}

function topAndPart(engine: Engine, place: StreamPlace, range: StreamRange): RawBuilder<ViewRow> {
  return sql<ViewRow>`${topOf(place)} union all select * from (
    select cast(null as text) as epoch, cast(null as bigint) as last_offset, cast(null as bigint) as unwatched_at, stream_offset, data from (${PARTS[engine](place, range)}) as part
  ) as lines`
}

/** How each engine finds a part of a stream. */
const PARTS: Readonly<Record<Engine, (place: StreamPlace, range: StreamRange) => RawBuilder<ViewRow>>> = {
  postgres: indexedPart,
  sqlite: linkedPart,
}

function indexedPart(
  { projectId, channel }: StreamPlace,
  { after, before, limit, order }: StreamRange,
): RawBuilder<ViewRow> {
  return sql`select stream_offset, data from publications where project_id = ${projectId} and channel = ${channel}
    and stream_offset > ${after} and stream_offset < ${before ?? Number.MAX_SAFE_INTEGER}
    order by stream_offset ${DIRECTIONS[order]} limit ${limit}`
}

/** Offsets have no holes, so that it is known how far back the part goes: nothing before it is read. */
function linkedPart(place: StreamPlace, { after, before, limit, order }: StreamRange): RawBuilder<ViewRow> {
  const { projectId, channel } = place
  const top = sql`(select last_offset from channels where project_id = ${projectId} and channel = ${channel})`
  const end = before === null ? sql`${top} + 1` : sql`min(${before}, ${top} + 1)`
  const floor = order === 'oldest_first' ? after : sql<number>`max(${after}, ${end} - 1 - ${limit})`
  return sql`${walkStream({ ...place, floor })} select stream_offset, data from walk
    where stream_offset < ${before ?? Number.MAX_SAFE_INTEGER} order by stream_offset ${DIRECTIONS[order]} limit ${limit}`
}

/** `data` was rendered by us as one JSON value. */
function publicationOf({ stream_offset: offset, data }: ViewRow): StreamPublication {
  return { data: data as RawJson, offset: offset ?? 0 }
}

/** Publications of one range, in its order. */
export async function readRange(
  { engine, read }: StreamStore,
  place: StreamPlace,
  range: StreamRange,
): Promise<readonly StreamPublication[]> {
  return (await PARTS[engine](place, range).execute(read)).rows.map(publicationOf)
}
