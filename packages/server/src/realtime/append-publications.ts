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
  const firstId = await nextId(tx)
  const raises = raisesOf(publications, firstId)
  const streams = streamsOf(raises, await raiseOffsets(tx, raises))
  const placed = publications.map((publication, index) => placedIn(streams, publication, idAt(firstId, index)))
  await insertRows(
    tx,
    'publications',
    placed.map((one) => rowOf(tx, one)),
  )
  for (const one of placed) wakeFor(tx, one)
}

/** A publication with its place; `id` null: on PostgreSQL. `previousId` as in RaisedChannel. */
interface PlacedPublication {
  readonly publication: NewPublication
  readonly id: number | null
  readonly epoch: string
  readonly offset: number
  readonly previousId: number | null
}

/** A channel's state while its new publications are numbered; `lastOffset` and `newestId` move on. */
interface Stream {
  readonly epoch: string
  lastOffset: number
  newestId: number | null
}

/** By channel: its name holds the project and is like no other. */
type Streams = ReadonlyMap<string, Stream>

/** SQLite has one writer, so that nobody else takes the ids that follow. */
async function nextId(tx: Tx): Promise<number | null> {
  if (tx.engine === 'postgres') return null
  const [row] = await runText<{ readonly id: number | null }>(tx, 'select max(id) as id from publications', [])
  return (row?.id ?? 0) + 1
}

function idAt(firstId: number | null, index: number): number | null {
  return firstId === null ? null : firstId + index
}

/** How many publications each channel gets and which is the last of them, in the order in which channels are locked. */
function raisesOf(publications: readonly NewPublication[], firstId: number | null): readonly ChannelRaise[] {
  const raises = new Map<string, ChannelRaise>()
  for (const [index, { projectId, channel, partyKind, partyId }] of publications.entries()) {
    const count = (raises.get(channel)?.count ?? 0) + 1
    raises.set(channel, { projectId, channel, partyKind, partyId, count, newestId: idAt(firstId, index) })
  }
  return [...raises.values()].sort((a, b) => a.projectId - b.projectId || (a.channel < b.channel ? -1 : 1))
}

function streamsOf(raises: readonly ChannelRaise[], raised: readonly RaisedChannel[]): Streams {
  return new Map(
    raised.map(({ epoch, lastOffset, previousId }, index) => {
      const { channel } = raises[index] as ChannelRaise
      return [channel, { epoch, lastOffset, newestId: previousId }]
    }),
  )
}

function placedIn(streams: Streams, publication: NewPublication, id: number | null): PlacedPublication {
  const stream = streams.get(publication.channel)
  if (stream === undefined) throw new Error(`Channel ${publication.channel} was not raised.`)
  const previousId = stream.newestId
  stream.lastOffset += 1
  stream.newestId = id
  return { publication, id, epoch: stream.epoch, offset: stream.lastOffset, previousId }
}

function rowOf(tx: Tx, { publication, id, offset, previousId }: PlacedPublication): Row<'publications'> {
  return {
    project_id: publication.projectId,
    channel: publication.channel,
    stream_offset: offset,
    order_id: publication.orderId,
    data: publication.data,
    created_at: tx.now,
    id: id ?? 0,
    previous_id: previousId,
  }
}

function wakeFor(tx: Tx, { publication: { projectId, channel, data }, epoch, offset }: PlacedPublication): void {
  tx.wake({ kind: 'publication', projectId, channel, epoch, offset, data })
}
