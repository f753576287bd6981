// Compares live channels with the store, so that a hint that was lost on its way never means a status that is lost.
import type { Logger } from '../platform/logger.ts'
import type { Store } from '../platform/store/index.ts'
import type { Hub, LiveChannel } from './hub.ts'
import type { StreamTop } from './read-stream.ts'

/** How many channels one statement asks for. */
const CHANNELS_PER_READ_MAX = 500

/** Collects channels that are due and checks them together. */
export class PositionChecks {
  readonly #read: Store['read']
  readonly #logger: Logger
  readonly #due = new Set<LiveChannel>()
  #running: Promise<void> | undefined

  constructor(read: Store['read'], logger: Logger) {
    this.#read = read
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
      for (const batch of batches(due)) await checkBatch(this.#read, batch)
    } catch (error) {
      this.#logger.warn('positions.check_failed', { count: due.length, error })
    }
    for (const live of due) hub.scheduleCheck(live)
  }
}

/** Channels of one project per batch, as their key begins with it. */
function batches(due: readonly LiveChannel[]): readonly (readonly LiveChannel[])[] {
  const byProject = Map.groupBy(due, (live) => live.projectId)
  return [...byProject.values()].flatMap((channels) => {
    const count = Math.ceil(channels.length / CHANNELS_PER_READ_MAX)
    return Array.from({ length: count }, (_, index) =>
      channels.slice(index * CHANNELS_PER_READ_MAX, (index + 1) * CHANNELS_PER_READ_MAX),
    )
  })
}

async function checkBatch(read: Store['read'], batch: readonly LiveChannel[]): Promise<void> {
  // Taken before the read: what is sent while it is under way may be newer than what it sees.
  const sent = batch.map(highestPosition)
  const tops = await readTops(read, batch)
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

async function readTops(read: Store['read'], batch: readonly LiveChannel[]): Promise<ReadonlyMap<string, StreamTop>> {
  const rows = await read
    .selectFrom('channels')
    .where('project_id', '=', batch[0]?.projectId ?? 0)
    .where(
      'channel',
      'in',
      batch.map((live) => live.channel),
    )
    .select(['channel', 'epoch', 'last_offset'])
    .execute()
  return new Map(rows.map((row) => [row.channel, { epoch: row.epoch, offset: row.last_offset }]))
}
