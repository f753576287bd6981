// Compares live channels with the store, so that a hint that was lost on its way never means a status that is lost.
import { type RawBuilder, sql } from 'kysely'
import type { Logger } from '../platform/logger.ts'
import type { Row, Store } from '../platform/store/index.ts'
import type { Hub, LiveChannel } from './hub.ts'
import type { StreamPlace, StreamTop } from './read-stream.ts'

type ReadingStore = Pick<Store, 'engine' | 'read'>

/** How many channels one statement asks for. */
const CHANNELS_PER_READ_MAX = 500

/** Collects channels that are due and checks them together. */
export class PositionChecks {
  readonly #store: ReadingStore
  readonly #logger: Logger
  readonly #due = new Set<LiveChannel>()
  #running: Promise<void> | undefined

  constructor(store: ReadingStore, logger: Logger) {
    this.#store = store
    this.#logger = logger
  }

  /** True while a check is under way. */
  get isRunning(): boolean {
    return this.#running !== undefined
  }

  add(live: LiveChannel): void {
    this.#due.add(live)
  }

  /** Begins to check what is due, unless that is under way. */
  begin(hub: Hub): void {
    if (this.#running !== undefined || this.#due.size === 0) return
    this.#running = this.#checkAll(hub).finally(() => {
      this.#running = undefined
    })
  }

  /** Resolves when no check is under way. */
  async settle(): Promise<void> {
    await this.#running
  }

  async #checkAll(hub: Hub): Promise<void> {
    const due = [...this.#due]
    this.#due.clear()
    try {
      for (const batch of batches(due)) await checkBatch(this.#store, batch)
    } catch (error) {
      this.#logger.warn('positions.check_failed', { count: due.length, error })
    }
    for (const live of due) hub.scheduleCheck(live)
  }
}

function batches(due: readonly LiveChannel[]): readonly (readonly LiveChannel[])[] {
  const count = Math.ceil(due.length / CHANNELS_PER_READ_MAX)
  return Array.from({ length: count }, (_, index) =>
    due.slice(index * CHANNELS_PER_READ_MAX, (index + 1) * CHANNELS_PER_READ_MAX),
  )
}

async function checkBatch(store: ReadingStore, batch: readonly LiveChannel[]): Promise<void> {
  // Taken before the read: what is sent while it is under way may be newer than what it sees.
  const sent = batch.map(highestPosition)
  const tops = await readTops(store, batch)
  for (const [index, live] of batch.entries()) compare(live, sent[index] ?? 0, tops.get(live.channel))
}

function highestPosition(live: LiveChannel): number {
  let highest = 0
  for (const { position } of live.members) highest = Math.max(highest, position ?? 0)
  return highest
}

function compare(live: LiveChannel, sent: number, top: StreamTop | undefined): void {
  const isLost = top === undefined || top.offset < sent
  for (const member of [...live.members]) {
    if (member.position === null) continue
    if (isLost) member.onStreamLost()
    else member.onTop(top)
  }
}

/** One statement, however many projects and channels are in it. */
async function readTops(store: ReadingStore, batch: readonly LiveChannel[]): Promise<ReadonlyMap<string, StreamTop>> {
  const { rows } = await topsQuery(store.engine, batch).execute(store.read)
  return new Map(rows.map((row) => [row.channel, { epoch: row.epoch, offset: row.last_offset }]))
}

type TopRow = Pick<Row<'channels'>, 'channel' | 'epoch' | 'last_offset'>

function topsQuery(engine: Store['engine'], batch: readonly StreamPlace[]): RawBuilder<TopRow> {
  const [projects, channels] = [batch.map(({ projectId }) => projectId), batch.map(({ channel }) => channel)]
  const tops = sql`select channels.channel, channels.epoch, channels.last_offset from`
  const isAsked = sql`on channels.project_id = asked.project_id and channels.channel = asked.channel`
  if (engine === 'postgres') {
    return sql`${tops} unnest(${projects}::bigint[], ${channels}::text[]) as asked(project_id, channel)
      join channels ${isAsked}`
  }
  const places = JSON.stringify(batch.map(({ projectId, channel }) => [projectId, channel]))
  // The cross join keeps SQLite from walking all channels.
  return sql`${tops} (select value ->> 0 as project_id, value ->> 1 as channel from json_each(${places})) as asked
    cross join channels ${isAsked}`
}
