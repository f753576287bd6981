// The calls by which clients without WebSocket connect, and by which they send.
import { decodeEmulationRequest, type Encoding } from '@ordertrail/centrifuge-protocol'
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Answer, type Call, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Gateway } from './gateway.ts'
import { MESSAGE_BYTES_MAX } from './gateway-limits.ts'
import type { StreamForm, StreamRequest } from './open-stream.ts'

/** What the calls need of a gateway. */
export type StreamGateway = Pick<Gateway, 'openStream' | 'takeEmulated'>

/** The endpoints by name, for the route table. They prove credentials themselves, as a connection does. */
export interface StreamEndpoints {
  readonly httpStream: Endpoint
  readonly sse: Endpoint
  readonly ssePosted: Endpoint
  readonly emulation: Endpoint
}

/** Buffering proxies would keep statuses to themselves, compressing ones wait for more. */
const STREAM_HEADERS = { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' } as const
const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  protobuf: 'application/octet-stream',
}
const EVENTS_TYPE = 'text/event-stream'
const TAG = 'Realtime'

const posted = { bodyBytes: true, bodyBytesMax: MESSAGE_BYTES_MAX } as const
const eventStream = Type.String({ contentMediaType: EVENTS_TYPE })

/** Makes the endpoints. */
export function makeStreamEndpoints(gateway: StreamGateway): StreamEndpoints {
  return {
    httpStream: httpStream(gateway),
    sse: sse(gateway),
    ssePosted: ssePosted(gateway),
    emulation: emulation(gateway),
  }
}

function httpStream(gateway: StreamGateway): Endpoint {
  return defineEndpoint({
    operationId: 'connect-http-stream',
    summary: 'Order statuses as a stream of lines; the body is a connect command of the Centrifuge protocol',
    tag: TAG,
    schema: { ...posted, response: { 200: Type.String({ contentMediaType: CONTENT_TYPES.json }) } },
    handle: async (call) => {
      const encoding = encodingOf(call.headers)
      const asked = streamRequest('lines', encoding, call, call.rawBody ?? new Uint8Array())
      return answerWith(gateway, asked, CONTENT_TYPES[encoding])
    },
  })
}

function sse(gateway: StreamGateway): Endpoint {
  return defineEndpoint({
    operationId: 'connect-sse',
    summary: 'Order statuses as server-sent events',
    tag: TAG,
    schema: {
      query: Type.Object({
        cf_connect: Type.String({
          maxLength: MESSAGE_BYTES_MAX,
          description: 'The connect command of the Centrifuge protocol, in JSON.',
        }),
      }),
      response: { 200: eventStream },
    },
    handle: async (call) =>
      answerWith(gateway, streamRequest('events', 'json', call, call.query.cf_connect), EVENTS_TYPE),
  })
}

function ssePosted(gateway: StreamGateway): Endpoint {
  return defineEndpoint({
    operationId: 'connect-sse-post',
    summary: 'Order statuses as server-sent events; the body is the connect command',
    tag: TAG,
    schema: { ...posted, response: { 200: eventStream } },
    handle: async (call) =>
      answerWith(gateway, streamRequest('events', 'json', call, call.rawBody ?? new Uint8Array()), EVENTS_TYPE),
  })
}

function emulation(gateway: StreamGateway): Endpoint {
  return defineEndpoint({
    operationId: 'send-emulated',
    summary: 'Commands of a client that is connected by a stream; session and node are those of its connect reply',
    tag: TAG,
    schema: { ...posted, response: { 204: null } },
    handle: async ({ headers, rawBody }) => {
      const decoded = decodeEmulationRequest(rawBody ?? new Uint8Array(), encodingOf(headers))
      if (!decoded.ok) throw new AppError('body_malformed', { message: decoded.detail })
      const delivered = gateway.takeEmulated(decoded.request)
      if (delivered === 'absent') throw new AppError('connection_not_found')
      if (delivered === 'too_large') throw new AppError('body_too_large')
      return { status: 204 }
    },
  })
}

function streamRequest(
  form: StreamForm,
  encoding: Encoding,
  { headers: { origin } }: Pick<Call, 'headers'>,
  frame: StreamRequest['frame'],
): StreamRequest {
  return { form, encoding, origin: typeof origin === 'string' ? origin : null, frame }
}

function answerWith(gateway: StreamGateway, asked: StreamRequest, contentType: string): Answer {
  const body = gateway.openStream(asked)
  if (body === null) throw new AppError('overloaded')
  return { status: 200, body, headers: { ...STREAM_HEADERS, 'content-type': contentType } }
}

function encodingOf(headers: Call['headers']): Encoding {
  const contentType = String(headers['content-type'] ?? '').toLowerCase()
  return contentType.startsWith(CONTENT_TYPES.protobuf) ? 'protobuf' : 'json'
}
