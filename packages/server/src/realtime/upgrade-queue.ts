// Upgrade requests that wait for their turn, so that a storm of clients keeps nobody else waiting.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** A request for a WebSocket, as the HTTP server hands it over. */
export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

/**
 * Upgrades in one turn of the event loop. Each leads to a handshake, a connect request and a history request; payments and pushes wait for
 * as many of them. Much fewer than the connections that a turn accepts, so that whoever asks for something else is not behind the storm.
 */
const UPGRADES_PER_TURN_MAX = 4

/** First come, first served. */
export class UpgradeQueue {
  readonly #serve: (upgrade: Upgrade) => void
  #waiting: Upgrade[] = []
  /** Those of `#waiting` before it had their turn; moving the rest for each of them would take longer than they do. */
  #next = 0
  #isDue = false

  /** @param serve grants or refuses one that had to wait; called in a later turn than add() */
  constructor(serve: (upgrade: Upgrade) => void) {
    this.#serve = serve
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.length - this.#next
  }

  add(upgrade: Upgrade): void {
    this.#waiting.push(upgrade)
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
    for (let served = 0; served < UPGRADES_PER_TURN_MAX && this.size > 0; this.#next += 1) {
      const upgrade = this.#waiting[this.#next] as Upgrade
      // Whoever went away meanwhile takes nobody's turn.
      if (upgrade.socket.destroyed) continue
      served += 1
      this.#serve(upgrade)
    }
    if (this.size === 0) {
      this.#waiting = []
      this.#next = 0
    }
    this.#plan()
  }
}
