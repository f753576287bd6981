// Puts order statuses onto the channels of their buyers, with offsets that have no holes.
import { channelName, partyText } from '@ordertrail/core'
import type { Party } from '../platform/http/index.ts'
import { sha256Hex } from '../platform/seal.ts'
import { insertRows, type Row, runText, type Tx } from '../platform/store/index.ts'
import { type ChannelRaise, type RaisedChannel, raiseOffsets } from './raise-offsets.ts'

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
 * Appends `publications` in their order; each channel numbers its own from the last offset on, starting at 1.
 *
 * Channels that do not exist are made. The counters are raised in the one order of all locks, so that two transactions queue instead of
 * meeting in a ring, and each waits until the numbers before its own are final.
 */
export async function appendPublications(tx: Tx, publications: readonly NewPublication[]): Promise<void> {
  if (publications.length === 0) return
  const placed = withIds(publications, await nextId(tx))
  const raises = raisesOf(placed)
  const streams = streamsOf(raises, await raiseOffsets(tx, raises))
  const rows = placed.map((publication) => numbered(tx, publication, streams))
  await insertRows(tx, 'publications', rows)
  for (const row of rows) wakeFor(tx, row, streams)
}

/** `id` null: on PostgreSQL. */
type PlacedPublication = NewPublication & { readonly id: number | null }

/** A channel's state while its new publications are numbered; `lastOffset` and `newestId` move on. */
interface Stream {
  readonly epoch: string
  lastOffset: number
  newestId: number | null
}

type Streams = ReadonlyMap<string, Stream>

const keyOf = (projectId: number, channel: string): string => `${projectId}:${channel}`

/** SQLite has one writer, so that nobody else takes the ids that follow. */
async function nextId(tx: Tx): Promise<number | null> {
  if (tx.engine === 'postgres') return null
  const [row] = await runText<{ readonly id: number | null }>(tx, 'select max(id) as id from publications', [])
  return (row?.id ?? 0) + 1
}

function withIds(publications: readonly NewPublication[], first: number | null): readonly PlacedPublication[] {
  return publications.map((publication, index) => ({ ...publication, id: first === null ? null : first + index }))
}

/** How many publications each channel gets and which is the last of them, in the order in which channels are locked. */
function raisesOf(publications: readonly PlacedPublication[]): readonly ChannelRaise[] {
  const raises = new Map<string, ChannelRaise>()
  for (const { projectId, channel, partyKind, partyId, id: newestId } of publications) {
    const key = keyOf(projectId, channel)
    const count = (raises.get(key)?.count ?? 0) + 1
    raises.set(key, { projectId, channel, partyKind, partyId, count, newestId })
  }
  return [...raises.values()].sort((a, b) => a.projectId - b.projectId || (a.channel < b.channel ? -1 : 1))
}

function streamsOf(raises: readonly ChannelRaise[], raised: readonly RaisedChannel[]): Streams {
  return new Map(
    raised.map(({ epoch, lastOffset, previousId }, index) => {
      const { projectId, channel } = raises[index] as ChannelRaise
      return [keyOf(projectId, channel), { epoch, lastOffset, newestId: previousId }]
    }),
  )
}

function streamOf(streams: Streams, projectId: number, channel: string): Stream {
  const stream = streams.get(keyOf(projectId, channel))
  if (stream === undefined) throw new Error(`Channel ${channel} was not raised.`)
  return stream
}

function numbered(tx: Tx, publication: PlacedPublication, streams: Streams): Row<'publications'> {
  const { projectId, channel, orderId, data, id } = publication
  const stream = streamOf(streams, projectId, channel)
  const previousId = stream.newestId
  stream.lastOffset += 1
  stream.newestId = id
  return {
    project_id: projectId,
    channel,
    stream_offset: stream.lastOffset,
    order_id: orderId,
    data,
    created_at: tx.now,
    id: id ?? 0,
    previous_id: previousId,
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
