// The codecs inside the official browser client are the judge of our frames, both ways.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Centrifuge as JsonClient } from 'centrifuge'
import { Centrifuge as ProtobufClient } from 'centrifuge/build/protobuf'
import fc from 'fast-check'
import { ARBITRARY_COMMAND, ARBITRARY_REPLY } from './arbitrary-messages.test.support.ts'
import { decodeCommands } from './decode-commands.ts'
import { decodeReplies } from './decode-replies.ts'
import { encodeCommand } from './encode-command.ts'
import { encodePublicationPush } from './encode-publication-push.ts'
import { encodeReply } from './encode-reply.ts'
import type { RawJson } from './raw-json.ts'
import { COMMAND_RECORD, fromCommand } from './schema/command-schema.ts'
import { isZero, type MessageSchema, type NamedField } from './schema/message-schema.ts'
import { fromReply, REPLY_RECORD } from './schema/reply-schema.ts'

/** The part of the client's codecs used here. The JSON one has no halves for servers. */
interface OfficialCodec {
  encodeCommands(commands: readonly unknown[]): string | Uint8Array
  decodeReplies(frame: string | Uint8Array): readonly unknown[]
  encodeReplies(replies: readonly unknown[]): Uint8Array
  decodeCommands(frame: Uint8Array): readonly unknown[]
}

const officialJson = codecOf(new JsonClient('ws://localhost'))
const officialProtobuf = codecOf(new ProtobufClient('ws://localhost'))

function codecOf(client: object): OfficialCodec {
  const codec: unknown = Reflect.get(client, '_codec')
  assert.ok(typeof codec === 'object' && codec !== null, 'The official client keeps its codec elsewhere now.')
  return codec as OfficialCodec
}

type Payload = (text: RawJson) => unknown

/** A message as the official codecs hold it: maps as objects, payloads as bytes or as values. */
function officialOf(schema: MessageSchema, message: unknown, payload: Payload, zeros: 'kept' | 'left out'): unknown {
  const members = message as Readonly<Record<string, unknown>>
  const isTold = (field: NamedField) =>
    !isZero(members[field.name]) || (zeros === 'kept' && field.required && members[field.name] !== undefined)
  const told = schema.fields.filter(isTold)
  return Object.fromEntries(
    told.map((field) => [field.name, officialValue(field, members[field.name], payload, zeros)]),
  )
}

function officialValue(field: NamedField, value: unknown, payload: Payload, zeros: 'kept' | 'left out'): unknown {
  if (field.shape === 'scalar') return field.scalar === 'raw' ? payload(value as RawJson) : value
  if (field.shape === 'message') return officialOf(field.schema, value, payload, zeros)
  if (field.shape === 'list') {
    return (value as readonly unknown[]).map((item) => officialOf(field.schema, item, payload, zeros))
  }
  const entryValue = (item: unknown) => ('schema' in field ? officialOf(field.schema, item, payload, zeros) : item)
  return Object.fromEntries(Array.from(value as ReadonlyMap<string, unknown>, ([key, item]) => [key, entryValue(item)]))
}

const asBytes: Payload = (text) => new TextEncoder().encode(text)
const asText: Payload = (text) => text
const asValue: Payload = (text) => JSON.parse(text)

/** What the official Protobuf codec decoded, as plain values: classes, Longs and bytes are its own business. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if ('toNumber' in value && typeof value.toNumber === 'function') return value.toNumber()
  const told = Object.entries(value).filter(([, item]) => !isEmptyCollection(item))
  return Object.fromEntries(told.map(([key, item]) => [key, plain(item)]))
}

// Lists and maps are always there; unlike them, messages are of a class.
function isEmptyCollection(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length > 0) return false
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}

const RUNS = { numRuns: 500 }

test('the official Protobuf codec reads our replies', () => {
  fc.assert(
    fc.property(ARBITRARY_REPLY, (reply) => {
      const [decoded] = officialProtobuf.decodeReplies(encodeReply(reply, 'protobuf'))
      assert.deepEqual(plain(decoded), officialOf(REPLY_RECORD, fromReply(reply), asText, 'left out'))
    }),
    RUNS,
  )
})

test('the official Protobuf codec reads our commands', () => {
  fc.assert(
    fc.property(ARBITRARY_COMMAND, (command) => {
      const [decoded] = officialProtobuf.decodeCommands(encodeCommand(command, 'protobuf'))
      assert.deepEqual(plain(decoded), officialOf(COMMAND_RECORD, fromCommand(command), asText, 'left out'))
    }),
    RUNS,
  )
})

test('we read the replies of the official Protobuf codec', () => {
  fc.assert(
    fc.property(ARBITRARY_REPLY, (reply) => {
      const frame = officialProtobuf.encodeReplies([officialOf(REPLY_RECORD, fromReply(reply), asBytes, 'kept')])
      assert.deepEqual(decodeReplies(frame, 'protobuf'), { ok: true, replies: [reply] })
    }),
    RUNS,
  )
})

test('we read the commands of the official Protobuf codec', () => {
  fc.assert(
    fc.property(fc.array(ARBITRARY_COMMAND, { maxLength: 3 }), (commands) => {
      const records = commands.map((command) => officialOf(COMMAND_RECORD, fromCommand(command), asBytes, 'kept'))
      const frame = officialProtobuf.encodeCommands(records)
      assert.deepEqual(decodeCommands(frame, 'protobuf'), { ok: true, commands })
    }),
    RUNS,
  )
})

test('the official JSON codec reads our replies', () => {
  fc.assert(
    fc.property(fc.array(ARBITRARY_REPLY, { minLength: 1, maxLength: 3 }), (replies) => {
      const frame = replies.map((reply) => encodeReply(reply, 'json')).join('\n')
      const expected = replies.map((reply) => officialOf(REPLY_RECORD, fromReply(reply), asValue, 'kept'))
      assert.deepEqual(officialJson.decodeReplies(frame), expected)
    }),
    RUNS,
  )
})

test('we read the commands of the official JSON codec', () => {
  fc.assert(
    fc.property(fc.array(ARBITRARY_COMMAND, { minLength: 1, maxLength: 3 }), (commands) => {
      const records = commands.map((command) => officialOf(COMMAND_RECORD, fromCommand(command), asValue, 'kept'))
      const decoded = decodeCommands(officialJson.encodeCommands(records), 'json')
      assert.ok(decoded.ok)
      // The official codec writes payloads in its own spacing, so values are compared.
      const values = decoded.commands.map((command) => {
        assert.notEqual(command.kind, 'unknown')
        return command.kind === 'unknown' ? {} : officialOf(COMMAND_RECORD, fromCommand(command), asValue, 'kept')
      })
      assert.deepEqual(values, records)
    }),
    RUNS,
  )
})

test('the official codec reads the publication push of the hot path', () => {
  const data = '{"order_id":59614241,"status":"paid"}' as RawJson
  const [push] = officialProtobuf.decodeReplies(encodePublicationPush('ch', data, 12, 'protobuf'))
  assert.deepEqual(plain(push), { push: { channel: 'ch', pub: { data, offset: 12 } } })
  assert.deepEqual(officialJson.decodeReplies(encodePublicationPush('ch', data, 12, 'json')), [
    { push: { channel: 'ch', pub: { data: { order_id: 59614241, status: 'paid' }, offset: 12 } } },
  ])
})
