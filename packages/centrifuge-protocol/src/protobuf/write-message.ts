// Writes one Protobuf message by the table of its fields.

import { assertInteger } from '../schema/integer-range.ts'
import { isZero, type MessageSchema, type NamedField, type ScalarKind } from '../schema/message-schema.ts'
import type { ByteWriter } from './byte-writer.ts'

const MAP_KEY_TAG = 10
const MAP_VALUE_TAG = 18

/**
 * Writes a message behind its length. Zero values are left out.
 *
 * @throws {RangeError} when a number does not fit its field
 */
export function writeProtobufMessage<T>(schema: MessageSchema<T>, message: T, writer: ByteWriter): void {
  const members = message as Readonly<Record<string, unknown>>
  const start = writer.begin()
  for (const field of schema.fields) {
    const value = members[field.name]
    if (!isZero(value)) writeField(field, value, writer)
  }
  writer.end(start)
}

function writeField(field: NamedField, value: unknown, writer: ByteWriter): void {
  switch (field.shape) {
    case 'scalar':
      writer.uint32(field.tag)
      writeScalar(field.scalar, value, field.name, writer)
      return
    case 'message':
      writer.uint32(field.tag)
      writeProtobufMessage(field.schema, value, writer)
      return
    case 'list':
      for (const item of value as readonly unknown[]) {
        writer.uint32(field.tag)
        writeProtobufMessage(field.schema, item, writer)
      }
      return
    case 'map':
    case 'text map':
      for (const entry of value as ReadonlyMap<string, unknown>) writeEntry(field, entry, writer)
  }
}

function writeEntry(field: NamedField, [key, value]: readonly [string, unknown], writer: ByteWriter): void {
  writer.uint32(field.tag)
  const start = writer.begin()
  writer.uint32(MAP_KEY_TAG)
  writer.string(key)
  writer.uint32(MAP_VALUE_TAG)
  if ('schema' in field) writeProtobufMessage(field.schema, value, writer)
  else writer.string(value as string)
  writer.end(start)
}

function writeScalar(kind: ScalarKind, value: unknown, name: string, writer: ByteWriter): void {
  if (kind === 'string' || kind === 'raw') writer.string(value as string)
  else if (kind === 'bool') writer.bool(value as boolean)
  else writer.int64(assertInteger(kind, value, name))
}
