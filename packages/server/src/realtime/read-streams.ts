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
 * PostgreSQL gives tops and parts in one. SQLite first gives all tops, because most clients that come back missed nothing, and then walks
 * all streams of which more is wanted.
 *
 * @returns in the order of `asks`; undefined for a channel that was never opened
 */
export function readStreams(
  store: StreamStore,
  asks: readonly StreamAsk[],
): Promise<readonly (StreamView | undefined)[]> {
  return store.engine === 'postgres' ? readIndexed(store, asks) : readLinked(store, asks)
}

/** Publications of one stream that come with those of others; of a longer part the stream is read by itself, so that no answer is too long. */
const PUBLICATIONS_TOGETHER_MAX = 100

async function readIndexed(
  store: StreamStore,
  asks: readonly StreamAsk[],
): Promise<readonly (StreamView | undefined)[]> {
  const { rows } = await viewsQuery(asks.map(shortened).map(askedValues)).execute(store.read)
  const byAsk = Map.groupBy(rows, ({ ask }) => ask)
  return Promise.all(
    asks.map((ask, index) => {
      const view = viewOf(byAsk.get(index), ask.range)
      return mayBeCut(ask, view) ? readStream(store, ask.place, ask.range) : view
    }),
  )
}

function shortened({ place, range }: StreamAsk): StreamAsk {
  if (range === null) return { place, range }
  return { place, range: { ...range, limit: Math.min(range.limit, PUBLICATIONS_TOGETHER_MAX) } }
}

function mayBeCut({ range }: StreamAsk, view: StreamView | undefined): boolean {
  if (range === null || view === undefined || range.limit <= PUBLICATIONS_TOGETHER_MAX) return false
  return view.publications.length === PUBLICATIONS_TOGETHER_MAX
}

async function readLinked(
  store: StreamStore,
  asks: readonly StreamAsk[],
): Promise<readonly (StreamView | undefined)[]> {
  const tops = await topsQuery(asks).execute(store.read)
  const byAsk = Map.groupBy(tops.rows, ({ ask }) => ask)
  const steps = asks.map(({ range }, index) => stepsOfWalk(range, byAsk.get(index)?.[0]?.last_offset ?? 0))
  const isShort = (index: number): boolean => (steps[index] ?? 0) <= PUBLICATIONS_TOGETHER_MAX
  const short = [...asks.entries()].filter(([index]) => steps[index] !== 0 && isShort(index))
  const walked = await walkTogether(store, new Map(short))
  return Promise.all(
    asks.map(({ place, range }, index) => {
      if (!isShort(index)) return readStream(store, place, range)
      return walked.has(index) ? walked.get(index) : viewOf(byAsk.get(index), null)
    }),
  )
}

/** How many publications lie between the newest one and the part that is asked for, with it; 0: nothing is to be read. */
function stepsOfWalk(range: StreamRange | null, top: number): number {
  if (range === null) return 0
  const end = Math.min(range.before ?? Number.POSITIVE_INFINITY, top + 1)
  const floor = range.order === 'oldest_first' ? range.after : Math.max(range.after, end - 1 - range.limit)
  return end - 1 > range.after ? top - floor : 0
}

/** Views by number of their ask, each as it was in one moment. */
async function walkTogether(
  { read }: StreamStore,
  asks: ReadonlyMap<number, StreamAsk>,
): Promise<ReadonlyMap<number, StreamView | undefined>> {
  if (asks.size === 0) return new Map()
  const { rows } = await walksQuery(asks).execute(read)
  const byAsk = Map.groupBy(rows, ({ ask }) => ask)
  return new Map(Array.from(asks, ([ask, { range }]) => [ask, viewOf(byAsk.get(ask), range)]))
}

/** A row of the answer: the channel, one publication of the part that was asked for, or both. */
interface ViewRow {
  readonly ask: number
  readonly epoch: string | null
  readonly last_offset: number | null
  readonly unwatched_at: number | null
  readonly stream_offset: number | null
  readonly data: string | null
}

function viewOf(rows: readonly ViewRow[] = [], range: StreamRange | null): StreamView | undefined {
  const channel = rows.find(({ epoch }) => epoch !== null)
  if (channel === undefined) return undefined
  const { epoch, last_offset: offset, unwatched_at: unwatchedAt } = channel
  return { top: { epoch: epoch ?? '', offset: offset ?? 0 }, publications: partOf(rows, range), unwatchedAt }
}

/** In its order, and no more than was asked for: a walk begins at the newest one. */
function partOf(rows: readonly ViewRow[], range: StreamRange | null): readonly StreamPublication[] {
  if (range === null) return []
  const found = rows.filter(({ stream_offset: offset }) => offset !== null && offset < (range.before ?? OFFSET_MAX))
  return found.map(publicationOf).sort(ORDERS[range.order]).slice(0, range.limit)
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

/** What walkStream does, for many streams at once; the tops come with it, so that top and part are of one moment. */
function walksQuery(asks: ReadonlyMap<number, StreamAsk>): RawBuilder<ViewRow> {
  const asked = JSON.stringify(Array.from(asks, ([ask, one]) => [ask, ...askedValues(one)]))
  const step = sql`walk.ask, walk.floor, p.project_id, p.channel, p.stream_offset, p.data, p.previous_id`
  return sql<ViewRow>`with recursive asked (ask, project_id, channel, after_offset, before_offset, from_new) as materialized (
      select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 6 from json_each(${asked})),
    walk (ask, floor, project_id, channel, stream_offset, data, previous_id) as (
      select asked.ask, max(asked.after_offset, min(asked.before_offset, channels.last_offset + 1) - 1 - asked.from_new),
          p.project_id, p.channel, p.stream_offset, p.data, p.previous_id
        from asked cross join channels on ${IS_ASKED} cross join publications as p on p.id = channels.newest_id
        where p.project_id = asked.project_id and p.channel = asked.channel
      union all
      select ${step} from walk cross join publications as p on p.id = walk.previous_id
        where p.project_id = walk.project_id and p.channel = walk.channel
          and p.stream_offset = walk.stream_offset - 1 and p.stream_offset > walk.floor)
    select asked.ask, ${TOP}, null as stream_offset, null as data from asked cross join channels on ${IS_ASKED}
    union all select ask, null, null, null, stream_offset, data from walk where stream_offset > floor`
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
