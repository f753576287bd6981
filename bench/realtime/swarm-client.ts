// One client of a swarm: stays in, comes back as the official library does, and counts what it should never see.
import type { Dialect, Known, News, Told, Watcher } from './dialects.ts'
import { RawSocket, type RawSocketHandler, type Target } from './raw-socket.ts'

/** What clients of a swarm share. */
export interface SwarmDeps {
  readonly dialect: Dialect
  readonly target: Target
  onIn(client: SwarmClient, hasRecovered: boolean | null): void
  onNews(client: SwarmClient, news: News): void
  /** Offsets that do not follow each other: a hole or a repeat. */
  onDisorder(client: SwarmClient, news: News): void
  /** The connection was refused or ended by the server. */
  onEnded(client: SwarmClient, code: number): void
}

const DELAY_MS_MIN = 500
const DELAY_MS_MAX = 20_000

/** A client. */
export class SwarmClient implements RawSocketHandler {
  readonly index: number
  readonly #deps: SwarmDeps
  readonly #watcher: Watcher
  #socket: RawSocket | null = null
  #known: Known | null = null
  #attempts = 0
  #isDropping = false

  constructor(deps: SwarmDeps, index: number, watcher: Watcher) {
    this.#deps = deps
    this.index = index
    this.#watcher = watcher
  }

  connect(): void {
    this.#attempts += 1
    this.#socket = new RawSocket(this.#deps.target, this)
  }

  /** Loses the connection. */
  drop(): void {
    this.#isDropping = true
    this.#socket?.destroy()
  }

  onOpen(): void {
    this.#say(this.#deps.dialect.greet(this.#watcher, this.#known))
  }

  onText(text: string): void {
    this.#take(this.#deps.dialect.read(text, this.#watcher))
  }

  onEnd(code: number): void {
    if (!this.#isDropping) this.#deps.onEnded(this, code)
    this.#isDropping = false
    setTimeout(() => this.connect(), delayMs(this.#attempts))
  }

  #take(told: Told): void {
    if (told.kind === 'news') this.#note(told.news)
    else if (told.kind === 'reply') this.#say(told.reply)
    else if (told.kind === 'in') this.#enter(told)
  }

  #enter({ known, hasRecovered, missed, reply }: Extract<Told, { kind: 'in' }>): void {
    this.#attempts = 0
    this.#known = known
    for (const news of missed) this.#note(news)
    this.#say(reply)
    this.#deps.onIn(this, hasRecovered)
  }

  #note(news: News): void {
    if (this.#known !== null && news.offset !== null) {
      if (news.offset !== this.#known.offset + 1) this.#deps.onDisorder(this, news)
      this.#known = { ...this.#known, offset: news.offset }
    }
    this.#deps.onNews(this, news)
  }

  #say(text: string | null): void {
    if (text !== null) this.#socket?.send(text)
  }
}

/** Delay of the library after so many attempts since it was last in. */
function delayMs(attempts: number): number {
  const spread = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** attempts)
  return Math.min(DELAY_MS_MAX, DELAY_MS_MIN + Math.random() * spread)
}
