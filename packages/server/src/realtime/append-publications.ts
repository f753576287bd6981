// Puts order statuses onto the channels of their buyers, with offsets that have no holes.
import { randomBytes } from 'node:crypto'
import { channelName, partyText } from '@ordertrail/core'
import type { Party } from '../platform/http/index.ts'
import { sha256Hex } from '../platform/seal.ts'
import { insertRows, type Row, runText, type Tx } from '../platform/store/index.ts'

/** A message for one channel; `data` is the JSON text that clients get byte for byte. */
export interface NewPublication {
  readonly projectId: number
  readonly partyKind: Party['kind']
  readonly partyId: string
  readonly channel: string
  readonly orderId: number
  readonly data: string
}

/** The channel of a party: everything about its orders goes there, and nothing else. */
export function channelOf(party: Party): string {
  return channelName(party.projectId, sha256Hex(partyText(party)))
}

/**
 * A new stream's epoch: 12 hexadecimal digits.
 *
 * Never empty and never `_`, which clients of the protocol take for "no epoch".
 */
export function newEpoch(): string {
  return randomBytes(6).toString('hex')
}

/**
 * Appends `publications` in their order; each channel numbers its own from the last offset on, starting at 1.
 *
 * Channels that do not exist are made. The counters are raised in one statement, in the one order of all locks, so that
 * two transactions queue instead of meeting in a ring, and each waits until the numbers before its own are final.
 */
export async function appendPublications(tx: Tx, publications: readonly NewPublication[]): Promise<void> {
  if (publications.length === 0) return
  const streams = await raiseOffsets(tx, channelCounts(publications))
  const rows = publications.map((publication) => numbered(tx, publication, streams))
  await insertRows(tx, 'publications', rows)
  for (const row of rows) wakeFor(tx, row, streams)
}

/** A channel's state while its new publications are numbered; `nextOffset` moves on. */
interface Stream {
  readonly epoch: string
  nextOffset: number
}

type Streams = ReadonlyMap<string, Stream>
type ChannelCount = readonly [first: NewPublication, count: number]
type RaisedChannel = Pick<Row<'channels'>, 'project_id' | 'channel' | 'epoch' | 'last_offset'>

const keyOf = (projectId: number, channel: string): string => `${projectId}:${channel}`

/** How many publications each channel gets, in the order in which channels are locked. */
function channelCounts(publications: readonly NewPublication[]): readonly ChannelCount[] {
  const counts = new Map<string, ChannelCount>()
  for (const publication of publications) {
    const key = keyOf(publication.projectId, publication.channel)
    const [first, count] = counts.get(key) ?? [publication, 0]
    counts.set(key, [first, count + 1])
  }
  return [...counts.values()].sort(([a], [b]) => a.projectId - b.projectId || (a.channel < b.channel ? -1 : 1))
}

const CHANNEL_COLUMNS = 'project_id, channel, party_kind, party_id, epoch, last_offset, created_at, oldest_at'
/** Each time a stream has grown by so many, somebody looks whether it is longer than its project wants. */
const LENGTH_STEP = 20
const LENGTH = 'channels.last_offset - channels.first_offset + 1'
// The index by oldest_at is touched once in so many publications only; that keeps updates of a channel cheap on PostgreSQL.
const RAISE = `on conflict (project_id, channel) do update set last_offset = channels.last_offset + excluded.last_offset,
  oldest_at = case when (${LENGTH} + excluded.last_offset) / ${LENGTH_STEP} > (${LENGTH}) / ${LENGTH_STEP} then 0
    when channels.last_offset = 0 then excluded.oldest_at else coalesce(channels.oldest_at, excluded.oldest_at) end
  returning project_id, channel, epoch, last_offset`
const RAISE_POSTGRES = `insert into channels (${CHANNEL_COLUMNS})
  select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[]) ${RAISE}`
const RAISE_SQLITE = `insert into channels (${CHANNEL_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?) ${RAISE}`

async function raiseOffsets(tx: Tx, counts: readonly ChannelCount[]): Promise<Streams> {
  const rows = counts.map(([first, count]) => [
    first.projectId,
    first.channel,
    first.partyKind,
    first.partyId,
    newEpoch(),
    count,
    tx.now,
    tx.now,
  ])
  const raised = tx.engine === 'postgres' ? await raiseTogether(tx, rows) : await raiseOneByOne(tx, rows)
  const countOf = new Map(counts.map(([first, count]) => [keyOf(first.projectId, first.channel), count]))
  return new Map(
    raised.map((row) => {
      const key = keyOf(row.project_id, row.channel)
      return [key, { epoch: row.epoch, nextOffset: row.last_offset - (countOf.get(key) ?? 0) + 1 }]
    }),
  )
}

function raiseTogether(tx: Tx, rows: readonly (readonly unknown[])[]): Promise<readonly RaisedChannel[]> {
  const columns = CHANNEL_COLUMNS.split(', ').map((_, index) => rows.map((row) => row[index]))
  return runText<RaisedChannel>(tx, RAISE_POSTGRES, columns)
}

async function raiseOneByOne(tx: Tx, rows: readonly (readonly unknown[])[]): Promise<readonly RaisedChannel[]> {
  const raised: RaisedChannel[] = []
  for (const row of rows) raised.push(...(await runText<RaisedChannel>(tx, RAISE_SQLITE, row)))
  return raised
}

function streamOf(streams: Streams, projectId: number, channel: string): Stream {
  const stream = streams.get(keyOf(projectId, channel))
  if (stream === undefined) throw new Error(`Channel ${channel} was raised but not returned.`)
  return stream
}

function numbered(tx: Tx, publication: NewPublication, streams: Streams): Row<'publications'> {
  const stream = streamOf(streams, publication.projectId, publication.channel)
  return {
    project_id: publication.projectId,
    channel: publication.channel,
    stream_offset: stream.nextOffset++,
    order_id: publication.orderId,
    data: publication.data,
    created_at: tx.now,
  }
}

function wakeFor(tx: Tx, row: Row<'publications'>, streams: Streams): void {
  tx.wake({
    kind: 'publication',
    projectId: row.project_id,
    channel: row.channel,
    epoch: streamOf(streams, row.project_id, row.channel).epoch,
    offset: row.stream_offset,
    data: row.data,
  })
}
