// Reads the streams of many clients at once.

import type { RawJson } from '@ordertrail/centrifuge-protocol'
import { type RawBuilder, sql } from 'kysely'
import {
  readStream,
  type StreamPlace,
  type StreamPublication,
  type StreamRange,
  type StreamStore,
  type StreamView,
} from './read-stream.ts'

/** What is asked of one stream; `range` null: only its top. */
export interface StreamAsk {
  readonly place: StreamPlace
  readonly range: StreamRange | null
}

/**
 * Reads the tops of streams and parts of them in few statements, however many they are: in a storm of clients each statement counts.
 *
 * PostgreSQL gives tops and parts in one. SQLite gives all tops in one, and walks the streams of which more is wanted one by one: most
 * clients that come back missed nothing.
 *
 * @returns in the order of `asks`; undefined for a channel that was never opened
 */
export async function readStreams(
  store: StreamStore,
  asks: readonly StreamAsk[],
): Promise<readonly (StreamView | undefined)[]> {
  const isWhole = store.engine === 'postgres'
  const views = await readTogether(store, asks.map(isWhole ? shortened : onlyTop))
  return Promise.all(
    asks.map((ask, index) => {
      const view = views[index]
      const isDone = isWhole ? !mayBeCut(ask, view) : isWithoutPart(ask, view)
      return isDone ? view : readStream(store, ask.place, ask.range)
    }),
  )
}

/** Publications of one stream that come with those of others; of a longer part the stream is read by itself, so that no answer is too long. */
const PUBLICATIONS_TOGETHER_MAX = 100

function shortened({ place, range }: StreamAsk): StreamAsk {
  if (range === null) return { place, range }
  return { place, range: { ...range, limit: Math.min(range.limit, PUBLICATIONS_TOGETHER_MAX) } }
}

function onlyTop({ place }: StreamAsk): StreamAsk {
  return { place, range: null }
}

function mayBeCut({ range }: StreamAsk, view: StreamView | undefined): boolean {
  if (range === null || view === undefined || range.limit <= PUBLICATIONS_TOGETHER_MAX) return false
  return view.publications.length === PUBLICATIONS_TOGETHER_MAX
}

function isWithoutPart({ range }: StreamAsk, view: StreamView | undefined): boolean {
  return range === null || view === undefined || range.after >= view.top.offset
}

/** A row of the answer: the channel, and one publication of the part that was asked for, where there is one. */
interface ViewRow {
  readonly ask: number
  readonly epoch: string
  readonly last_offset: number
  readonly unwatched_at: number | null
  readonly stream_offset: number | null
  readonly data: string | null
}

async function readTogether(
  { engine, read }: StreamStore,
  asks: readonly StreamAsk[],
): Promise<readonly (StreamView | undefined)[]> {
  const query = engine === 'postgres' ? viewsQuery(asks.map(askedValues)) : topsQuery(asks)
  const byAsk = Map.groupBy((await query.execute(read)).rows, ({ ask }) => ask)
  return asks.map(({ range }, index) => viewOf(byAsk.get(index), range))
}

function viewOf(rows: readonly ViewRow[] = [], range: StreamRange | null): StreamView | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const { epoch, last_offset: offset, unwatched_at: unwatchedAt, stream_offset: firstOffset } = first
  const publications = firstOffset === null ? [] : rows.map(publicationOf).sort(ORDERS[range?.order ?? 'oldest_first'])
  return { top: { epoch, offset }, publications, unwatchedAt }
}

type CompareOffsets = (a: StreamPublication, b: StreamPublication) => number

const ORDERS: Readonly<Record<StreamRange['order'], CompareOffsets>> = {
  oldest_first: (a, b) => a.offset - b.offset,
  newest_first: (a, b) => b.offset - a.offset,
}

/** `data` was rendered by us as one JSON value. */
function publicationOf({ stream_offset: offset, data }: ViewRow): StreamPublication {
  return { data: data as RawJson, offset: offset ?? 0 }
}

const TOP = sql`channels.epoch, channels.last_offset, case when channels.last_offset = 0 then coalesce(channels.oldest_at, 0) end as unwatched_at`
const IS_ASKED = sql`channels.project_id = asked.project_id and channels.channel = asked.channel`

function topsQuery(asks: readonly StreamAsk[]): RawBuilder<ViewRow> {
  const places = JSON.stringify(asks.map(({ place: { projectId, channel } }) => [projectId, channel]))
  // The cross join keeps SQLite from walking all channels.
  return sql<ViewRow>`select asked.ask, ${TOP}, null as stream_offset, null as data
    from (select key as ask, value ->> 0 as project_id, value ->> 1 as channel from json_each(${places})) as asked
    cross join channels on ${IS_ASKED}`
}

/** Project, channel, after, before, and how many from the old and from the new end. */
type AskedValues = readonly [number, string, number, number, number, number]

const ASKED_COLUMNS = ['project_id', 'channel', 'after_offset', 'before_offset', 'from_old', 'from_new']
/** Larger than any limit, and small enough to be added to an offset. */
const UNLIMITED = 2 ** 31
/** No stream gets that far, and sums with it fit into an integer of the store. */
const OFFSET_MAX = 2 ** 52

function askedValues({ place: { projectId, channel }, range }: StreamAsk): AskedValues {
  // Nothing lies before the first offset.
  if (range === null) return [projectId, channel, 0, 0, UNLIMITED, UNLIMITED]
  const { after, before, limit, order } = range
  const isFromOld = order === 'oldest_first'
  const ends = [isFromOld ? limit : UNLIMITED, isFromOld ? UNLIMITED : limit] as const
  return [projectId, channel, Math.min(after, OFFSET_MAX), Math.min(before ?? OFFSET_MAX, OFFSET_MAX), ...ends]
}

const OLDEST = 'greatest(asked.after_offset + 1, channels.first_offset)'
const NEWEST = 'least(asked.before_offset - 1, channels.last_offset)'
/**
 * Which offsets `limit` leaves. They follow each other without a hole from the first to the last one of their channel, so that no part
 * has to be read to be counted. The offset keeps the planner from joining all publications.
 */
const PART = sql.raw(`select stream_offset, data from publications
  where publications.project_id = channels.project_id and publications.channel = channels.channel
    and publications.stream_offset >= greatest(${OLDEST}, ${NEWEST} - asked.from_new + 1)
    and publications.stream_offset <= least(${NEWEST}, ${OLDEST} + asked.from_old - 1) offset 0`)

function viewsQuery(asked: readonly AskedValues[]): RawBuilder<ViewRow> {
  const [projects, channels, afters, befores, olds, news] = ASKED_COLUMNS.map((_, index) =>
    asked.map((one) => one[index]),
  )
  return sql<ViewRow>`select (asked.ask - 1)::int as ask, ${TOP}, part.stream_offset, part.data
    from unnest(${projects}::bigint[], ${channels}::text[], ${afters}::bigint[], ${befores}::bigint[], ${olds}::bigint[], ${news}::bigint[])
      with ordinality as asked(project_id, channel, after_offset, before_offset, from_old, from_new, ask)
    join channels on ${IS_ASKED} left join lateral (${PART}) as part on true`
}
