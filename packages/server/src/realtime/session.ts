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
import type { Logger } from '../platform/logger.ts'
import type { Socket, SocketHandler, TimerWheel, WheelItem } from '../platform/websocket/index.ts'
import { type AskedCommand, answerRequest } from './answer-request.ts'
import { type Entrance, type EntranceDeps, type Entrant, enterChannel } from './enter-channel.ts'
import { type GatewayLimits, PUBLICATIONS_PER_ANSWER_MAX } from './gateway-limits.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import type { LiveChannel } from './hub.ts'
import { judgeArrival, LivePublication, type LivePosition } from './live-publication.ts'
import { readRange, type StreamPublication, type StreamTop } from './read-stream.ts'
import { isWithoutHole } from './recover.ts'
import { admitCommand, decideDue, type LiveTimes, type Moment, nextDeadline, type Phase } from './session-state.ts'

/** What all connections of a node share. */
export interface SessionDeps extends EntranceDeps {
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly limits: GatewayLimits
  readonly logger: Logger
  readonly metrics: GatewayMetrics
  /** Between 0 and 1. */
  readonly random: () => number
  /** Called once, when the connection has answered its connect request or has ended before. */
  onSettled(session: Session): void
  /** Called once, when the socket is gone. */
  onGone(session: Session): void
}

/** How a connection came in. */
export interface SessionOptions {
  readonly socket: Socket
  readonly encoding: Encoding
  readonly origin: string | null
}

/** What clients are told about who serves them. */
const SERVER_VERSION = 'OrderTrail'
const TEXT = new TextDecoder()
const NOT_LIVE: LiveTimes = { pingAt: 0, pongBy: null, endsAt: 0 }

/** A connection from its upgrade to the end of its socket. */
export class Session implements SocketHandler, WheelItem, Entrant {
  readonly origin: string | null
  dueAt = 0
  slot = -1
  readonly #deps: SessionDeps
  readonly #socket: Socket
  readonly #encoding: Encoding
  readonly #id: string = randomUUID()
  #phase: Phase = 'new'
  #isSettled = false
  #live: LiveChannel | null = null
  #position: LivePosition | null = null
  /** Highest offset that is known to exist. */
  #topOffset = 0
  #isCatchingUp = false
  #times: LiveTimes = NOT_LIVE
  #waiting: AskedCommand[] = []
  #isAnswering = false
  #closeCode: number | null = null

  constructor(deps: SessionDeps, { socket, encoding, origin }: SessionOptions) {
    this.#deps = deps
    this.#socket = socket
    this.#encoding = encoding
    this.origin = origin
    deps.wheel.schedule(this, deps.clock.monotonic() + deps.limits.connectMsMax)
  }

  get position(): number | null {
    return this.#position?.offset ?? null
  }

  onFrame(payload: Uint8Array): void {
    if (this.#phase === 'closed') return
    const decoded = decodeCommands(this.#encoding === 'json' ? TEXT.decode(payload) : payload, this.#encoding)
    if (!decoded.ok) return this.close(DISCONNECT_CODES.badRequest, decoded.detail)
    for (const command of decoded.commands) this.#receive(command)
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
    this.#topOffset = Math.max(this.#topOffset, publication.offset)
    if (this.#position === null) return
    const arrival = judgeArrival(this.#position, publication)
    if (arrival === 'next') this.#push(publication)
    else this.#mend(arrival)
  }

  onTop(top: StreamTop): void {
    if (this.#position === null) return
    this.#topOffset = Math.max(this.#topOffset, top.offset)
    const arrival = judgeArrival(this.#position, top)
    this.#mend(arrival === 'next' ? 'ahead' : arrival)
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
    if (due === 'expired') return this.close(DISCONNECT_CODES.expired)
    if (due === 'no_pong') return this.close(DISCONNECT_CODES.noPong)
    if (due === 'ping') this.#ping(now)
    this.#deps.wheel.schedule(this, nextDeadline(this.#times, now))
  }

  #receive(command: ReceivedCommand): void {
    if (command.kind === 'pong') this.#times = { ...this.#times, pongBy: null }
    const admission = admitCommand(this.#phase, command)
    if (admission === 'bad_request') this.close(DISCONNECT_CODES.badRequest, 'connect_comes_first_and_once')
    else if (admission === 'connect') void this.#connect(command as RequestOf<'connect'>)
    else if (admission === 'answer') this.#enqueue(command as AskedCommand)
  }

  async #connect({ id, request }: RequestOf<'connect'>): Promise<void> {
    const { wheel, clock, limits, logger } = this.#deps
    this.#phase = 'connecting'
    wheel.schedule(this, clock.monotonic() + limits.answerMsMax)
    try {
      const entrance = await enterChannel(this.#deps, request, this)
      if (entrance.kind === 'entered') this.#begin(id, entrance)
      else this.close(entrance.disconnect, entrance.reason)
    } catch (error) {
      logger.warn('connection.failed', { connectionId: this.#id, error })
      this.#reply({ kind: 'error', id, error: ERROR_CODES.internal })
      this.close(DISCONNECT_CODES.serverError, 'connect_failed')
    }
  }

  #begin(id: number, { live, start, epoch }: Extract<Entrance, { kind: 'entered' }>): void {
    if (this.#isClosed()) return
    const { limits, metrics, random, wheel, clock } = this.#deps
    this.#phase = 'live'
    this.#position = { epoch, offset: start.position }
    const subs = new Map([[live.channel, start.result]])
    const ping = Math.ceil(limits.pingMs / 1_000)
    this.#reply({
      kind: 'result',
      id,
      method: 'connect',
      result: { client: this.#id, version: SERVER_VERSION, subs, ping, pong: true },
    })
    metrics.connects.add({ outcome: start.outcome })
    this.#times = {
      pingAt: clock.monotonic() + limits.pingMs * (0.5 + random() / 2),
      pongBy: null,
      endsAt: clock.now() + limits.lifetimeMs + random() * limits.lifetimeJitterMs,
    }
    wheel.schedule(this, nextDeadline(this.#times, this.#now()))
    this.#settle()
    if (this.#topOffset > start.position) this.#mend('ahead')
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
    const { store, logger } = this.#deps
    if (this.#live === null) return this.#refuseWithoutChannel(command)
    try {
      const answer = await answerRequest(store.read, this.#live, command)
      if (answer.kind === 'disconnect') this.close(answer.disconnect)
      if (answer.kind === 'leave') this.#leave()
      if (answer.kind === 'leave' || answer.kind === 'reply') this.#reply(answer.reply)
    } catch (error) {
      logger.warn('request.failed', { connectionId: this.#id, error })
      this.#reply({ kind: 'error', id: command.id, error: ERROR_CODES.internal })
    }
  }

  /** A client that has left its channel may leave it once more; everything else needs one. */
  #refuseWithoutChannel(command: AskedCommand): void {
    const { id } = command
    if (command.kind === 'request' && command.method === 'unsubscribe') {
      this.#reply({ kind: 'result', id, method: 'unsubscribe', result: {} })
    } else if (id !== 0) this.#reply({ kind: 'error', id, error: ERROR_CODES.permissionDenied })
  }

  #push(publication: LivePublication): void {
    if (this.#position === null) return
    this.#position = { epoch: this.#position.epoch, offset: publication.offset }
    this.#deps.metrics.pushes.add()
    this.#send(publication.frame(this.#encoding))
  }

  /** Brings the client to the top after something other than the next publication arrived. */
  #mend(arrival: 'seen' | 'ahead' | 'other_stream'): void {
    if (arrival === 'other_stream') this.close(DISCONNECT_CODES.insufficientState, 'epoch_changed')
    else if (arrival === 'ahead' && !this.#isCatchingUp) void this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    this.#isCatchingUp = true
    try {
      while (this.#position !== null && this.#live !== null && this.#topOffset > this.#position.offset) {
        const missed = await this.#readMissed(this.#live, this.#position.offset)
        if (!this.#pushMissed(missed)) return this.close(DISCONNECT_CODES.insufficientState, 'hole_in_stream')
      }
    } catch (error) {
      this.#deps.logger.warn('catch_up.failed', { connectionId: this.#id, error })
      this.close(DISCONNECT_CODES.insufficientState, 'store_unavailable')
    } finally {
      this.#isCatchingUp = false
    }
  }

  #readMissed(live: LiveChannel, after: number): Promise<readonly StreamPublication[]> {
    const range = { after, before: null, limit: PUBLICATIONS_PER_ANSWER_MAX, order: 'oldest_first' } as const
    return readRange(this.#deps.store.read, live, range)
  }

  /** @returns false when the store does not have what comes next */
  #pushMissed(missed: readonly StreamPublication[]): boolean {
    if (this.#position === null || this.#live === null) return true
    const { epoch, offset } = this.#position
    // Hints that came while the store was read may have been sent already.
    const unsent = missed.filter((publication) => publication.offset > offset)
    if (this.#topOffset > offset && unsent.length === 0) return false
    if (!isWithoutHole(offset, unsent)) return false
    const { channel } = this.#live
    this.#deps.metrics.caughtUp.add({}, unsent.length)
    for (const one of unsent) this.#push(new LivePublication({ channel, epoch, offset: one.offset, data: one.data }))
    return true
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

  #isClosed(): boolean {
    return this.#phase === 'closed'
  }

  #leave(): void {
    if (this.#live !== null) this.#deps.hub.leave(this.#live, this)
    this.#live = null
    this.#position = null
  }

  #settle(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#deps.onSettled(this)
  }

  #end(): void {
    this.#phase = 'closed'
    this.#deps.wheel.cancel(this)
    this.#leave()
    this.#waiting = []
    this.#settle()
  }
}
