// Frames that no client should send: good ones of each kind, damaged in their payload or in their very bytes.
import { type Command, type Encoding, encodeCommand, toRawJson } from '../../packages/centrifuge-protocol/src/index.ts'
import { BINARY, clientFrame, TEXT } from '../../packages/server/src/platform/websocket/testing/raw-frames.ts'

/** Who a client says it is. */
export interface Credentials {
  readonly auth: string
  readonly projectId: number
  readonly channel: string
}

/**
 * Bytes of a client, and what was done to them. `good`: nothing, the connection must go on; `payload`: a whole frame with a damaged
 * message; `bytes`: the frame itself is damaged, nothing can follow it; `large`: a message above every limit.
 */
export interface ClientBytes {
  readonly damage: 'good' | 'payload' | 'bytes' | 'large'
  readonly bytes: Buffer
}

/** Of so many frames one is damaged in its payload, in its bytes, or too large. */
const ONE_DAMAGED_IN = 6
const ONE_BROKEN_IN = 60
const ONE_LARGE_IN = 1_000
const LARGE_BYTES = 65_537
const DAMAGES_MAX = 4
const RUN_MAX = 12
const TO_BYTES = new TextEncoder()

/** Makes the frames of one connection; the first one of a connection is a connect. */
export function frameMaker(
  encoding: Encoding,
  random: () => number,
): (who: Credentials, isFirst: boolean) => ClientBytes {
  const below = (limit: number): number => Math.floor(random() * limit)
  const opcode = encoding === 'json' ? TEXT : BINARY
  return (who, isFirst) => {
    const commands = commandsOf(who)
    const payload = bytesOf(commands[isFirst ? 0 : below(commands.length)] ?? { kind: 'pong' }, encoding)
    if (below(ONE_LARGE_IN) === 0) return { damage: 'large', bytes: clientFrame(opcode, Buffer.alloc(LARGE_BYTES, 32)) }
    if (below(ONE_BROKEN_IN) === 0) return { damage: 'bytes', bytes: damaged(clientFrame(opcode, payload), below) }
    const isGood = below(ONE_DAMAGED_IN) !== 0
    if (!isGood) return { damage: 'payload', bytes: clientFrame(opcode, damaged(payload, below)) }
    return {
      damage: 'good',
      bytes: clientFrame(opcode, isFirst ? payload : bytesOf(goodOne(commands, below), encoding)),
    }
  }
}

/** Any but the connect, which may come once only. */
function goodOne(commands: readonly Command[], below: (limit: number) => number): Command {
  return commands[1 + below(commands.length - 1)] ?? { kind: 'pong' }
}

function bytesOf(command: Command, encoding: Encoding): Buffer {
  const frame = encodeCommand(command, encoding)
  return Buffer.from(typeof frame === 'string' ? TO_BYTES.encode(frame) : frame)
}

function commandsOf({ auth, projectId, channel }: Credentials): readonly Command[] {
  const data = toRawJson({ auth, project_id: projectId })
  const position = { offset: 1, epoch: 'epoch' }
  const subs = new Map([[channel, { recover: true, ...position }]])
  return [
    { kind: 'request', id: 1, method: 'connect', request: { data, subs } },
    { kind: 'request', id: 2, method: 'history', request: { channel, limit: -1, since: { offset: 0, epoch: '' } } },
    { kind: 'request', id: 3, method: 'history', request: { channel, limit: 5, since: position, reverse: true } },
    { kind: 'request', id: 4, method: 'rpc', request: { method: 'm', data } },
    { kind: 'request', id: 5, method: 'publish', request: { channel, data } },
    { kind: 'request', id: 6, method: 'subscribe', request: { channel: 'other' } },
    { kind: 'request', id: 7, method: 'unsubscribe', request: { channel } },
    { kind: 'request', id: 0, method: 'send', request: { data } },
    { kind: 'pong' },
  ]
}

/** Bytes changed, taken away, put in or repeated. */
function damaged(good: Buffer, below: (limit: number) => number): Buffer {
  const bytes = [...good]
  for (let left = 1 + below(DAMAGES_MAX); left > 0; left -= 1) {
    const place = below(bytes.length + 1)
    const kind = below(4)
    if (kind === 0) bytes[place] = anyByte(below)
    else if (kind === 1) bytes.splice(place, below(RUN_MAX))
    else if (kind === 2) bytes.splice(place, 0, ...Array.from({ length: below(RUN_MAX) }, () => anyByte(below)))
    else bytes.splice(place, 0, ...bytes.slice(below(bytes.length + 1)))
  }
  return Buffer.from(bytes)
}

/** Mostly ASCII: other bytes end a text frame before anybody reads it. */
function anyByte(below: (limit: number) => number): number {
  return below(below(4) === 0 ? 256 : 128)
}
