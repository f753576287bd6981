// One connection: takes frames, asks the pure parts what to do, and sends.
import { randomUUID } from 'node:crypto'
import {
  DISCONNECT_CODES,
  type DisconnectCode,
  decodeCommands,
  type Encoding,
  ERROR_CODES,
  encodeReply,
  type Frame,
  type ReceivedCommand,
  type Reply,
  type RequestOf,
} from '@ordertrail/centrifuge-protocol'
import type { Clock } from '../platform/clock.ts'
import type { TurnQueue } from '../platform/turn-queue.ts'
import type { Socket, SocketHandler, TimerWheel, WheelItem } from '../platform/websocket/index.ts'
import { type AskedCommand, answerRequest, type RequestAnswer } from './answer-request.ts'
import { type Entrance, type EntranceDeps, type Entrant, enterChannel } from './enter-channel.ts'
import { type FollowDeps, StreamFollower, type StreamReader } from './follow-stream.ts'
import type { GatewayLimits } from './gateway-limits.ts'
import type { LiveChannel } from './hub.ts'
import type { LivePublication } from './live-publication.ts'
import type { StreamTop } from './read-stream.ts'
import {
  admitCommand,
  decideDue,
  type LiveTimes,
  type Moment,
  nextDeadline,
  type Phase,
  payForCommands,
} from './session-state.ts'

/** What all connections of a node share. */
export interface SessionDeps extends EntranceDeps, FollowDeps {
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly limits: GatewayLimits
  /** Between 0 and 1. */
  readonly random: () => number
  /** Where connect requests wait for their turn. */
  readonly entries: TurnQueue<Entry>
  /** Called when the answer to a connect request is begun, at most once. */
  onConnecting(): void
  /** Called once after onConnecting: the request was answered, or the connection ended before. */
  onSettled(): void
  /** Called once, when the socket is gone. */
  onGone(session: Session): void
}

/** A connect request that waits for its turn. */
export interface Entry {
  readonly session: Session
  readonly command: RequestOf<'connect'>
}

/** How a client whose socket only leads to it is found again; told to it, and to it alone, when it is let in. */
export interface Emulation {
  /** Whoever knows it may send for the client. */
  readonly session: string
  readonly node: string
}

/** How a connection came in. */
export interface SessionOptions {
  readonly socket: Socket
  readonly encoding: Encoding
  readonly origin: string | null
  /** Null: the client sends over the socket. */
  readonly emulation: Emulation | null
}

/** What clients are told about who serves them. */
const SERVER_VERSION = 'OrderTrail'
const TEXT = new TextDecoder()
const NOT_LIVE: LiveTimes = { pingAt: 0, pongBy: null, endsAt: 0 }

/** A connection from its upgrade to the end of its socket. */
export class Session implements SocketHandler, WheelItem, Entrant, StreamReader {
  readonly origin: string | null
  readonly emulation: Emulation | null
  dueAt = 0
  slot = -1
  readonly #deps: SessionDeps
  readonly #socket: Socket
  readonly #encoding: Encoding
  readonly #id: string = randomUUID()
  #phase: Phase = 'new'
  #isUnsettled = false
  #live: LiveChannel | null = null
  readonly #follower: StreamFollower
  #times: LiveTimes = NOT_LIVE
  #waiting: AskedCommand[] = []
  #isAnswering = false
  #closeCode: number | null = null
  #paidAt = 0

  constructor(deps: SessionDeps, { socket, encoding, origin, emulation }: SessionOptions) {
    this.#deps = deps
    this.#socket = socket
    this.#encoding = encoding
    this.origin = origin
    this.emulation = emulation
    this.#follower = new StreamFollower(deps, this)
    deps.wheel.schedule(this, deps.clock.monotonic() + deps.limits.connectMsMax)
  }

  get position(): number | null {
    return this.#follower.position
  }

  /** True until a connect request came. */
  get isNew(): boolean {
    return this.#phase === 'new'
  }

  /** True when nothing is sent or taken any more; the socket may still be closing. */
  get isEnded(): boolean {
    return this.#phase === 'closed'
  }

  onFrame(payload: Frame): void {
    if (this.#phase === 'closed' || this.#isTooMuch(1)) return
    const isTextAsBytes = this.#encoding === 'json' && typeof payload !== 'string'
    const decoded = decodeCommands(isTextAsBytes ? TEXT.decode(payload) : payload, this.#encoding)
    if (!decoded.ok) this.close(DISCONNECT_CODES.badRequest, decoded.detail)
    else if (!this.#isTooMuch(decoded.commands.length - 1)) {
      for (const command of decoded.commands) this.#receive(command)
    }
  }

  onControl(): void {
    if (this.#phase !== 'closed') this.#isTooMuch(1)
  }

  onClose(code: number): void {
    this.#end()
    const { logger, metrics } = this.#deps
    metrics.closes.add({ code: this.#closeCode ?? code })
    logger.debug('connection.closed', { connectionId: this.#id, code: this.#closeCode ?? code })
    this.#deps.onGone(this)
  }

  /** Ends the connection; `reason` is for the log, clients get the code's own. */
  close(disconnect: DisconnectCode, reason: string = disconnect.reason): void {
    if (this.#phase === 'closed') return
    this.#end()
    this.#closeCode = disconnect.code
    this.#deps.logger.debug('connection.ended', { connectionId: this.#id, code: disconnect.code, reason })
    this.#socket.close(disconnect.code, disconnect.reason)
  }

  /** Ends the socket without a handshake. */
  terminate(): void {
    this.#end()
    this.#socket.terminate()
  }

  onJoined(live: LiveChannel): void {
    if (this.#phase === 'closed') this.#deps.hub.leave(live, this)
    else this.#live = live
  }

  onPublication(publication: LivePublication): void {
    this.#follower.take(publication)
  }

  onTop(top: StreamTop): void {
    this.#follower.compare(top)
  }

  onNext(publication: LivePublication): void {
    this.#deps.metrics.pushes.add()
    this.#send(publication.frame(this.#encoding))
  }

  onBroken(reason: string): void {
    this.close(DISCONNECT_CODES.insufficientState, reason)
  }

  onStreamLost(): void {
    this.close(DISCONNECT_CODES.insufficientState, 'stream_lost')
  }

  onDue(): void {
    if (this.#phase === 'new') this.close(DISCONNECT_CODES.stale)
    else if (this.#phase === 'connecting') this.close(DISCONNECT_CODES.serverError, 'connect_timed_out')
    else if (this.#phase === 'live') this.lookAtTime()
  }

  /** Does what is due; also called when wall time was moved. */
  lookAtTime(): void {
    if (this.#phase !== 'live') return
    const now = this.#now()
    const due = decideDue(this.#times, now)
    if (due === 'expired') this.close(DISCONNECT_CODES.expired)
    else if (due === 'no_pong') this.close(DISCONNECT_CODES.noPong)
    else this.#stayAlive(now, due === 'ping')
  }

  /** Counts what came. True: it was too much, and the connection is closed. */
  #isTooMuch(count: number): boolean {
    if (count < 1) return false
    const paidAt = payForCommands(count, this.#paidAt, this.#deps.clock.monotonic(), this.#deps.limits)
    if (paidAt === null) this.close(DISCONNECT_CODES.tooManyRequests)
    else this.#paidAt = paidAt
    return paidAt === null
  }

  #receive(command: ReceivedCommand): void {
    if (command.kind === 'pong') this.#times = { ...this.#times, pongBy: null }
    const admission = admitCommand(this.#phase, command)
    if (admission === 'bad_request') this.close(DISCONNECT_CODES.badRequest, 'connect_comes_first_and_once')
    else if (admission === 'connect') this.#queue(command as RequestOf<'connect'>)
    else if (admission === 'answer') this.#enqueue(command as AskedCommand)
  }

  #queue(command: RequestOf<'connect'>): void {
    const { wheel, clock, limits, entries } = this.#deps
    this.#phase = 'connecting'
    wheel.schedule(this, clock.monotonic() + limits.answerMsMax)
    entries.add({ session: this, command })
  }

  /** Answers its connect request; called once, when it is its turn. Never rejects. */
  async enter({ id, request }: RequestOf<'connect'>): Promise<void> {
    this.#isUnsettled = true
    this.#deps.onConnecting()
    try {
      const entrance = await enterChannel(this.#deps, request, this)
      if (entrance.kind === 'entered') this.#begin(id, entrance)
      else this.close(entrance.disconnect, entrance.reason)
    } catch (error) {
      this.#deps.logger.warn('connection.failed', { connectionId: this.#id, error })
      this.#reply({ kind: 'error', id, error: ERROR_CODES.internal })
      this.close(DISCONNECT_CODES.serverError, 'connect_failed')
    }
  }

  #begin(id: number, { live, start, epoch }: Extract<Entrance, { kind: 'entered' }>): void {
    if (this.isEnded) return
    const { limits, metrics, random, wheel, clock } = this.#deps
    this.#phase = 'live'
    const subs = new Map([[live.channel, start.result]])
    const ping = Math.ceil(limits.pingMs / 1_000)
    this.#reply({
      kind: 'result',
      id,
      method: 'connect',
      result: { client: this.#id, version: SERVER_VERSION, subs, ping, pong: true, ...this.emulation },
    })
    metrics.connects.add({ outcome: start.outcome })
    this.#times = {
      pingAt: clock.monotonic() + limits.pingMs * (0.5 + random() / 2),
      pongBy: null,
      endsAt: clock.now() + limits.lifetimeMs + random() * limits.lifetimeJitterMs,
    }
    wheel.schedule(this, nextDeadline(this.#times, this.#now()))
    this.#settle()
    this.#follower.follow(live, { epoch, offset: start.position })
    void this.#answerWaiting()
  }

  #enqueue(command: AskedCommand): void {
    if (this.#waiting.length < this.#deps.limits.waitingRequestsMax) this.#waiting.push(command)
    else if (command.id !== 0) this.#reply({ kind: 'error', id: command.id, error: ERROR_CODES.tooManyRequests })
    if (this.#phase === 'live') void this.#answerWaiting()
  }

  /** One after the other, in the order they came. */
  async #answerWaiting(): Promise<void> {
    if (this.#isAnswering) return
    this.#isAnswering = true
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) await this.#answer(next)
    this.#isAnswering = false
  }

  async #answer(command: AskedCommand): Promise<void> {
    const { streams, logger } = this.#deps
    try {
      this.#give(await answerRequest(streams, this.#live, command))
    } catch (error) {
      logger.warn('request.failed', { connectionId: this.#id, error })
      this.#reply({ kind: 'error', id: command.id, error: ERROR_CODES.internal })
    }
  }

  #give(answer: RequestAnswer): void {
    if (answer.kind === 'disconnect') this.close(answer.disconnect)
    if (answer.kind === 'leave') this.#leave()
    if (answer.kind === 'leave' || answer.kind === 'reply') this.#reply(answer.reply)
  }

  #stayAlive(now: Moment, isPingDue: boolean): void {
    if (isPingDue) this.#ping(now)
    if (!this.isEnded) this.#deps.wheel.schedule(this, nextDeadline(this.#times, now))
  }

  #ping({ monotonic }: Moment): void {
    const { pingMs, pongMsMax } = this.#deps.limits
    this.#times = { ...this.#times, pingAt: monotonic + pingMs, pongBy: monotonic + pongMsMax }
    this.#reply({ kind: 'ping' })
  }

  #reply(reply: Reply): void {
    this.#send(encodeReply(reply, this.#encoding))
  }

  /** A client that does not take what it is sent is closed rather than kept in memory. */
  #send(frame: Frame): void {
    if (this.#phase === 'closed') return
    this.#socket.send(frame)
    if (this.#socket.bufferedBytes > this.#deps.limits.queuedBytesMax) this.close(DISCONNECT_CODES.slow)
  }

  #now(): Moment {
    return { monotonic: this.#deps.clock.monotonic(), wall: this.#deps.clock.now() }
  }

  #leave(): void {
    if (this.#live !== null) this.#deps.hub.leave(this.#live, this)
    this.#live = null
    this.#follower.end()
  }

  #settle(): void {
    if (!this.#isUnsettled) return
    this.#isUnsettled = false
    this.#deps.onSettled()
  }

  #end(): void {
    this.#phase = 'closed'
    this.#deps.wheel.cancel(this)
    this.#leave()
    this.#waiting = []
    this.#settle()
  }
}
