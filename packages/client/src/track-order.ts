// Runs the table of one tracking: its looks, its timers, and what the game is told.
import type { Connection, Watcher } from './connection.ts'
import { ADVICE, type TrackingFailureCode } from './failure.ts'
import { type Look, lookAtOrder, type RequestDeps } from './look-at-order.ts'
import { startMachine } from './machine.ts'
import type { Aborted, Order, Outcome, StatusUpdate, Via } from './outcome.ts'
import { createStatusLine } from './status-line.ts'
import { openTracking, type Tracking } from './tracking.ts'
import { stepTracking, type TrackingEffect, type TrackingEvent, type TrackingState } from './tracking-table.ts'

/** How an order is tracked. */
export interface TrackOptions {
  /** Ends the tracking with the outcome `aborted`. */
  readonly signal?: AbortSignal
  /** Told every new status, in order. What it throws is reported and changes nothing. */
  readonly onStatus?: (update: StatusUpdate) => void
  /** After so long without a final status the outcome is `timeout`. Default 10 minutes; Infinity: never. */
  readonly timeoutMs?: number
  /** After so long on the socket the order is polled instead. Default 5 minutes; 0: no socket at all. */
  readonly socketMs?: number
  /** Between two looks where there is no socket. Default 3 s, and up to a fifth more. */
  readonly pollMs?: number
  /** How long the player may still pay after closing the payment window. Default 30 s; Infinity: until the timeout. */
  readonly graceMs?: number
}

/** What running needs; `debug` gets one line for each step, without secrets. */
export interface TrackDeps extends RequestDeps {
  readonly debug: (line: string) => void
}

/** A tracking and what may happen to it from outside. */
export interface RunningTracking {
  readonly tracking: Tracking
  /** `closed`: the player closed the payment window. */
  step(event: 'woke' | 'closed'): void
  abort(reason: Aborted['reason']): void
}

const TIMEOUT_MS = 600_000
const SOCKET_MS = 300_000
const POLL_MS = 3_000
const GRACE_MS = 30_000
/** Part of the interval by which looks are spread. */
const JITTER = 0.2
/** One look has to be answered by then. */
const LOOK_MS_MAX = 10_000
/** The content of a final order has to be there by then. */
const DETAILS_MS_MAX = 30_000
/** Intervals grow with each look that is not answered, up to this many. */
const SLOWER_MAX = 5

/** What an outcome says besides its kind, its order and the last status. */
type Rest<Kind> = Omit<Extract<Outcome, { kind: Kind }>, 'kind' | 'orderId' | 'status'>

/** Starts tracking. */
export function startTracking(
  deps: TrackDeps,
  connection: Connection,
  orderId: number,
  options: TrackOptions = {},
): RunningTracking {
  const { runtime, debug } = deps
  const { signal, socketMs = SOCKET_MS, pollMs = POLL_MS } = options
  const isNews = createStatusLine()
  const { tracking, push } = openTracking()
  const start = runtime.WebSocket && socketMs > 0 ? 'opening' : 'polling'
  let last: string | null = null
  let order: Order | null = null
  let cause: unknown
  let failure: TrackingFailureCode = 'refused'
  let reason: Aborted['reason'] = 'signal'
  let unheard = 0
  /** The store wants to be left alone until then. */
  let notBefore = 0
  /** Counts the looks; what an earlier one is answered is not heard. */
  let turn = 0

  const { step, after, clear } = startMachine<TrackingState, TrackingEvent, TrackingEffect>({
    name: `order ${orderId}`,
    start,
    step: stepTracking,
    effects: {
      leave: () => connection.leave(watcher),
      look: () => look(false),
      lastLook: () => look(true),
      wait: () => after('look', pollMs * (1 + JITTER * runtime.random()) * Math.min(unheard + 1, SLOWER_MAX), 'due'),
      grace: () => {
        // Once it is paid the window has done its work.
        if (last !== 'paid') after('grace', options.graceMs ?? GRACE_MS, 'graceOver')
      },
      trust: () => clear('grace'),
      hurry: () => after('end', DETAILS_MS_MAX, 'timeUp'),
      complete: () => {
        const status = last as 'done' | 'canceled'
        end(status, { order: order && { ...order, status } })
      },
      fail: () => end('failed', { code: failure, advice: ADVICE[failure], cause }),
      expire: () => end('timeout', { cause }),
      part: () => end('aborted', { reason: 'window_closed' }),
      abort: () => end('aborted', { reason }),
    },
    runtime,
    debug,
  })
  const watcher: Watcher = { orderId, tell, step }
  const onAbort = (): void => step('abort')

  function tell(status: string, via: Via): void {
    if (!isNews(status)) return
    last = status
    const update: StatusUpdate = { kind: 'status', orderId, status, via }
    push(update)
    try {
      options.onStatus?.(update)
    } catch (error) {
      console.error(error)
    }
    const isFinal = status === 'done' || status === 'canceled'
    if (isFinal) step(order?.status === status ? 'content' : 'final')
    else if (status === 'paid') step(status)
  }

  function look(isLast: boolean): void {
    const pauseMs = notBefore - runtime.now()
    if (pauseMs > 0) {
      if (isLast) step('unheard')
      else after('look', pauseMs, 'due')
      return
    }
    turn += 1
    const own = turn
    const take = (answer: Look): void => {
      if (turn !== own) return
      turn += 1
      clear('look')
      hear(answer)
    }
    after('look', LOOK_MS_MAX, () => take({ kind: 'unheard', cause: 'no answer in time', retryAfterMs: 0 }))
    void lookAtOrder(deps, orderId, LOOK_MS_MAX).then(take)
  }

  function hear(answer: Look): void {
    if (answer.kind === 'order') {
      order = answer.order
      unheard = 0
      tell(order.status, 'poll')
      step('looked')
    } else {
      cause = answer.cause
      if (answer.kind === 'failed') failure = answer.code
      else {
        unheard += 1
        notBefore = runtime.now() + answer.retryAfterMs
      }
      step(answer.kind)
    }
  }

  function end<Kind extends Outcome['kind']>(kind: Kind, more: Rest<Kind>): void {
    connection.leave(watcher)
    turn += 1
    clear()
    signal?.removeEventListener('abort', onAbort)
    push({ kind, orderId, status: last, ...more } as unknown as Outcome)
  }

  after('end', options.timeoutMs ?? TIMEOUT_MS, 'timeUp')
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()
  else if (start === 'polling') look(false)
  else {
    after('limit', socketMs, 'gone')
    connection.join(watcher)
  }
  return {
    tracking,
    step,
    abort: (why) => {
      reason = why
      step('abort')
    },
  }
}
