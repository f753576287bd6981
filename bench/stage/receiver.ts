// A process that receives webhooks and notes when each one came: listeners of many projects, some of which never answer.
// It speaks just enough HTTP for senders that we know, because a whole server would take a fifth of the machine it shares with them.
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { SILENT_PATH } from './silent-path.ts'

/** What the receiver may be asked. `take` hands over what came since the last one. */
export type ReceiverQuestion = 'count' | 'take'

/** First words of the process. */
export interface ReceiverReady {
  readonly url: string
}

/** Webhooks in the order in which they came: numbers out of their webhook-id, and wall milliseconds of their last byte, which comes with the first. */
export interface Arrivals {
  readonly messages: readonly number[]
  readonly at: readonly number[]
}

let messages: number[] = []
let at: number[] = []

const HEAD_END = '\r\n\r\n'
const ANSWER = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n')
const NOTHING = Buffer.alloc(0)

/** @returns bytes of the first request in `received` with its body; 0: it is not whole yet */
function answerFirst(socket: Socket, received: Buffer): number {
  const headBytes = received.indexOf(HEAD_END)
  if (headBytes < 0) return 0
  const head = received.toString('latin1', 0, headBytes)
  const bytes = headBytes + HEAD_END.length + Number(headerOf(head, 'content-length'))
  if (received.length < bytes) return 0
  if (head.startsWith(`POST ${SILENT_PATH}`)) return bytes
  at.push(Date.now())
  messages.push(Number(headerOf(head, 'webhook-id').slice('msg_'.length)))
  socket.write(ANSWER)
  return bytes
}

function headerOf(head: string, name: string): string {
  const start = head.toLowerCase().indexOf(`\r\n${name}: `) + name.length + 4
  const end = head.indexOf('\r\n', start)
  return head.slice(start, end < 0 ? undefined : end)
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest = NOTHING
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    let received = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let bytes = answerFirst(socket, received); bytes > 0; bytes = answerFirst(socket, received)) {
      received = received.subarray(bytes)
    }
    rest = received.length === 0 ? NOTHING : received
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
