// Gathers reads of streams that are asked for at the same time, as thousands of clients do in a storm, into few statements.
import type { StreamPlace, StreamRange, StreamStore, StreamView } from './read-stream.ts'
import { readStreams, type StreamAsk } from './read-streams.ts'

/** Reads one stream; see readStreams. */
export interface StreamReads {
  read(place: StreamPlace, range: StreamRange | null): Promise<StreamView | undefined>
}

/** Streams of one statement. What follows them, answers above all, is done in one go, and payments wait that long. */
const STREAMS_PER_READ_MAX = 32
/** Statements under way; while there are so many, more is gathered. */
const READS_MAX = 4

interface WaitingRead extends StreamAsk {
  readonly resolve: (view: StreamView | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Reads a statement's worth at each turn of the event loop, so that everything else has its turn between them. */
export class GatheredReads implements StreamReads {
  readonly #store: StreamStore
  #waiting: WaitingRead[] = []
  #isDue = false
  #running = 0

  constructor(store: StreamStore) {
    this.#store = store
  }

  read(place: StreamPlace, range: StreamRange | null): Promise<StreamView | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ place, range, resolve, reject })
      this.#plan()
    })
  }

  #plan(): void {
    if (this.#isDue || this.#waiting.length === 0 || this.#running >= READS_MAX) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      void this.#readNext()
    })
  }

  async #readNext(): Promise<void> {
    const batch = this.#waiting.splice(0, STREAMS_PER_READ_MAX)
    this.#running += 1
    this.#plan()
    try {
      const views = await readStreams(this.#store, batch)
      for (const [index, { resolve }] of batch.entries()) resolve(views[index])
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    this.#running -= 1
    this.#plan()
  }
}
