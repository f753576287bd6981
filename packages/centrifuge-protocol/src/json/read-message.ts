// Reads one JSON document by the table of its message.

import type { DecodeLimits } from '../limits.ts'
import { MalformedFrame } from '../malformed-frame.ts'
import { type RawJson, rawJson } from '../raw-json.ts'
import { isInteger, type NumberKind } from '../schema/integer-range.ts'
import {
  complete,
  type Members,
  type MessageSchema,
  type NamedField,
  type ScalarKind,
} from '../schema/message-schema.ts'
import { JsonCursor, type ValueKind } from './json-cursor.ts'

/**
 * Reads a document. Members without a field are passed over, a null member counts as absent,
 * and of members of the same name the last one counts.
 *
 * @throws {MalformedFrame} when it is not JSON or a member has a wrong type
 */
export function readJsonMessage<T>(schema: MessageSchema<T>, text: string, limits: DecodeLimits): T {
  return readMessage(schema, checkedCursor(text, schema.name, limits))
}

/**
 * Checks a payload that came as bytes.
 *
 * @throws {MalformedFrame} when it is not exactly one JSON value, or nested too deep
 */
export function readRawJson(text: string, name: string, limits: DecodeLimits): RawJson {
  const cursor = checkedCursor(text, name, limits)
  if (hasMoreOpenings(text, limits.depthMax)) cursor.skipValue()
  return text as RawJson
}

// Counting brackets, in strings or not, is cheaper than finding the depth, which cannot be larger.
function hasMoreOpenings(text: string, max: number): boolean {
  return countUpTo(max + 1, text, '{') + countUpTo(max + 1, text, '[') > max
}

function countUpTo(max: number, text: string, searched: string): number {
  let count = 0
  let index = text.indexOf(searched)
  while (index !== -1 && count < max) {
    count++
    index = text.indexOf(searched, index + 1)
  }
  return count
}

// Checked as a whole first: the cursor can then trust every quote and bracket.
function checkedCursor(text: string, name: string, limits: DecodeLimits): JsonCursor {
  if (rawJson(text) === null) throw new MalformedFrame(`${name} is not JSON.`)
  return new JsonCursor(text, limits.depthMax)
}

function readMessage<T>(schema: MessageSchema<T>, cursor: JsonCursor): T {
  enter('object', cursor, schema.name)
  const members: Members = {}
  for (let key = cursor.nextKey(); key !== null; key = cursor.nextKey()) {
    const field = schema.byName.get(key)
    if (field === undefined || cursor.kind() === 'null') cursor.skipValue()
    else members[field.name] = readField(field, cursor)
  }
  return complete(schema, members)
}

function readField(field: NamedField, cursor: JsonCursor): unknown {
  switch (field.shape) {
    case 'scalar':
      return readScalar(field.scalar, cursor, field.name)
    case 'message':
      return readMessage(field.schema, cursor)
    case 'list':
      return readList(field.schema, cursor, field.name)
    case 'map':
      return readMap(cursor, field.name, () => readMessage(field.schema, cursor))
    case 'text map':
      return readMap(cursor, field.name, () => readString(cursor, field.name))
  }
}

function readList(schema: MessageSchema, cursor: JsonCursor, name: string): unknown[] {
  enter('array', cursor, name)
  const items: unknown[] = []
  while (cursor.nextItem()) {
    if (cursor.kind() === 'null') cursor.skipValue()
    else items.push(readMessage(schema, cursor))
  }
  return items
}

function readMap(cursor: JsonCursor, name: string, readValue: () => unknown): Map<string, unknown> {
  enter('object', cursor, name)
  const values = new Map<string, unknown>()
  for (let key = cursor.nextKey(); key !== null; key = cursor.nextKey()) {
    if (cursor.kind() === 'null') cursor.skipValue()
    else values.set(key, readValue())
  }
  return values
}

function enter(kind: ValueKind, cursor: JsonCursor, name: string): void {
  if (cursor.kind() !== kind) throw new MalformedFrame(`${name} is not an ${kind}.`)
  cursor.enter()
}

function readScalar(kind: ScalarKind, cursor: JsonCursor, name: string): unknown {
  if (kind === 'raw') return cursor.rawValue()
  if (kind === 'string') return readString(cursor, name)
  return kind === 'bool' ? readBool(cursor, name) : readNumber(kind, cursor, name)
}

function readString(cursor: JsonCursor, name: string): string {
  if (cursor.kind() !== 'string') throw new MalformedFrame(`${name} is not a string.`)
  return cursor.string()
}

function readBool(cursor: JsonCursor, name: string): boolean {
  const word = cursor.rawValue()
  if (word !== 'true' && word !== 'false') throw new MalformedFrame(`${name} is neither true nor false.`)
  return word === 'true'
}

function readNumber(kind: NumberKind, cursor: JsonCursor, name: string): number {
  if (cursor.kind() !== 'other') throw new MalformedFrame(`${name} is not a number.`)
  const value = Number(cursor.rawValue())
  // True and false come out as NaN, and so as no integer.
  if (!isInteger(kind, value)) throw new MalformedFrame(`${name} is not a ${kind}.`)
  return value + 0 // Turns -0 into 0.
}
