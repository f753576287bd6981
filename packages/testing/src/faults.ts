// Making an emulator behave badly: towards the listener, and towards the game.
import type { DeliveryType } from '@ordertrail/core'
import type { Call } from './calls.ts'

/** Webhooks whose answer is made up. They are not sent at all; the emulator sees them fail and sends them again by the schedule. */
export interface WebhookFault {
  /** Default: any but user_validation, whose failure ends the payment. */
  readonly type?: DeliveryType | 'user_validation'
  /** What the listener is to have answered; `timeout`: nothing. Default: 503. */
  readonly status?: number | 'timeout'
  /** How many. Default: 1. */
  readonly times?: number
}

/**
 * Calls of the game that go wrong: store API, events API, statuses. Calls of this test kit are spared, and so are the project's own
 * calls under /v1.
 */
export interface CallFault {
  /** `GET` for instance. Default: any. */
  readonly method?: string
  /** Text that path and query hold, `/order/` for instance. Default: any path. */
  readonly path?: string
  /** How many. Default: 1. */
  readonly times?: number
  /** Time before anything else happens. Default: 0. */
  readonly delayMs?: number
  /** `hang`: no answer; `drop`: the connection is cut; `none`: the true answer, only late. Default: an error with this status, 503. */
  readonly answer?: number | 'hang' | 'drop' | 'none'
  /** Sent with an error. */
  readonly retryAfterSeconds?: number
}

/** Bad behaviour on demand. */
export interface Faults {
  /** The next webhooks fail as if the listener had answered so. Asking again replaces what was asked for the same type. */
  failNext(fault?: WebhookFault): Promise<void>
  /** The next calls of the game fail. Orders add up; the oldest that fits a call counts. */
  failCalls(fault?: CallFault): Promise<void>
  /** The next pushes of a status to open connections are lost; a client must find out by itself. */
  losePushes(times?: number): Promise<void>
  /** Cuts every open connection for statuses, as a lost network does. @returns how many there were */
  dropConnections(): Promise<number>
  /** Ends all that was asked for and has not happened yet. */
  stopFailing(): Promise<void>
}

/** Makes them. */
export function faultsOf(call: Call): Faults {
  const dev = (path: string, body: object): Promise<unknown> => call('nobody', 'POST', `/v1/dev/${path}`, body)
  return {
    async failNext({ type, status, times = 1 } = {}) {
      await dev('fail-next', { count: times, type, status })
    },
    async failCalls(fault = {}) {
      await dev('fail-calls', callFaultBody(fault))
    },
    async losePushes(times = 1) {
      await dev('lose-pushes', { count: times })
    },
    async dropConnections() {
      return ((await dev('drop-connections', {})) as { readonly dropped: number }).dropped
    },
    async stopFailing() {
      for (const path of ['fail-next', 'fail-calls', 'lose-pushes']) await dev(path, { count: 0 })
    },
  }
}

function callFaultBody({ method, path, times = 1, delayMs, answer = 503, retryAfterSeconds }: CallFault): object {
  const ending =
    typeof answer === 'number' ? { end: 'answer', status: answer } : { end: answer === 'none' ? 'pass' : answer }
  return { count: times, method, path, delay_ms: delayMs, retry_after_seconds: retryAfterSeconds, ...ending }
}
