// Makes the stream of a party before anything was published to it, so that its epoch is the same for as long as somebody watches it.
import { type BoundCommand, bind, type Command, type Row, runEach, runText, type Tx } from '../platform/store/index.ts'
import { cutHistory, handleCutHistory } from './cut-history.ts'
import { newEpoch } from './new-epoch.ts'

/** Whose channel. */
export interface OpenChannelInput {
  readonly projectId: number
  readonly partyKind: string
  readonly partyId: string
  readonly channel: string
}

/** The top of the stream; `offset` 0 where nothing was published. */
export interface OpenedChannel {
  readonly epoch: string
  readonly offset: number
}

const CHANNELS_PER_GROUP_MAX = 64

/** How long an empty stream counts as watched after it was opened, besides the time that its project keeps statuses. */
export const EMPTY_KEPT_MS: number = 2 * 24 * 3_600_000

/** A channel that is there already stays as it is, but that its opening counts from now on where it is empty. */
export const openChannel: Command<OpenChannelInput, OpenedChannel> = {
  name: 'realtime.open-channel',
  groupMax: CHANNELS_PER_GROUP_MAX,
  keys: ({ channel }) => [`channel:${channel}`],
}

/** All commands of realtime with their handlers. */
export function realtimeCommands(): readonly BoundCommand[] {
  return [bind(openChannel, openChannels), bind(cutHistory, handleCutHistory)]
}

type Opened = Pick<Row<'channels'>, 'channel' | 'epoch' | 'last_offset'>

const COLUMNS = 'project_id, channel, party_kind, party_id, epoch, last_offset, created_at, oldest_at'
// The update also makes the statement give rows that are there already.
const OR_KEEP = `on conflict (project_id, channel) do update
  set oldest_at = case when channels.last_offset = 0 then excluded.oldest_at else channels.oldest_at end
  returning channel, epoch, last_offset`
const OPEN_POSTGRES = `insert into channels (${COLUMNS})
  select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[]) ${OR_KEEP}`
const OPEN_SQLITE = `insert into channels (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?) ${OR_KEEP}`

async function openChannels(tx: Tx, inputs: readonly OpenChannelInput[]): Promise<readonly OpenedChannel[]> {
  const rows = inputs
    .toSorted((a, b) => a.projectId - b.projectId || (a.channel < b.channel ? -1 : 1))
    .map(({ projectId, channel, partyKind, partyId }) => {
      return [projectId, channel, partyKind, partyId, newEpoch(), 0, tx.now, tx.now + EMPTY_KEPT_MS]
    })
  const opened = tx.engine === 'postgres' ? await openTogether(tx, rows) : await runEach<Opened>(tx, OPEN_SQLITE, rows)
  const byChannel = new Map(opened.map((row) => [row.channel, { epoch: row.epoch, offset: row.last_offset }]))
  return inputs.map(({ channel }) => {
    const found = byChannel.get(channel)
    if (found === undefined) throw new Error(`Channel ${channel} was opened but not returned.`)
    return found
  })
}

function openTogether(tx: Tx, rows: readonly (readonly unknown[])[]): Promise<readonly Opened[]> {
  const columns = COLUMNS.split(', ').map((_, index) => rows.map((row) => row[index]))
  return runText<Opened>(tx, OPEN_POSTGRES, columns)
}
