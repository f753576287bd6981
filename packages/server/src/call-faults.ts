// Faults on demand towards the game: the next calls of its client are refused, slowed, cut or left hanging.
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { UNSPOILT_HEADER } from './dev-project.ts'
import type { Intercept, Intercepted, OnUpgrade } from './platform/http/index.ts'
import { type Service, service } from './platform/service.ts'

/** Most calls that one order may spoil, orders that wait at once, and the longest delay. */
export const CALL_FAULTS_MAX = 1_000
const ORDERS_MAX = 100
export const CALL_DELAY_MS_MAX = 60_000

/** Calls of games and players; our own API and what operators ask are never spoilt. */
const SPOILABLE = /^\/(api|events|connection|emulation|paystation2)(\/|\?|$)/
const CONNECTION = /^\/connection\//

/**
 * What happens to the next calls that fit.
 *
 * @property method null: any
 * @property path text that the path and query hold; null: any
 * @property delayMs time before anything else happens
 * @property ending `pass`: the call is merely slow; `hang`: it is never answered; `drop`: its connection is cut
 */
export interface CallFault {
  readonly count: number
  readonly method: string | null
  readonly path: string | null
  readonly delayMs: number
  readonly ending:
    | { readonly kind: 'pass' | 'hang' | 'drop' }
    | { readonly kind: 'answer'; readonly status: number; readonly retryAfterSeconds: number | null }
}

/** Faults of this process towards games. It exists in dev only. Stopping it cuts what hangs. */
export interface CallFaults extends Service {
  /** Adds an order; the oldest that fits a call is taken. @returns false: too many orders wait */
  failNext(fault: CallFault): boolean
  /** Forgets all orders. */
  clear(): void
  /** Calls that will still be spoilt. */
  left(): number
  /** Cuts every open connection for statuses, as a lost network does. @returns how many there were */
  dropConnections(): number
  readonly intercept: Intercept
  guardUpgrade(onUpgrade: OnUpgrade): OnUpgrade
}

/** Makes one, with nothing to spoil. */
export function createCallFaults(): CallFaults {
  const stopping = new AbortController()
  const connections = new Set<Duplex>()
  let orders: readonly CallFault[] = []

  const take = (request: IncomingMessage): CallFault | undefined => {
    const found = isSpoilable(request) ? orders.find((each) => fits(each, request)) : undefined
    if (found === undefined) return undefined
    orders = orders.flatMap((each) => (each === found ? onceLess(each) : [each]))
    return found
  }
  const track = (socket: Duplex): void => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  }
  const suffer = async (fault: CallFault, socket: Duplex): Promise<Intercepted> => {
    if (!(await passes(fault.delayMs, stopping.signal))) return { kind: 'cut' }
    if (fault.ending.kind === 'hang') await untilClosed(socket, stopping.signal)
    return ENDINGS[fault.ending.kind](fault)
  }
  return {
    ...service('call faults', {
      start: async () => undefined,
      stop: async () => stopping.abort(),
    }),
    failNext(fault) {
      if (orders.length >= ORDERS_MAX) return false
      orders = [...orders, fault]
      return true
    },
    clear() {
      orders = []
    },
    left: () => orders.reduce((sum, { count }) => sum + count, 0),
    dropConnections() {
      const { size } = connections
      for (const socket of connections) socket.destroy()
      return size
    },
    async intercept(request) {
      if (CONNECTION.test(request.url ?? '')) track(request.socket)
      const fault = take(request)
      return fault === undefined ? PASS : suffer(fault, request.socket)
    },
    guardUpgrade: (onUpgrade) => (request, socket, head) => {
      track(socket)
      const fault = take(request)
      if (fault === undefined) onUpgrade(request, socket, head)
      else void suffer(fault, socket).then((end) => endUpgrade(end, () => onUpgrade(request, socket, head), socket))
    },
  }
}

const PASS: Intercepted = { kind: 'pass' }

const ENDINGS: Readonly<Record<CallFault['ending']['kind'], (fault: CallFault) => Intercepted>> = {
  pass: () => PASS,
  hang: () => ({ kind: 'cut' }),
  drop: () => ({ kind: 'cut' }),
  answer: ({ ending }) => (ending.kind === 'answer' ? madeUpAnswer(ending.status, ending.retryAfterSeconds) : PASS),
}

/** In the documented shape of the store's errors, which clients read. */
function madeUpAnswer(status: number, retryAfterSeconds: number | null): Intercepted {
  const errorCode = 1101
  const errorMessage = '[0401-1101]: Service unavailable (injected)'
  return {
    kind: 'answer',
    status,
    headers: {
      'content-type': 'application/json',
      ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ statusCode: status, errorCode, errorMessage }),
  }
}

/** A preflight is the browser's own question and counts for no call. */
function isSpoilable({ method, url = '', headers }: IncomingMessage): boolean {
  return method !== 'OPTIONS' && SPOILABLE.test(url) && headers[UNSPOILT_HEADER] === undefined
}

function fits({ method, path }: CallFault, request: IncomingMessage): boolean {
  return (method === null || method === request.method) && (path === null || (request.url ?? '').includes(path))
}

function onceLess(fault: CallFault): readonly CallFault[] {
  return fault.count > 1 ? [{ ...fault, count: fault.count - 1 }] : []
}

/** Whether the time passed before the end. */
async function passes(delayMs: number, signal: AbortSignal): Promise<boolean> {
  if (delayMs === 0) return true
  return sleep(delayMs, true, { signal }).catch(() => false)
}

async function untilClosed(socket: Duplex, signal: AbortSignal): Promise<void> {
  if (!socket.destroyed) await once(socket, 'close', { signal }).catch(() => undefined)
}

function endUpgrade(end: Intercepted, goOn: () => void, socket: Duplex): void {
  if (end.kind === 'answer') {
    socket.once('finish', () => socket.destroy())
    socket.end(`HTTP/1.1 ${end.status} Injected\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  } else if (end.kind === 'pass') goOn()
  else socket.destroy()
}
