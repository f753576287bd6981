// The upstream half of one-way transports: the body of a POST that carries a frame for a session held by some node.

import type { Encoding, Frame } from './encoding.ts'
import { readJsonMessage } from './json/read-message.ts'
import { COMMAND_LIMITS, type DecodeLimits } from './limits.ts'
import { MalformedFrame } from './malformed-frame.ts'
import { ByteReader } from './protobuf/byte-reader.ts'
import { attempt, decodeText } from './read-frame.ts'
import { defineMessage, type MessageSchema, required, string, WIRE_BYTES } from './schema/message-schema.ts'

/** A frame and whose it is: `session` and `node` are those of the connect result. */
export interface EmulationRequest {
  readonly session: string
  readonly node: string
  /** For `decodeCommands`. */
  readonly frame: Frame
}

/** The request, or a sentence that says what is wrong with the body. */
export type DecodedEmulationRequest =
  | { readonly ok: true; readonly request: EmulationRequest }
  | { readonly ok: false; readonly detail: string }

interface JsonEmulationRequest {
  readonly node: string
  readonly session: string
  /** The frame as a JSON string. */
  readonly data: string
}

const NODE = 1
const SESSION = 2
const DATA = 3

const JSON_REQUEST: MessageSchema<JsonEmulationRequest> = defineMessage<JsonEmulationRequest>('EmulationRequest', {
  node: required(string(NODE)),
  session: required(string(SESSION)),
  data: required(string(DATA)),
})

/**
 * Decodes the body of an emulation request. Never throws, whatever the bytes.
 *
 * @param body the whole body; in Protobuf it has no length in front
 * @param encoding told by the content type
 * @param limits what one body may ask for
 */
export function decodeEmulationRequest(
  body: Frame,
  encoding: Encoding,
  limits: DecodeLimits = COMMAND_LIMITS,
): DecodedEmulationRequest {
  const read = attempt(() => readRequest(body, encoding, limits))
  return read.ok ? { ok: true, request: read.value } : read
}

function readRequest(body: Frame, encoding: Encoding, limits: DecodeLimits): EmulationRequest {
  if (body.length > limits.frameSizeMax) throw new MalformedFrame(`The body is larger than ${limits.frameSizeMax}.`)
  if (encoding === 'json') return readJsonRequest(typeof body === 'string' ? body : decodeText(body), limits)
  if (typeof body === 'string') throw new MalformedFrame('A Protobuf body is binary.')
  return readProtobufRequest(new ByteReader(body))
}

function readJsonRequest(body: string, limits: DecodeLimits): EmulationRequest {
  const { session, node, data } = readJsonMessage(JSON_REQUEST, body, limits)
  return { session, node, frame: data }
}

// By hand, because nowhere else does the protocol carry bytes that are not text.
function readProtobufRequest(reader: ByteReader): EmulationRequest {
  let session = ''
  let node = ''
  let frame: Frame = new Uint8Array()
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === NODE * 8 + WIRE_BYTES) node = reader.string()
    else if (tag === SESSION * 8 + WIRE_BYTES) session = reader.string()
    else if (tag === DATA * 8 + WIRE_BYTES) frame = reader.bytes()
    else reader.skip(tag & 7)
  }
  return { session, node, frame }
}
