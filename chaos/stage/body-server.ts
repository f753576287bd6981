// A server for listeners that behave badly: it gives each request whole, and whatever is to be answered later dies with it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Acts after `ms`, unless the server was stopped. */
export type Later = (ms: number, act: () => void) => void

/** Gets a request when its body is whole. */
export type HearBody = (request: IncomingMessage, body: Buffer, response: ServerResponse, later: Later) => void

/** A running server. */
export interface BodyServer {
  readonly port: number
  stop(): Promise<void>
}

/** Starts it on a free port of loopback. */
export async function startBodyServer(hear: HearBody): Promise<BodyServer> {
  const timers = new Set<NodeJS.Timeout>()
  const later: Later = (ms, act) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, ms)
    timers.add(timer)
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => hear(request, Buffer.concat(chunks), response, later))
    // A killed sender cuts its requests; what was not whole was not heard.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    stop: () => {
      for (const timer of timers) clearTimeout(timer)
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
