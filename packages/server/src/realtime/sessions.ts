// All connections of a node: opens them, turns their wheel, and lets them go in steps when the node stops.
import { DISCONNECT_CODES } from '@ordertrail/centrifuge-protocol'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Seal } from '../platform/seal.ts'
import type { Store, WakeUp } from '../platform/store/index.ts'
import { TurnQueue } from '../platform/turn-queue.ts'
import { createTimerWheel, type TimerWheel } from '../platform/websocket/index.ts'
import type { PlayerTokens, ProjectDirectory } from '../projects/index.ts'
import type { Broker, PublicationHint } from './broker.ts'
import { PositionChecks } from './check-positions.ts'
import { EmulatedSessions } from './emulated-sessions.ts'
import type { GatewayLimits } from './gateway-limits.ts'
import { createGatewayMetrics } from './gateway-metrics.ts'
import { GatheredReads } from './gather-reads.ts'
import { Hub } from './hub.ts'
import { type Entry, Session, type SessionDeps, type SessionOptions } from './session.ts'

/** What connections are made of. */
export interface SessionsDeps {
  readonly store: Store
  readonly tokens: PlayerTokens
  readonly directory: Pick<ProjectDirectory, 'find'>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly broker: Broker
  readonly seal: Seal
  readonly limits: GatewayLimits
  /** Between 0 and 1. */
  readonly random: () => number
}

/**
 * Connect requests whose answer is begun in one turn of the event loop, as many as share a read of their streams. A network that comes back
 * brings thousands at once, and payments and pushes must not wait for them all.
 */
const ENTRIES_PER_TURN_MAX = 32

/** The connections of one node, over whatever sockets they come. */
export class Sessions {
  readonly #sessions = new Set<Session>()
  /** Those whose clients send in requests of their own. */
  readonly emulated: EmulatedSessions
  readonly #deps: SessionsDeps
  readonly #sessionDeps: SessionDeps
  readonly #wheel: TimerWheel
  readonly #hub: Hub
  readonly #checks: PositionChecks
  readonly #entries = new TurnQueue<Entry>({
    perTurnMax: ENTRIES_PER_TURN_MAX,
    serve: ({ session, command }) => void session.enter(command),
    isGone: ({ session }) => session.isEnded,
  })
  #connecting = 0
  #wasTimeSkipped = false
  #onEmpty: (() => void) | null = null

  constructor(deps: SessionsDeps) {
    const { store, broker, limits, clock, logger, random } = deps
    this.#deps = deps
    this.emulated = new EmulatedSessions(deps)
    this.#wheel = createTimerWheel(clock.monotonic())
    this.#checks = new PositionChecks(store, logger)
    const { positionCheckMsMin, positionCheckMsMax } = limits
    this.#hub = new Hub({
      broker,
      wheel: this.#wheel,
      membersMax: limits.connectionsPerPartyMax,
      checkDelayMs: () => positionCheckMsMin + random() * (positionCheckMsMax - positionCheckMsMin),
      onCheckDue: (live) => this.#checks.add(live),
      monotonic: () => clock.monotonic(),
    })
    broker.receive({ onPublication: (hint) => this.#deliver(hint), onLost: () => this.#checkAll() })
    this.#sessionDeps = this.#depsOfSessions()
  }

  get connectionCount(): number {
    return this.#sessions.size
  }

  /** Connections whose connect request is being answered. */
  get connectingCount(): number {
    return this.#connecting
  }

  /** Connect requests that wait for their turn. */
  get enteringCount(): number {
    return this.#entries.size
  }

  /** Channels that somebody on this node watches. */
  get channelCount(): number {
    return this.#hub.size
  }

  /** True while positions are compared with the store. */
  get isChecking(): boolean {
    return this.#checks.isRunning
  }

  open(options: SessionOptions): Session {
    const session = new Session(this.#sessionDeps, options)
    this.#sessions.add(session)
    this.emulated.add(session)
    return session
  }

  /** Does what is due; to be called many times a second. */
  turn(): void {
    if (this.#wasTimeSkipped) this.#endExpired()
    this.#wheel.turn(this.#deps.clock.monotonic())
    this.#checks.begin(this.#hub)
  }

  /** Takes what the store tells after its commits. */
  onWakeUps(wakeUps: readonly WakeUp[]): void {
    for (const wakeUp of wakeUps) {
      // Acted upon at the next turn: the clock follows the skip a moment after it is told.
      if (wakeUp.kind === 'time_skipped') this.#wasTimeSkipped = true
    }
  }

  /** Closes the next `count` connections, so that their clients go to another node. */
  drain(count: number): void {
    let left = count
    for (const session of this.#sessions) {
      if (left === 0) return
      if (session.isEnded) continue
      session.close(DISCONNECT_CODES.shutdown)
      left -= 1
    }
  }

  /** Ends what is left without a handshake. */
  terminate(): void {
    for (const session of [...this.#sessions]) session.terminate()
  }

  /** Resolves when no connection and no check is left. */
  async settle(): Promise<void> {
    if (this.#sessions.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#onEmpty = resolve
      await promise
    }
    await this.#checks.settle()
  }

  /** The wheel turns with monotonic time, the life of connections is wall time. */
  #endExpired(): void {
    this.#wasTimeSkipped = false
    for (const session of [...this.#sessions]) session.lookAtTime()
  }

  #deliver(hint: PublicationHint): void {
    if (!this.emulated.takeHint(hint)) this.#hub.deliver(hint)
  }

  #checkAll(): void {
    for (const live of this.#hub.channels()) this.#checks.add(live)
    this.#checks.begin(this.#hub)
  }

  #depsOfSessions(): SessionDeps {
    const { metrics, ...rest } = this.#deps
    return {
      ...rest,
      metrics: createGatewayMetrics(metrics, () => this.connectionCount),
      streams: new GatheredReads(rest.store),
      hub: this.#hub,
      wheel: this.#wheel,
      entries: this.#entries,
      onConnecting: () => {
        this.#connecting += 1
      },
      onSettled: () => {
        this.#connecting -= 1
      },
      onGone: (session) => this.#remove(session),
    }
  }

  #remove(session: Session): void {
    this.#sessions.delete(session)
    this.emulated.delete(session)
    if (this.#sessions.size === 0) this.#onEmpty?.()
  }
}
