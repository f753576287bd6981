// Work of which much may come at once and that takes a moment each: a little of it in each turn of the event loop.

/** What a queue does with its items. */
export interface TurnQueueOptions<Item> {
  /** So many in a turn, whatever waits: all else has its turn between them. */
  readonly perTurnMax: number
  /** Called in a later turn than add(). */
  readonly serve: (item: Item) => void
  /** True for an item that needs nothing any more: it is passed over and takes nobody's turn. */
  readonly isGone?: (item: Item) => boolean
}

/** First come, first served. */
export class TurnQueue<Item> {
  readonly #options: TurnQueueOptions<Item>
  #waiting: Item[] = []
  /** Those of `#waiting` before it had their turn; moving the rest for each of them would take longer than they do. */
  #next = 0
  #isDue = false

  constructor(options: TurnQueueOptions<Item>) {
    this.#options = options
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.length - this.#next
  }

  add(item: Item): void {
    this.#waiting.push(item)
    this.#plan()
  }

  #plan(): void {
    if (this.#isDue || this.size === 0) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      this.#serveSome()
    })
  }

  #serveSome(): void {
    const { perTurnMax, serve, isGone } = this.#options
    for (let served = 0; served < perTurnMax && this.size > 0; this.#next += 1) {
      const item = this.#waiting[this.#next] as Item
      if (isGone?.(item) === true) continue
      served += 1
      serve(item)
    }
    if (this.size === 0) {
      this.#waiting = []
      this.#next = 0
    }
    this.#plan()
  }
}
