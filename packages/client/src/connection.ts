// The one socket that all trackings of a token share.
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  GREETINGS,
  stepConnection,
} from './connection-table.ts'
import { CONNECT_ID, isTerminal, type Reply, readFrame, toldIn } from './frames.ts'
import type { RequestDeps } from './look-at-order.ts'
import { startMachine } from './machine.ts'
import type { Via } from './outcome.ts'
import type { Runtime, SocketLike } from './runtime.ts'

/** Somebody who watches one order. */
export interface Watcher {
  readonly orderId: number
  tell(status: string, via: Via): void
  step(event: 'up' | 'down' | 'gone'): void
}

/** The socket, open while somebody watches. */
export interface Connection {
  join(watcher: Watcher): void
  leave(watcher: Watcher): void
  step(event: 'woke' | 'lost'): void
}

/** What a connection needs; `debug` gets one line for each step, without secrets. */
export interface ConnectionDeps extends RequestDeps {
  readonly debug: (line: string) => void
}

/** Without one nobody joins. */
type Socket = NonNullable<Runtime['WebSocket']>

/** From the first try, and from every question, to the answer. */
const ANSWER_MS_MAX = 10_000
/** A server that is later with its ping than this is gone. */
const PING_MARGIN_MS = 10_000
/** Before the second try; up to twice as long, so that players who were dropped together do not return together. */
const BACKOFF_MS = 500
/** The wait doubles with each loss, up to this. */
const BACKOFF_MS_MAX = 60_000
/** The server does not know the token, or does not know it any more. */
const TOKEN_CODES = [109, 3500]

/**
 * Makes the connection; it opens nothing before somebody joins.
 *
 * @param userExternalId undefined: the token says it
 */
export function createConnection(deps: ConnectionDeps, userExternalId: string | undefined): Connection {
  const { runtime, tokens, debug } = deps
  const watchers = new Set<Watcher>()
  let socket: SocketLike | undefined
  /** Counts the sockets; what an earlier one still says is not heard. */
  let turn = 0
  let token: string
  let channels: readonly string[] = []
  let pingMs = 0
  let lastId = CONNECT_ID
  let losses = 0

  const all = (event: 'up' | 'down' | 'gone') => () => {
    for (const watcher of watchers) watcher.step(event)
  }
  const machine = startMachine<ConnectionState, ConnectionEvent, ConnectionEffect>({
    name: 'socket',
    start: 'idle',
    step: stepConnection,
    effects: {
      open: () => void open(),
      close,
      backoff: () => {
        after('due', Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** losses) * (1 + runtime.random()), 'due')
        losses += 1
      },
      catchUp,
      up: all('up'),
      down: all('down'),
      gone: all('gone'),
    },
    runtime,
    debug,
  })
  const { step, after } = machine

  async function open(): Promise<void> {
    close()
    const own = turn
    after('answer', ANSWER_MS_MAX, 'lost')
    try {
      token = await tokens.get()
      if (own === turn) listen(new (runtime.WebSocket as Socket)(deps.endpoints.socket))
    } catch {
      if (own === turn) step('lost')
    }
  }

  function listen(opened: SocketLike): void {
    const own = turn
    const ifCurrent = (act: () => void): void => void (own === turn && act())
    const data = { user_external_id: userExternalId, auth: token, project_id: deps.projectId }
    socket = opened
    opened.onopen = () => send({ connect: { data }, id: CONNECT_ID })
    opened.onmessage = ({ data: frame }: { readonly data: unknown }) => {
      for (const reply of readFrame(frame)) ifCurrent(() => hear(reply))
    }
    opened.onclose = ({ code }: { readonly code: number }) => ifCurrent(() => end(code))
    opened.onerror = () => ifCurrent(() => step('lost'))
  }

  function send(command: object): void {
    socket?.send(JSON.stringify(command))
  }

  function close(): void {
    turn += 1
    pingMs = 0
    machine.clear()
    socket?.close()
    socket = undefined
  }

  function hear(reply: Reply): void {
    const { id, error, connect, history, push } = reply
    if (connect) {
      channels = Object.keys(connect.subs ?? {})
      pingMs = (connect.ping ?? 0) * 1000
      catchUp()
    } else if (error && id === CONNECT_ID) end(error.code, !error.temporary)
    else if (push?.disconnect) end(push.disconnect.code)
    else if (!push && !id) send({})
    for (const { orderId, status } of toldIn(reply)) {
      for (const watcher of watchers) {
        if (watcher.orderId === orderId) watcher.tell(status, history ? 'history' : 'socket')
      }
    }
    if (id === lastId && !connect) caught()
    if (pingMs) after('silence', pingMs + PING_MARGIN_MS, 'lost')
  }

  /** Asks each channel for all that it still holds, whichever its epoch; the last answer says that everything is there. */
  function catchUp(): void {
    after('answer', ANSWER_MS_MAX, 'lost')
    for (const channel of channels) {
      lastId += 1
      send({ history: { channel, since: { offset: 0 }, limit: -1 }, id: lastId })
    }
    if (channels.length === 0) caught()
  }

  function caught(): void {
    machine.clear('answer')
    step('caught')
  }

  function end(code: number, isFinal: boolean = isTerminal(code)): void {
    debug(`socket: ended, ${code}`)
    const hasNewToken = TOKEN_CODES.includes(code) && tokens.refuse(token)
    step(isFinal && !hasNewToken ? 'refused' : 'lost')
  }

  return {
    join(watcher) {
      if (watchers.size === 0) losses = 0
      watchers.add(watcher)
      step('wanted')
      const greeting = GREETINGS[machine.state]
      if (greeting) watcher.step(greeting)
    },
    leave(watcher) {
      if (watchers.delete(watcher) && watchers.size === 0) step('unwanted')
    },
    step,
  }
}
