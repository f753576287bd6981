// Reads one Protobuf message by the table of its fields.

import { readRawJson } from '../json/read-message.ts'
import type { DecodeLimits } from '../limits.ts'
import { MalformedFrame } from '../malformed-frame.ts'
import { complete, type Members, type MessageSchema, type NamedField, WIRE_BYTES } from '../schema/message-schema.ts'
import type { ByteReader } from './byte-reader.ts'

const MAP_KEY = 1
const MAP_VALUE = 2

/**
 * Reads a message behind its length. Unknown fields are passed over; of a field that comes twice the last counts.
 *
 * @throws {MalformedFrame} when bytes are missing or a field has a wrong type
 */
export function readProtobufMessage<T>(schema: MessageSchema<T>, reader: ByteReader, limits: DecodeLimits): T {
  const outerEnd = reader.enter()
  const members: Members = {}
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    const field = schema.byNumber[tag >>> 3]
    if (field === undefined) reader.skip(tag & 7)
    else if (field.tag !== tag) throw new MalformedFrame(`${field.name} has wire type ${tag & 7}.`)
    else readField(field, members, reader, limits)
  }
  reader.leave(outerEnd)
  return complete(schema, members)
}

function readField(field: NamedField, members: Members, reader: ByteReader, limits: DecodeLimits): void {
  switch (field.shape) {
    case 'scalar':
      if (field.scalar === 'raw') readPayload(field.name, members, reader, limits)
      else members[field.name] = reader[field.scalar]()
      return
    case 'message':
      members[field.name] = readProtobufMessage(field.schema, reader, limits)
      return
    case 'list':
      listOf(members, field.name).push(readProtobufMessage(field.schema, reader, limits))
      return
    case 'map':
    case 'text map':
      readEntry(field, mapOf(members, field.name), reader, limits)
  }
}

function listOf(members: Members, name: string): unknown[] {
  members[name] ??= []
  return members[name] as unknown[]
}

function mapOf(members: Members, name: string): Map<string, unknown> {
  members[name] ??= new Map()
  return members[name] as Map<string, unknown>
}

// An entry is a message of a key and a value; either is left out when it is zero.
function readEntry(field: NamedField, values: Map<string, unknown>, reader: ByteReader, limits: DecodeLimits): void {
  const outerEnd = reader.enter()
  let key = ''
  let value: unknown
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === MAP_KEY * 8 + WIRE_BYTES) key = reader.string()
    else if (tag === MAP_VALUE * 8 + WIRE_BYTES) value = readEntryValue(field, reader, limits)
    else reader.skip(tag & 7)
  }
  reader.leave(outerEnd)
  values.set(key, value ?? ('schema' in field ? complete(field.schema, {}) : ''))
}

function readEntryValue(field: NamedField, reader: ByteReader, limits: DecodeLimits): unknown {
  return 'schema' in field ? readProtobufMessage(field.schema, reader, limits) : reader.string()
}

// No bytes are no JSON value: the payload is absent.
function readPayload(name: string, members: Members, reader: ByteReader, limits: DecodeLimits): void {
  const text = reader.string()
  if (text === '') delete members[name]
  else members[name] = readRawJson(text, name, limits)
}
