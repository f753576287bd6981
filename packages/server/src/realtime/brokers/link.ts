// One connection to the broker's server, used: hints queue and go out in batches, subscriptions together, and silence ends it.
import type { PublicationHint } from '../broker.ts'
import type { Carrier } from './carrier.ts'
import { encodeHint, LOST } from './message.ts'

/** How long a broker waits for what, in milliseconds. */
export interface BrokerPace {
  /** A server that does not answer for so long is taken for gone. */
  readonly silenceMsMax: number
  /** How often a quiet connection is asked whether it still is one. */
  readonly beatMs: number
  /** How long a connect request waits for its subscription. */
  readonly subscribeMsMax: number
  /** Between two tries to connect: from the first to the longest. */
  readonly retryMsMin: number
  readonly retryMsMax: number
  /** How long the start of the process waits for the first connection. */
  readonly startMsMax: number
  /** How long its end waits for hints that are on their way. */
  readonly drainMsMax: number
}

export const DEFAULT_PACE: BrokerPace = {
  silenceMsMax: 5_000,
  beatMs: 5_000,
  subscribeMsMax: 1_000,
  retryMsMin: 100,
  retryMsMax: 2_000,
  startMsMax: 2_000,
  drainMsMax: 500,
}

/** Hints that wait for the server; more are dropped, and positions are compared instead. */
export const HINTS_WAITING_MAX = 10_000
/** Hints in one round trip. */
const HINTS_PER_SEND_MAX = 1_000

/** Who is told about a connection. */
export interface LinkWatcher {
  /** Channels are followed that were not followed in time for those who asked. */
  onFollowedLate(): void
}

/** Channels that are asked for in one moment. */
interface Following {
  readonly channels: Set<string>
  readonly soon: Promise<void>
}

/** One connection. */
export class Link {
  /** Resolves with the reason when the connection is of no use any more. */
  readonly ended: Promise<unknown>
  readonly #carrier: Carrier
  readonly #pace: BrokerPace
  readonly #watcher: LinkWatcher
  readonly #resolveEnded: (reason: unknown) => void
  readonly #beatTimer: NodeJS.Timeout
  readonly #waiting: PublicationHint[] = []
  /** Ends the waiting of all who wait for an answer. */
  readonly #asked = new Set<(reason: unknown) => void>()
  #following: Following | null = null
  #isSending = false
  /** Resolves when nothing waits any more, or the connection has failed. */
  #sending: Promise<void> = Promise.resolve()
  #isEnded = false
  #inFlight = 0
  #owesLost = false

  constructor(carrier: Carrier, pace: BrokerPace, watcher: LinkWatcher) {
    this.#carrier = carrier
    this.#pace = pace
    this.#watcher = watcher
    const { promise, resolve } = Promise.withResolvers<unknown>()
    this.ended = promise
    this.#resolveEnded = resolve
    void carrier.ended.then((reason) => this.#finish(reason))
    // One that is being asked something needs no question besides.
    const beat = (): void => void (this.#asked.size === 0 && this.#ask(() => carrier.beat()))
    this.#beatTimer = setInterval(beat, pace.beatMs)
  }

  /** Hints that the server has not confirmed. */
  get unconfirmed(): number {
    return this.#waiting.length + this.#inFlight
  }

  /** True when other nodes were not told yet that hints of this one are lost. */
  get owesLost(): boolean {
    return this.#owesLost || this.unconfirmed > 0
  }

  /** @returns false when so many wait that this one was dropped; the others are told once those have gone out */
  send(hint: PublicationHint): boolean {
    if (this.#waiting.length >= HINTS_WAITING_MAX) {
      this.#owesLost = true
      return false
    }
    this.#waiting.push(hint)
    this.#sendSoon()
    return true
  }

  /** Tells all other nodes that they have to compare positions. */
  tellLost(): void {
    this.#owesLost = true
    this.#sendSoon()
  }

  /**
   * Resolves when `channel` is followed, together with all that is asked for in the same moment, or after a moment without that. Never
   * rejects.
   */
  follow(channel: string): Promise<void> {
    this.#following ??= this.#followTogether()
    this.#following.channels.add(channel)
    return this.#following.soon
  }

  /** @returns false when the connection ended before */
  followAll(channels: readonly string[]): Promise<boolean> {
    return this.#ask(() => this.#carrier.follow(channels))
  }

  leave(channel: string): void {
    this.#following?.channels.delete(channel)
    this.#carrier.leave(channel)
  }

  /** Resolves when all hints are with the server, or it is clear that they will not be in time. */
  async drain(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, this.#pace.drainMsMax)
    await Promise.race([this.#sending, this.ended, late])
    clearTimeout(timer)
  }

  /** Ends it, whatever is under way. */
  async close(): Promise<void> {
    this.#finish(null)
    await this.#carrier.close()
  }

  #followTogether(): Following {
    const channels = new Set<string>()
    const { promise: soon, resolve } = Promise.withResolvers<void>()
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      resolve()
    }, this.#pace.subscribeMsMax)
    queueMicrotask(async () => {
      this.#following = null
      const isFollowed = await this.followAll([...channels])
      clearTimeout(timer)
      if (isLate && isFollowed) this.#watcher.onFollowedLate()
      resolve()
    })
    return { channels, soon }
  }

  #sendSoon(): void {
    if (this.#isSending) return
    this.#isSending = true
    // What one commit published goes together.
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#sending = promise
    queueMicrotask(async () => {
      await this.#sendWaiting()
      resolve()
    })
  }

  async #sendWaiting(): Promise<void> {
    while (this.#waiting.length > 0) if (!(await this.#sendBatch())) return
    if (this.#owesLost) {
      if (!(await this.#ask(() => this.#carrier.send([{ channel: null, line: LOST }])))) return
      this.#owesLost = false
    }
    // Only here: nothing is sent over a connection that has failed.
    this.#isSending = false
    if (this.#waiting.length > 0) this.#sendSoon()
  }

  async #sendBatch(): Promise<boolean> {
    const batch = this.#waiting.splice(0, HINTS_PER_SEND_MAX)
    this.#inFlight = batch.length
    const messages = batch.map((hint) => ({ channel: hint.channel, line: encodeHint(hint) }))
    if (!(await this.#ask(() => this.#carrier.send(messages)))) return false
    this.#inFlight = 0
    return true
  }

  /** Waits for an answer of the server; without one the connection is given up. @returns whether there was one */
  async #ask(question: () => Promise<void>): Promise<boolean> {
    if (this.#isEnded) return false
    const { silenceMsMax } = this.#pace
    const { promise: unanswered, reject } = Promise.withResolvers<never>()
    const silent = new Error(`The broker did not answer within ${silenceMsMax} ms.`)
    const timer = setTimeout(() => reject(silent), silenceMsMax)
    this.#asked.add(reject)
    try {
      await Promise.race([question(), unanswered])
      return true
    } catch (error) {
      this.#finish(error)
      return false
    } finally {
      clearTimeout(timer)
      this.#asked.delete(reject)
    }
  }

  #finish(reason: unknown): void {
    if (this.#isEnded) return
    this.#isEnded = true
    clearInterval(this.#beatTimer)
    this.#resolveEnded(reason)
    for (const giveUp of this.#asked) giveUp(reason)
  }
}
