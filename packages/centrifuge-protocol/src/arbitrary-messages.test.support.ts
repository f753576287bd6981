// Any command and any reply the tables allow, for property tests.

import fc from 'fast-check'
import type { Command } from './command.ts'
import { type RawJson, toRawJson } from './raw-json.ts'
import type { Reply } from './reply.ts'
import { COMMAND_RECORD, type CommandRecord, toCommand } from './schema/command-schema.ts'
import { isZero, type MessageSchema, type NamedField, type ScalarKind } from './schema/message-schema.ts'
import { PUSH_RECORD, type PushRecord } from './schema/push-schemas.ts'
import { REPLY_RECORD, type ReplyRecord, toReply } from './schema/reply-schema.ts'

const TEXT = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }), // Any code point, control characters too.
)
// The official codec, which judges some of these messages, loses map entries of that name.
const KEY = TEXT.filter((text) => text !== '__proto__')

// Payloads as applications write them: any spacing, any value.
const PAYLOAD: fc.Arbitrary<RawJson> = fc
  .tuple(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, 2, '\t'))
  .map(([value, space]) => JSON.stringify(value, null, space) as RawJson)

const SCALARS: Readonly<Record<ScalarKind, fc.Arbitrary<unknown>>> = {
  string: TEXT,
  raw: PAYLOAD,
  bool: fc.boolean(),
  uint32: fc.integer({ min: 0, max: 0xffff_ffff }),
  int32: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  uint64: fc.maxSafeNat(),
  int64: fc.maxSafeInteger(),
}

// What a frame leaves out is not there after decoding: optional members are made with something to say.
function saysSomething(value: unknown): boolean {
  return !isZero(value) && value !== toRawJson(null)
}

function arbitraryValue(field: NamedField): fc.Arbitrary<unknown> {
  switch (field.shape) {
    case 'scalar':
      return SCALARS[field.scalar]
    case 'message':
      return arbitraryMessage(field.schema)
    case 'list':
      return fc.array(arbitraryMessage(field.schema), { maxLength: 4 })
    case 'map':
      return fc.array(fc.tuple(KEY, arbitraryMessage(field.schema)), { maxLength: 4 }).map(toMap)
    case 'text map':
      return fc.array(fc.tuple(KEY, TEXT), { maxLength: 4 }).map(toMap)
  }
}

function toMap(entries: readonly (readonly [string, unknown])[]): Map<string, unknown> {
  return new Map(entries)
}

/** Any message a table allows, without optional members that are zero. */
function arbitraryMessage<T>(schema: MessageSchema<T>): fc.Arbitrary<T> {
  const members = schema.fields.map((field) => {
    const value = arbitraryValue(field)
    return [field.name, field.required ? value : value.filter(saysSomething)] as const
  })
  const requiredKeys = schema.required.map((field) => field.name)
  return fc.record(Object.fromEntries(members), { requiredKeys, noNullPrototype: true }).map((message) => message as T)
}

const ID = fc.integer({ min: 1, max: 0xffff_ffff })

/** Any command with one request, and pongs. */
export const ARBITRARY_COMMAND: fc.Arbitrary<Command> = fc.oneof(
  fc.constant<Command>({ kind: 'pong' }),
  ...fieldsBut(['id'], COMMAND_RECORD).map((field) =>
    fc
      .tuple(ID, arbitraryValue(field))
      .map(([id, request]) => toCommand({ id, [field.name]: request } as CommandRecord) as Command),
  ),
)

const ARBITRARY_PUSH: fc.Arbitrary<PushRecord> = fc.oneof(
  ...fieldsBut(['channel'], PUSH_RECORD).map((field) =>
    fc.tuple(TEXT, arbitraryValue(field)).map(([channel, body]) => ({ channel, [field.name]: body }) as PushRecord),
  ),
)

/** Any reply: pings, errors, results and pushes of every kind. */
export const ARBITRARY_REPLY: fc.Arbitrary<Reply> = fc.oneof(
  fc.constant<Reply>({ kind: 'ping' }),
  ARBITRARY_PUSH.map((push) => toReply({ push }) as Reply),
  ...fieldsBut(['id', 'push'], REPLY_RECORD).map((field) =>
    fc
      .tuple(ID, arbitraryValue(field))
      .map(([id, body]) => toReply({ id, [field.name]: body } as ReplyRecord) as Reply),
  ),
)

function fieldsBut<T>(names: readonly string[], schema: MessageSchema<T>): readonly NamedField[] {
  return schema.fields.filter((field) => !names.includes(field.name))
}
