// A broker over a server of its own: connects, connects again, and tells when hints may have been lost.
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '../../platform/logger.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { service } from '../../platform/service.ts'
import type { Broker, BrokerReceiver, PublicationHint } from '../broker.ts'
import { type BrokerFigures, createBrokerFigures } from './broker-figures.ts'
import type { OpenCarrier } from './carrier.ts'
import { type BrokerPace, DEFAULT_PACE, Link } from './link.ts'
import { decodeMessage } from './message.ts'

/** What such a broker needs. */
export interface CarriedBrokerDeps {
  readonly logger: Logger
  readonly metrics: Metrics
  /** Differences from DEFAULT_PACE. */
  readonly pace?: Partial<BrokerPace>
  /** Between 0 and 1; default Math.random. */
  readonly random?: () => number
}

/**
 * Makes a broker of a way to open connections.
 *
 * Nothing is kept while the server is away: what is dropped then is not sent later, but all nodes compare their positions with the store as
 * soon as it is back, which finds everything.
 */
export function createCarriedBroker(open: OpenCarrier, deps: CarriedBrokerDeps): Broker {
  const carried = new CarriedBroker(open, deps)
  const { startMsMax } = carried.pace
  let running: Promise<void> = Promise.resolve()
  const life = service('broker', {
    async start(signal) {
      running = carried.run(signal)
      await firstOf(carried.wasTried, startMsMax, signal)
    },
    stop: () => running,
  })
  return {
    ...life,
    receive: (receiver) => carried.receive(receiver),
    publish: (hint) => carried.publish(hint),
    subscribe: (channel) => carried.subscribe(channel),
    unsubscribe: (channel) => carried.unsubscribe(channel),
  }
}

class CarriedBroker {
  readonly pace: BrokerPace
  /** Resolves when the first try to connect is over, whatever came of it. */
  readonly wasTried: Promise<void>
  readonly #open: OpenCarrier
  readonly #logger: Logger
  readonly #figures: BrokerFigures
  readonly #random: () => number
  readonly #channels = new Set<string>()
  readonly #onTried: () => void
  #receiver: BrokerReceiver | null = null
  #isRunning = false
  #isAwayTold = false
  #link: Link | null = null
  /** Hints of this node were lost on their way to the others, and these do not know it yet. */
  #hasDropped = false

  constructor(open: OpenCarrier, { logger, metrics, pace, random = Math.random }: CarriedBrokerDeps) {
    this.#open = open
    this.#logger = logger
    this.#random = random
    this.pace = { ...DEFAULT_PACE, ...pace }
    this.#figures = createBrokerFigures(metrics, () => this.#link !== null)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.wasTried = promise
    this.#onTried = resolve
  }

  receive(receiver: BrokerReceiver): void {
    this.#receiver = receiver
  }

  publish(hint: PublicationHint): void {
    if (!this.#isRunning) return
    // Those on this node need no server for it.
    this.#give(hint)
    if (this.#link?.send(hint) === true) return
    if (this.#link === null) this.#hasDropped = true
    this.#figures.dropped.add()
  }

  async subscribe(channel: string): Promise<void> {
    this.#channels.add(channel)
    await this.#link?.follow(channel)
  }

  unsubscribe(channel: string): void {
    if (this.#channels.delete(channel)) this.#link?.leave(channel)
  }

  /** Keeps connected until `signal` is aborted; resolves when nothing is left. */
  async run(signal: AbortSignal): Promise<void> {
    this.#isRunning = true
    let retryMs = this.pace.retryMsMin
    while (!signal.aborted) {
      const link = await this.#connect()
      if (link !== null) await this.#live(link, signal)
      this.#onTried()
      retryMs = link === null ? Math.min(retryMs * 2, this.pace.retryMsMax) : this.pace.retryMsMin
      // Not all nodes at the same moment.
      await pause(retryMs * (0.5 + this.#random() / 2), signal)
    }
    this.#isRunning = false
  }

  /** @returns null when there is no connection right now */
  async #connect(): Promise<Link | null> {
    const inbox = {
      onLine: (line: string) => this.#take(line),
      onRefused: (error: unknown) => this.#logger.warn('broker.refused', { error }),
    }
    try {
      return new Link(await this.#open(inbox), this.pace, { onFollowedLate: () => this.#tellLost() })
    } catch (error) {
      this.#tellAway(error)
      return null
    }
  }

  /** One connection from its opening to its end. */
  async #live(link: Link, signal: AbortSignal): Promise<void> {
    this.#link = link
    if (await link.followAll([...this.#channels])) {
      this.#logger.info('broker.connected')
      this.#isAwayTold = false
      if (this.#hasDropped) link.tellLost()
      this.#hasDropped = false
      this.#tellLost()
      this.#onTried()
    }
    const reason = await Promise.race([link.ended, aborted(signal)])
    if (signal.aborted) await link.drain()
    this.#link = null
    if (!signal.aborted) this.#tellAway(reason)
    this.#hasDropped ||= link.owesLost
    this.#figures.dropped.add({}, link.unconfirmed)
    await link.close()
  }

  #take(line: string): void {
    const message = decodeMessage(line)
    if (message.kind === 'unreadable') this.#figures.unreadable.add()
    else if (message.kind === 'lost') this.#tellLost()
    else this.#give(message.hint)
  }

  #give(hint: PublicationHint): void {
    if (this.#channels.has(hint.channel)) this.#receiver?.onPublication(hint)
  }

  #tellLost(): void {
    this.#figures.losses.add()
    this.#receiver?.onLost()
  }

  /** Once for each time it is away. */
  #tellAway(error: unknown): void {
    if (this.#isAwayTold) return
    this.#isAwayTold = true
    this.#logger.warn('broker.away', { error })
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal }).catch(() => undefined)
}

/** Resolves with `promise`, or after `ms`, or when `signal` is aborted. */
async function firstOf(promise: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const isOver = new AbortController()
  await Promise.race([promise, pause(ms, AbortSignal.any([signal, isOver.signal]))])
  isOver.abort()
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
