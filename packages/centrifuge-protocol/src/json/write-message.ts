// Writes one JSON document by the table of its message.

import { onOneLine, type RawJson } from '../raw-json.ts'
import { assertInteger } from '../schema/integer-range.ts'
import { isZero, type MessageSchema, type NamedField, type ScalarKind } from '../schema/message-schema.ts'

/**
 * Writes a message on one line. Zero values are left out, save those of required fields.
 *
 * @throws {RangeError} when a number does not fit its field
 */
export function writeJsonMessage<T>(schema: MessageSchema<T>, message: T): string {
  const members = message as Readonly<Record<string, unknown>>
  let text = ''
  for (const field of schema.fields) {
    const value = members[field.name]
    if (!field.required && isZero(value)) continue
    text += `${text === '' ? '' : ','}${field.jsonKey}${writeField(field, value)}`
  }
  return `{${text}}`
}

function writeField(field: NamedField, value: unknown): string {
  switch (field.shape) {
    case 'scalar':
      return writeScalar(field.scalar, value, field.name)
    case 'message':
      return writeJsonMessage(field.schema, value)
    case 'list':
      return `[${(value as readonly unknown[]).map((item) => writeJsonMessage(field.schema, item)).join(',')}]`
    case 'map':
      return writeMap(value as ReadonlyMap<string, unknown>, (item) => writeJsonMessage(field.schema, item))
    case 'text map':
      return writeMap(value as ReadonlyMap<string, unknown>, JSON.stringify)
  }
}

function writeMap(values: ReadonlyMap<string, unknown>, writeValue: (value: unknown) => string): string {
  const members = Array.from(values, ([key, value]) => `${JSON.stringify(key)}:${writeValue(value)}`)
  return `{${members.join(',')}}`
}

function writeScalar(kind: ScalarKind, value: unknown, name: string): string {
  if (kind === 'raw') return onOneLine(value as RawJson)
  if (kind === 'string' || kind === 'bool') return JSON.stringify(value)
  return String(assertInteger(kind, value, name))
}
