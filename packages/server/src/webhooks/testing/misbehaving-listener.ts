// A game server for tests: a real HTTP listener that answers as it is told, badly if need be.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A status, an answer with a body, or one of the ways in which listeners go wrong. */
export type Behaviour =
  | number
  | { readonly status: number; readonly body: unknown }
  | 'hang'
  | 'close early'
  | 'garbage'
  | 'redirect'
  | 'drip headers'
  | 'drip body'

/** One request as it came in. */
export interface HeardRequest {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** How to answer one request; a promise keeps the caller waiting. */
type Choose = (request: HeardRequest) => Behaviour | Promise<Behaviour>

/** A listener that runs. */
export interface Listener {
  readonly url: string
  readonly heard: readonly HeardRequest[]
  /** How to answer from now on; a function is asked for each request. */
  behave(behaviour: Behaviour | Choose): void
  /** Resolves when `count` requests in all were heard. */
  heardAtLeast(count: number): Promise<void>
  stop(): Promise<void>
}

/** Starts a listener that answers 204. */
export async function startListener(): Promise<Listener> {
  let behaviour: Choose = () => 204
  const heard: HeardRequest[] = []
  let onHeard = (): void => {}
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const one = { headers: request.headers, body }
    heard.push(one)
    onHeard()
    answer(response, await behaviour(one), timers)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks?key=hidden`,
    heard,
    behave: (next) => {
      behaviour = typeof next === 'function' ? next : () => next
    },
    heardAtLeast: (count) =>
      new Promise((resolve) => {
        onHeard = () => heard.length >= count && resolve()
        onHeard()
      }),
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(response: ServerResponse, behaviour: Behaviour, timers: Set<NodeJS.Timeout>): void {
  if (typeof behaviour === 'number') response.writeHead(behaviour).end()
  else if (typeof behaviour === 'object') {
    const { status, body } = behaviour
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  } else if (behaviour === 'close early') response.socket?.destroy()
  else if (behaviour === 'garbage') response.socket?.end('HELLO, THIS IS NOT HTTP\r\n\r\n')
  else if (behaviour === 'redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end()
  else if (behaviour === 'drip headers') drip(response, 'HTTP/1.1 200 OK\r\nx-slow: 1\r\n', timers)
  else if (behaviour === 'drip body') drip(response, 'HTTP/1.1 503 Busy\r\ncontent-length: 1000\r\n\r\n', timers)
}

/** Writes `head` and then a letter now and then, for ever. */
function drip(response: ServerResponse, head: string, timers: Set<NodeJS.Timeout>): void {
  const { socket } = response
  socket?.write(head)
  const timer = setInterval(() => socket?.write('x'), 20)
  timers.add(timer)
  socket?.once('close', () => clearInterval(timer))
}
