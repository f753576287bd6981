// Connections in the answer of a request, for networks that let no WebSocket through: HTTP streaming and server-sent events.
import type { Readable } from 'node:stream'
import { DISCONNECT_CODES, type Encoding, encodeReply, type Frame } from '@ordertrail/centrifuge-protocol'
import { type StreamFraming, StreamSocket } from '../platform/websocket/index.ts'
import type { Sessions } from './sessions.ts'

/** How the frames of a connection stand in its answer. `lines`: each on a line of its own, or Protobuf, which has lengths. */
export type StreamForm = 'lines' | 'events'

/** A request whose answer shall be a connection. */
export interface StreamRequest {
  readonly form: StreamForm
  readonly encoding: Encoding
  /** Origin of the web page that asks; null: none. */
  readonly origin: string | null
  /** What the client sends first; its connect request must be in it, because there is no later way to send one. */
  readonly frame: Frame
}

/** Opens a connection on this node and gives the body of the answer. */
export function openStream(sessions: Sessions, { form, encoding, origin, frame }: StreamRequest): Readable {
  const socket = new StreamSocket(framingOf(form, encoding))
  const session = sessions.open({ socket, encoding, origin, emulation: sessions.emulated.name() })
  socket.handler = session
  session.onFrame(frame)
  if (session.isNew) session.close(DISCONNECT_CODES.badRequest, 'connect_missing')
  return socket.stream
}

/** Where a close frame would carry code and reason, a stream ends with a push that does. */
function framingOf(form: StreamForm, encoding: Encoding): StreamFraming {
  const farewell = (code: number, reason: string): Frame =>
    encodeReply({ kind: 'push', push: { kind: 'disconnect', channel: '', body: { code, reason } } }, encoding)
  // An empty line first, so that proxies which wait for the first byte let the head of the answer pass.
  if (form === 'events') return { opening: '\r\n', wrap: (frame) => `data: ${frame}\n\n`, farewell }
  return { opening: '', wrap: (frame) => (typeof frame === 'string' ? `${frame}\n` : frame), farewell }
}
