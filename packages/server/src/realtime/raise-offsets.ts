// Raises the counters of channels, and makes channels that do not exist yet.
import { findEach, type Row, runEach, runText, type SqliteTx, type Tx } from '../platform/store/index.ts'
import { newEpoch } from './new-epoch.ts'

/** A channel and how many publications it gets; `newestId` null on PostgreSQL, which has an index of streams instead. */
export interface ChannelRaise {
  readonly projectId: number
  readonly channel: string
  readonly partyKind: string
  readonly partyId: string
  readonly count: number
  readonly newestId: number | null
}

/** A channel that was raised, as it was before: `previousId` is its newest publication then, null where there is none or no link. */
export interface RaisedChannel {
  readonly epoch: string
  readonly lastOffset: number
  readonly previousId: number | null
}

/** Raises channels, in the one order of all locks, and gives them in that of `raises`. */
export function raiseOffsets(tx: Tx, raises: readonly ChannelRaise[]): Promise<readonly RaisedChannel[]> {
  return tx.engine === 'postgres' ? raiseTogether(tx, raises) : raiseOneByOne(tx, raises)
}

/** Each time a stream has grown by so many, somebody looks whether it is longer than its project wants. */
const LENGTH_STEP = 20

const COLUMNS = 'project_id, channel, party_kind, party_id, epoch, last_offset, created_at, oldest_at'
const LENGTH = 'channels.last_offset - channels.first_offset + 1'
// The index by oldest_at is touched once in so many publications only; that keeps updates of a channel cheap.
const RAISE_POSTGRES = `insert into channels (${COLUMNS})
  select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
  on conflict (project_id, channel) do update set last_offset = channels.last_offset + excluded.last_offset,
  oldest_at = case when (${LENGTH} + excluded.last_offset) / ${LENGTH_STEP} > (${LENGTH}) / ${LENGTH_STEP} then 0
    when channels.last_offset = 0 then excluded.oldest_at else coalesce(channels.oldest_at, excluded.oldest_at) end
  returning channel, epoch, last_offset`

type TopRow = Pick<Row<'channels'>, 'channel' | 'epoch' | 'last_offset'>

async function raiseTogether(tx: Tx, raises: readonly ChannelRaise[]): Promise<readonly RaisedChannel[]> {
  const rows = raises.map(({ projectId, channel, partyKind, partyId, count }) => {
    return [projectId, channel, partyKind, partyId, newEpoch(), count, tx.now, tx.now]
  })
  const columns = COLUMNS.split(', ').map((_, index) => rows.map((row) => row[index]))
  const raised = await runText<TopRow>(tx, RAISE_POSTGRES, columns)
  // The name holds the project.
  const byChannel = new Map(raised.map((row) => [row.channel, row]))
  return raises.map(({ channel, count }) => {
    const row = byChannel.get(channel)
    if (row === undefined) throw new Error(`Channel ${channel} was raised but not returned.`)
    return { epoch: row.epoch, lastOffset: row.last_offset - count, previousId: null }
  })
}

type KnownChannel = Pick<Row<'channels'>, 'epoch' | 'last_offset' | 'first_offset' | 'oldest_at' | 'newest_id'>

const OWN = 'where project_id = ? and channel = ?'
const READ = `select epoch, last_offset, first_offset, oldest_at, newest_id from channels ${OWN}`
const RAISE = `update channels set last_offset = ?, newest_id = ? ${OWN}`
// Apart, because an update that names oldest_at writes its index, also where it stays the same.
const RAISE_AGED = `update channels set last_offset = ?, newest_id = ?, oldest_at = ? ${OWN}`
const MAKE = `insert into channels (${COLUMNS}, newest_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** A channel that is raised by running `text` with `values`. */
type Raising = RaisedChannel & { readonly text: string; readonly values: readonly unknown[] }

/** One writer: what was read stays true. Reading first costs less than an insert that finds its row there and gives it back. */
async function raiseOneByOne(tx: SqliteTx, raises: readonly ChannelRaise[]): Promise<readonly RaisedChannel[]> {
  const owners = raises.map(({ projectId, channel }) => [projectId, channel])
  const known = await findEach<KnownChannel>(tx, READ, owners)
  const raisings = raises.map((raise, index) => {
    const before = known[index]
    return before === undefined ? made(tx, raise) : moved(tx, raise, before)
  })
  for (const [text, alike] of Map.groupBy(raisings, (raising) => raising.text)) {
    const lists = alike.map(({ values }) => values)
    await runEach(tx, text, lists)
  }
  return raisings
}

function made(tx: Tx, { projectId, channel, partyKind, partyId, count, newestId }: ChannelRaise): Raising {
  const epoch = newEpoch()
  const values = [projectId, channel, partyKind, partyId, epoch, count, tx.now, tx.now, newestId]
  return { epoch, lastOffset: 0, previousId: null, text: MAKE, values }
}

function moved(tx: Tx, { projectId, channel, count, newestId }: ChannelRaise, before: KnownChannel): Raising {
  const { epoch, last_offset: lastOffset, newest_id: previousId } = before
  const oldestAt = oldestAfter(before, count, tx.now)
  const top = lastOffset + count
  return oldestAt === before.oldest_at
    ? { epoch, lastOffset, previousId, text: RAISE, values: [top, newestId, projectId, channel] }
    : { epoch, lastOffset, previousId, text: RAISE_AGED, values: [top, newestId, oldestAt, projectId, channel] }
}

/** What RAISE_POSTGRES says of oldest_at. */
function oldestAfter(known: KnownChannel, count: number, now: number): number {
  const length = known.last_offset - known.first_offset + 1
  const steps = (publications: number): number => Math.trunc(publications / LENGTH_STEP)
  if (steps(length + count) > steps(length)) return 0
  return known.last_offset === 0 ? now : (known.oldest_at ?? now)
}
