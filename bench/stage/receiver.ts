// A process that receives webhooks and notes when each one came: listeners of many projects, some of which never answer.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SILENT_PATH } from './silent-path.ts'

/** What the receiver may be asked. `take` hands over what came since the last one. */
export type ReceiverQuestion = 'count' | 'take'

/** First words of the process. */
export interface ReceiverReady {
  readonly url: string
}

/** Webhooks in the order in which they came: numbers out of their webhook-id, and wall milliseconds of their first byte. */
export interface Arrivals {
  readonly messages: readonly number[]
  readonly at: readonly number[]
}

let messages: number[] = []
let at: number[] = []

function note(request: IncomingMessage): void {
  // Headers and body of a small request come in one packet, so its head is its first byte.
  at.push(Date.now())
  messages.push(Number(String(request.headers['webhook-id']).slice('msg_'.length)))
}

const server = createServer((request, response) => {
  request.resume()
  if (request.url?.startsWith(SILENT_PATH)) return
  note(request)
  request.once('end', () => {
    response.writeHead(204)
    response.end()
  })
})

process.on('message', (question: ReceiverQuestion) => {
  if (question === 'count') {
    process.send?.(messages.length)
    return
  }
  process.send?.({ messages, at } satisfies Arrivals)
  messages = []
  at = []
})
// The bench hangs up when it has what it wants.
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.({ url: `http://127.0.0.1:${port}` } satisfies ReceiverReady)
})
