// Cuts streams at their old end, by count and by age as their project wishes; the newest publication of a channel always stays. A stream
// that never had any, and that nobody has opened for as long, is let go as a whole.
import { type RawBuilder, sql } from 'kysely'
import type { Retirable, RetireBatch, RetiredBatch } from '../platform/retirable.ts'
import {
  type Command,
  type GroupHandler,
  lockFound,
  oneByOne,
  type Row,
  rareCommand,
  runText,
  type Tx,
  updateRows,
} from '../platform/store/index.ts'
import { parseProjectSettings } from '../projects/index.ts'
import { walkStream } from './walk-stream.ts'

/** Cuts one batch of a project's channels. */
export const cutHistory: Command<RetireBatch, RetiredBatch> = rareCommand('realtime.cut-history')

/** As the service sees it. */
export const retirablePublications: Retirable = {
  kind: 'publications',
  keptFor: 'history',
  retire: cutHistory,
  oldest: async (read, projectId) => {
    const query = read.selectFrom('channels').select('oldest_at').where('project_id', '=', projectId)
    const row = await query.where('oldest_at', 'is not', null).orderBy('oldest_at').limit(1).executeTakeFirst()
    return row?.oldest_at ?? null
  },
}

/** Publications that one batch looks at; a longer channel is cut in several. */
const PUBLICATIONS_PER_BATCH_MAX = 2_000

/** The part of a channel that cutting looks at. `size`: how many publications may stay. */
type CuttableChannel = Pick<Row<'channels'>, 'project_id' | 'channel' | 'first_offset' | 'last_offset'>

/** What of a channel stays: from which offset on, and since when that is there. */
interface Kept {
  readonly offset: number
  readonly createdAt: number
}

/** The handler. It takes the channels whose oldest publication is over its age, and those that may have grown too long. */
export const handleCutHistory: GroupHandler<RetireBatch, RetiredBatch> = oneByOne(async (tx, batch) => {
  const found = await lockCuttable(tx, batch)
  if (found.length === 0) return { retired: 0, heldBack: 0, isMore: false }
  const [empty, filled] = [found.filter(isEmpty), found.filter((channel) => !isEmpty(channel))]
  await deleteChannels(tx, empty)
  const cut = await cutChannels(tx, batch, withinPublications(filled))
  return { retired: empty.length + cut, heldBack: 0, isMore: true }
})

function isEmpty({ last_offset: last }: CuttableChannel): boolean {
  return last === 0
}

/** Gives how many publications were cut. */
async function cutChannels(tx: Tx, batch: RetireBatch, channels: readonly CuttableChannel[]): Promise<number> {
  if (channels.length === 0) return 0
  const size = await historySize(tx, batch.projectId)
  const young = await firstKept(tx, channels, tx.now - batch.keptMs)
  const cuts = channels.map((channel, index) => ({ ...channel, from: keepFrom(channel, size, young[index]?.offset) }))
  await deleteBelow(tx, cuts)
  const kept = await firstKept(tx, channels, null)
  await updateRows(
    tx,
    'channels',
    ['project_id', 'channel'],
    ['first_offset', 'oldest_at'],
    cuts.map((cut, index) => stateAfter(cut, kept[index], size)),
  )
  return cuts.reduce((sum, cut) => sum + cut.from - cut.first_offset, 0)
}

/**
 * The first offset that stays.
 *
 * @param size how many may stay at most
 * @param young the first one that is young enough; undefined: none is, and only the newest stays
 */
export function keepFrom(
  { first_offset: first, last_offset: last }: Pick<CuttableChannel, 'first_offset' | 'last_offset'>,
  size: number,
  young: number | undefined,
): number {
  const wanted = Math.max(first, last - size + 1, young ?? last)
  return Math.min(wanted, last, first + PUBLICATIONS_PER_BATCH_MAX)
}

/** A channel that has one publication left is looked at again when it has more. */
function stateAfter(
  { from, ...channel }: CuttableChannel & { readonly from: number },
  kept: Kept | undefined,
  size: number,
): Partial<Row<'channels'>> {
  const { last_offset: last } = channel
  const isStillLong = last - from + 1 > size
  const oldestAt = from >= last ? null : (kept?.createdAt ?? null)
  return { ...channel, first_offset: from, oldest_at: isStillLong ? 0 : oldestAt }
}

/** Nobody waits here: channels that somebody appends to right now are passed over. */
async function lockCuttable(tx: Tx, { projectId, keptMs, max }: RetireBatch): Promise<readonly CuttableChannel[]> {
  const query = tx.db
    .selectFrom('channels')
    .select(['project_id', 'channel', 'first_offset', 'last_offset'])
    .where('project_id', '=', projectId)
    .where('oldest_at', 'is not', null)
    .where('oldest_at', '<=', tx.now - keptMs)
    .orderBy('oldest_at')
    .orderBy('channel')
    .limit(max)
  return lockFound(tx, query)
}

function withinPublications(channels: readonly CuttableChannel[]): readonly CuttableChannel[] {
  let count = 0
  return channels.filter(({ first_offset: first, last_offset: last }, index) => {
    count += last - first + 1
    return index === 0 || count <= PUBLICATIONS_PER_BATCH_MAX
  })
}

async function historySize(tx: Tx, projectId: number): Promise<number> {
  const query = tx.db.selectFrom('projects').select('settings').where('id', '=', projectId)
  return parseProjectSettings((await query.executeTakeFirstOrThrow()).settings).historySizeMax
}

const FIRST = `select stream_offset, created_at from publications where project_id = asked.project_id and channel = asked.channel
  and created_at > asked.after order by stream_offset limit 1`
const FIRST_POSTGRES = `select asked.channel, first.stream_offset, first.created_at
  from unnest($1::bigint[], $2::text[], $3::bigint[]) as asked(project_id, channel, after) cross join lateral (${FIRST}) as first`

/** The first publication of each channel that was made after `after`, or the first one at all; undefined: there is none. */
async function firstKept(
  tx: Tx,
  channels: readonly CuttableChannel[],
  after: number | null,
): Promise<readonly (Kept | undefined)[]> {
  const rows =
    tx.engine === 'postgres' ? await firstTogether(tx, channels, after) : await firstOneByOne(tx, channels, after)
  const byChannel = new Map(rows.map((row) => [row.channel, { offset: row.stream_offset, createdAt: row.created_at }]))
  return channels.map(({ channel }) => byChannel.get(channel))
}

type FirstRow = Pick<Row<'publications'>, 'channel' | 'stream_offset' | 'created_at'>

function firstTogether(
  tx: Tx,
  channels: readonly CuttableChannel[],
  after: number | null,
): Promise<readonly FirstRow[]> {
  const columns = [
    channels.map((row) => row.project_id),
    channels.map((row) => row.channel),
    channels.map(() => after ?? Number.MIN_SAFE_INTEGER),
  ]
  return runText<FirstRow>(tx, FIRST_POSTGRES, columns)
}

async function firstOneByOne(
  tx: Tx,
  channels: readonly CuttableChannel[],
  after: number | null,
): Promise<readonly FirstRow[]> {
  const found: FirstRow[] = []
  for (const channel of channels) {
    const query = sql<FirstRow>`${walkWhole(channel)} select ${channel.channel} as channel, stream_offset, created_at from walk
      where created_at > ${after ?? Number.MIN_SAFE_INTEGER} order by stream_offset limit 1`
    found.push(...(await query.execute(tx.db)).rows)
  }
  return found
}

function walkWhole({ project_id: projectId, channel, first_offset: first }: CuttableChannel): RawBuilder<unknown> {
  return walkStream({ projectId, channel, floor: first - 1 })
}

const FORGET_POSTGRES = `delete from channels using unnest($1::bigint[], $2::text[]) as gone(project_id, channel)
  where channels.project_id = gone.project_id and channels.channel = gone.channel`
const FORGET_SQLITE = 'delete from channels where project_id = ? and channel = ?'

async function deleteChannels(tx: Tx, channels: readonly CuttableChannel[]): Promise<void> {
  const rows = channels.map((row) => [row.project_id, row.channel] as const)
  if (rows.length === 0) return
  if (tx.engine === 'sqlite') for (const row of rows) await runText(tx, FORGET_SQLITE, row)
  else await runText(tx, FORGET_POSTGRES, [rows.map(([projectId]) => projectId), rows.map(([, channel]) => channel)])
}

const DELETE_POSTGRES = `delete from publications using unnest($1::bigint[], $2::text[], $3::bigint[]) as cut(project_id, channel, below)
  where publications.project_id = cut.project_id and publications.channel = cut.channel and publications.stream_offset < cut.below`

async function deleteBelow(tx: Tx, cuts: readonly (CuttableChannel & { readonly from: number })[]): Promise<void> {
  if (tx.engine === 'sqlite') return deleteOneByOne(tx, cuts)
  const rows = cuts.map((cut) => [cut.project_id, cut.channel, cut.from] as const)
  await runText(
    tx,
    DELETE_POSTGRES,
    [0, 1, 2].map((column) => rows.map((row) => row[column])),
  )
}

async function deleteOneByOne(tx: Tx, cuts: readonly (CuttableChannel & { readonly from: number })[]): Promise<void> {
  for (const cut of cuts) {
    const below = sql`${walkWhole(cut)} select id from walk where stream_offset < ${cut.from}`
    await sql`delete from publications where id in (${below})`.execute(tx.db)
  }
}
