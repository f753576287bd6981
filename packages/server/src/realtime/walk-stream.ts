// The stream of a channel on SQLite: from its newest publication back, each of which names the one before it.
import { type RawBuilder, sql } from 'kysely'

/** Which stream, and how far back: what lies at or below `floor` is not looked at. */
export interface StreamWalk {
  readonly projectId: number
  readonly channel: string
  readonly floor: RawBuilder<number> | number
}

const COLUMNS = sql.raw('p.id, p.stream_offset, p.data, p.created_at, p.previous_id')

/**
 * `with recursive walk (id, stream_offset, data, created_at, previous_id) as …`, for a statement that goes on with `select … from walk`.
 *
 * It ends where the stream was cut: what a publication names is gone then. Each step compares channel and offset, so that whatever
 * becomes of rows and ids, nobody ever reads what is another's.
 */
export function walkStream({ projectId, channel, floor }: StreamWalk): RawBuilder<unknown> {
  const isOwn = sql`p.project_id = ${projectId} and p.channel = ${channel}`
  return sql`with recursive walk (id, stream_offset, data, created_at, previous_id) as (
    select ${COLUMNS} from channels join publications as p on p.id = channels.newest_id
      where channels.project_id = ${projectId} and channels.channel = ${channel} and ${isOwn} and p.stream_offset > ${floor}
    union all
    select ${COLUMNS} from walk join publications as p on p.id = walk.previous_id
      where ${isOwn} and p.stream_offset = walk.stream_offset - 1 and p.stream_offset > ${floor}
  )`
}
