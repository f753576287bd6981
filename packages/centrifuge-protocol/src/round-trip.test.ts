// Whatever is encoded comes back the same.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ARBITRARY_COMMAND, ARBITRARY_REPLY } from './arbitrary-messages.test.support.ts'
import { decodeCommands } from './decode-commands.ts'
import { decodeReplies } from './decode-replies.ts'
import { encodeCommand } from './encode-command.ts'
import { encodeReply } from './encode-reply.ts'
import { onOneLine, type RawJson } from './raw-json.ts'

// Only JSON takes line breaks out of payloads, so it is compared without them.
function onOneLineEach(value: unknown): unknown {
  if (typeof value === 'string') return onOneLine(value as RawJson)
  if (Array.isArray(value)) return value.map(onOneLineEach)
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [key, onOneLineEach(item)]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, onOneLineEach(item)]))
}

test('commands come back from JSON', () => {
  fc.assert(
    fc.property(fc.array(ARBITRARY_COMMAND, { maxLength: 3 }), (commands) => {
      const frame = commands.map((command) => encodeCommand(command, 'json')).join('\n')
      assert.deepEqual(onOneLineEach(decodeCommands(frame, 'json')), onOneLineEach({ ok: true, commands }))
    }),
    { numRuns: 500 },
  )
})

test('commands come back from Protobuf', () => {
  fc.assert(
    fc.property(fc.array(ARBITRARY_COMMAND, { maxLength: 3 }), (commands) => {
      const frame = Buffer.concat(commands.map((command) => encodeCommand(command, 'protobuf')))
      assert.deepEqual(decodeCommands(frame, 'protobuf'), { ok: true, commands })
    }),
    { numRuns: 500 },
  )
})

test('replies come back from JSON, each on one line', () => {
  fc.assert(
    fc.property(fc.array(ARBITRARY_REPLY, { maxLength: 3 }), (replies) => {
      const lines = replies.map((reply) => encodeReply(reply, 'json'))
      assert.ok(lines.every((line) => !/[\n\r]/.test(line)))
      assert.deepEqual(onOneLineEach(decodeReplies(lines.join('\n'), 'json')), onOneLineEach({ ok: true, replies }))
    }),
    { numRuns: 500 },
  )
})

test('replies come back from Protobuf', () => {
  fc.assert(
    fc.property(fc.array(ARBITRARY_REPLY, { maxLength: 3 }), (replies) => {
      const frame = Buffer.concat(replies.map((reply) => encodeReply(reply, 'protobuf')))
      assert.deepEqual(decodeReplies(frame, 'protobuf'), { ok: true, replies })
    }),
    { numRuns: 500 },
  )
})
