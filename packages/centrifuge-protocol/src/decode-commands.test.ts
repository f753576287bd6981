// What a server reads from clients' frames, and what it refuses.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReceivedCommand } from './command.ts'
import { type DecodedCommands, decodeCommands } from './decode-commands.ts'
import { COMMAND_LIMITS } from './limits.ts'

const PONG: ReceivedCommand = { kind: 'pong' }

function commandsOf(decoded: DecodedCommands): readonly ReceivedCommand[] {
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.detail)
  return decoded.commands
}

function refused(detail: string): DecodedCommands {
  return { ok: false, code: 3501, reason: 'bad request', detail }
}

/** One command behind its length. */
function delimited(...bytes: number[]): Uint8Array {
  return Uint8Array.of(bytes.length, ...bytes)
}

function ascii(text: string): number[] {
  return Array.from(new TextEncoder().encode(text))
}

test('reads the connect of the browser client, its data as it was written', () => {
  const frame = '{"connect":{"data":{"user_external_id":"u-1","auth":"a.b.c","project_id":44056},"name":"js"},"id":1}'
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    {
      kind: 'request',
      id: 1,
      method: 'connect',
      request: { data: '{"user_external_id":"u-1","auth":"a.b.c","project_id":44056}', name: 'js' },
    },
  ])
})

test('reads the connect of the engine clients, whose ids are large', () => {
  const frame = '{"connect":{"data":{"auth":"a.b.c","project_id":44056}},"id":2147483647}'
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    {
      kind: 'request',
      id: 2_147_483_647,
      method: 'connect',
      request: { data: '{"auth":"a.b.c","project_id":44056}' },
    },
  ])
})

test('reads the positions of a reconnecting client', () => {
  const frame = '{"connect":{"data":{},"name":"js","subs":{"ch":{"recover":true,"offset":7,"epoch":"E"}}},"id":3}'
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    {
      kind: 'request',
      id: 3,
      method: 'connect',
      request: { data: '{}', name: 'js', subs: new Map([['ch', { recover: true, offset: 7, epoch: 'E' }]]) },
    },
  ])
})

test('reads several history commands from the lines of one frame', () => {
  const frame =
    '{"history":{"channel":"a","since":{"offset":0},"limit":-1},"id":2}\n' +
    '{"history":{"channel":"b","since":{"offset":0},"limit":-1},"id":3}'
  const since = { offset: 0, epoch: '' }
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    { kind: 'request', id: 2, method: 'history', request: { channel: 'a', since, limit: -1 } },
    { kind: 'request', id: 3, method: 'history', request: { channel: 'b', since, limit: -1 } },
  ])
})

test('takes an empty command for a pong in both encodings', () => {
  assert.deepEqual(commandsOf(decodeCommands('{}', 'json')), [PONG])
  assert.deepEqual(commandsOf(decodeCommands(' { } ', 'json')), [PONG])
  assert.deepEqual(commandsOf(decodeCommands(Uint8Array.of(0), 'protobuf')), [PONG])
})

test('passes over blank lines and accepts line feeds of any system', () => {
  assert.deepEqual(commandsOf(decodeCommands('\n{}\r\n\n \t\n{}\n', 'json')), [PONG, PONG])
})

test('finds no command in an empty frame', () => {
  assert.deepEqual(commandsOf(decodeCommands('', 'json')), [])
  assert.deepEqual(commandsOf(decodeCommands(new Uint8Array(), 'protobuf')), [])
})

test('reads JSON from bytes too', () => {
  assert.deepEqual(commandsOf(decodeCommands(new TextEncoder().encode('{}'), 'json')), [PONG])
})

test('keeps data byte for byte, digits, escapes and repeated members included', () => {
  const data = '{ "a" : 12345678901234567890, "a": "\\u0041\\n \\"}",\t"b":[1.0, {}] }'
  const frame = `{"id":1,"publish":{"channel":"c","data": ${data} }}`
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    { kind: 'request', id: 1, method: 'publish', request: { channel: 'c', data } },
  ])
})

test('resolves escapes in names and strings', () => {
  const frame = '{"\\u0069d":1,"presence":{"channel":"a\\"\\\\\\u00e9"}}'
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    { kind: 'request', id: 1, method: 'presence', request: { channel: 'a"\\é' } },
  ])
})

test('ignores unknown members and takes null for absent', () => {
  const frame =
    '{"id":4,"x":[{"id":5}],"connect":null,"history":{"channel":"c","limit":null,"tf":{"op":"and"},"since":null}}'
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    { kind: 'request', id: 4, method: 'history', request: { channel: 'c' } },
  ])
})

test('lets the request with the lowest number win, and the last of equal members', () => {
  const frame = '{"id":1,"refresh":{"token":"t"},"unsubscribe":{"channel":"a"},"unsubscribe":{"channel":"b"}}'
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    { kind: 'request', id: 1, method: 'unsubscribe', request: { channel: 'b' } },
  ])
})

test('fills in what a request cannot do without', () => {
  assert.deepEqual(commandsOf(decodeCommands('{"id":1,"publish":{}}', 'json')), [
    { kind: 'request', id: 1, method: 'publish', request: { channel: '', data: 'null' } },
  ])
  assert.deepEqual(commandsOf(decodeCommands(delimited(8, 1, 58, 0), 'protobuf')), [
    { kind: 'request', id: 1, method: 'publish', request: { channel: '', data: 'null' } },
  ])
})

test('names a numbered command without a known method unknown', () => {
  assert.deepEqual(commandsOf(decodeCommands('{"id":9,"future":{}}', 'json')), [{ kind: 'unknown', id: 9 }])
  assert.deepEqual(commandsOf(decodeCommands(delimited(8, 9), 'protobuf')), [{ kind: 'unknown', id: 9 }])
})

test('lets only send go without an id', () => {
  assert.deepEqual(commandsOf(decodeCommands('{"send":{"data":[1]}}', 'json')), [
    { kind: 'request', id: 0, method: 'send', request: { data: '[1]' } },
  ])
  assert.deepEqual(decodeCommands('{"connect":{}}', 'json'), refused('Command connect has no id.'))
  assert.deepEqual(decodeCommands('{"id":0,"rpc":{}}', 'json'), refused('Command rpc has no id.'))
})

test('keeps members named like those of every object inside maps', () => {
  const frame = '{"id":1,"__proto__":{"x":1},"connect":{"headers":{"__proto__":"h"},"subs":{"constructor":{}}}}'
  assert.deepEqual(commandsOf(decodeCommands(frame, 'json')), [
    {
      kind: 'request',
      id: 1,
      method: 'connect',
      request: { headers: new Map([['__proto__', 'h']]), subs: new Map([['constructor', {}]]) },
    },
  ])
  assert.equal('x' in {}, false)
})

const BROKEN_JSON: readonly (readonly [frame: string, detail: string])[] = [
  ['{', 'Command is not JSON.'],
  ['{}{}', 'Command is not JSON.'],
  ['{}\nnonsense', 'Command is not JSON.'],
  ['[]', 'Command is not an object.'],
  ['null', 'Command is not an object.'],
  ['"text"', 'Command is not an object.'],
  ['{"id":-1}', 'id is not a uint32.'],
  ['{"id":1.5}', 'id is not a uint32.'],
  ['{"id":4294967296}', 'id is not a uint32.'],
  ['{"id":true}', 'id is not a uint32.'],
  ['{"id":"1"}', 'id is not a number.'],
  ['{"id":[1]}', 'id is not a number.'],
  ['{"id":1,"history":{"limit":2147483648}}', 'limit is not a int32.'],
  ['{"id":1,"history":{"since":{"offset":9007199254740992}}}', 'offset is not a uint64.'],
  ['{"id":1,"history":{"since":7}}', 'StreamPosition is not an object.'],
  ['{"id":1,"history":{"reverse":1}}', 'reverse is neither true nor false.'],
  ['{"id":1,"history":{"channel":5}}', 'channel is not a string.'],
  ['{"id":1,"connect":[]}', 'ConnectRequest is not an object.'],
  ['{"id":1,"connect":{"subs":[]}}', 'subs is not an object.'],
  ['{"id":1,"connect":{"subs":{"a":5}}}', 'SubscribeRequest is not an object.'],
  ['{"id":1,"connect":{"headers":{"a":5}}}', 'headers is not a string.'],
]

for (const [frame, detail] of BROKEN_JSON) {
  test(`refuses ${JSON.stringify(frame)}`, () => assert.deepEqual(decodeCommands(frame, 'json'), refused(detail)))
}

test('refuses text that is not UTF-8', () => {
  assert.deepEqual(decodeCommands(Uint8Array.of(0xff), 'json'), refused('The bytes are not UTF-8.'))
})

test('refuses what passes a limit', () => {
  const limits = { frameSizeMax: 20, messagesMax: 2, depthMax: 3 }
  assert.deepEqual(commandsOf(decodeCommands('{}\n{}', 'json', limits)), [PONG, PONG])
  assert.deepEqual(decodeCommands('{}\n{}\n{}', 'json', limits), refused('More than 2 messages.'))
  assert.deepEqual(decodeCommands(Uint8Array.of(0, 0, 0), 'protobuf', limits), refused('More than 2 messages.'))
  assert.deepEqual(decodeCommands(' '.repeat(21), 'json', limits), refused('The frame is larger than 20.'))
  assert.deepEqual(decodeCommands(new Uint8Array(21), 'protobuf', limits), refused('The frame is larger than 20.'))
  assert.deepEqual(commandsOf(decodeCommands('{"x":[[[]]]}', 'json', limits)), [PONG])
  assert.deepEqual(decodeCommands('{"x":[[[{}]]]}', 'json', limits), refused('A value is nested deeper than 3.'))
})

test('counts no brackets of strings as depth', () => {
  const limits = { ...COMMAND_LIMITS, depthMax: 1 }
  const data = '["[[{{", "\\"[["]'
  const expected = [{ kind: 'request', id: 1, method: 'send', request: { data } }]
  assert.deepEqual(commandsOf(decodeCommands(`{"id":1,"send":{"data":${data}}}`, 'json', limits)), expected)
  const bytes = delimited(8, 1, 98, data.length + 2, 10, data.length, ...ascii(data))
  assert.deepEqual(commandsOf(decodeCommands(bytes, 'protobuf', limits)), expected)
})

test('survives the deepest nesting a frame has room for', () => {
  const depth = 32_000
  const frame = `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`
  assert.deepEqual(decodeCommands(frame, 'json'), refused('A value is nested deeper than 64.'))
})

test('reads a Protobuf connect and its positions', () => {
  const sub = [10, 2, ...ascii('ch'), 18, 7, 24, 1, 50, 1, ...ascii('E'), 56, 7]
  const connect = [18, 2, ...ascii('{}'), 26, sub.length, ...sub, 34, 2, ...ascii('go')]
  const frame = delimited(8, 1, 34, connect.length, ...connect)
  assert.deepEqual(commandsOf(decodeCommands(frame, 'protobuf')), [
    {
      kind: 'request',
      id: 1,
      method: 'connect',
      request: { data: '{}', subs: new Map([['ch', { recover: true, epoch: 'E', offset: 7 }]]), name: 'go' },
    },
  ])
})

test('reads a negative Protobuf limit from its ten bytes', () => {
  const limit = [56, ...Array<number>(9).fill(0xff), 1]
  const frame = delimited(8, 1, 82, limit.length, ...limit)
  assert.deepEqual(commandsOf(decodeCommands(frame, 'protobuf')), [
    { kind: 'request', id: 1, method: 'history', request: { channel: '', limit: -1 } },
  ])
})

test('passes over unknown Protobuf fields of every wire type', () => {
  // Field 100 as varint, eight bytes, text and four bytes; then id 5.
  const unknown = [0xa0, 6, 0x80, 1, 0xa1, 6, 1, 2, 3, 4, 5, 6, 7, 8, 0xa2, 6, 2, 9, 9, 0xa5, 6, 1, 2, 3, 4]
  assert.deepEqual(commandsOf(decodeCommands(delimited(...unknown, 8, 5), 'protobuf')), [{ kind: 'unknown', id: 5 }])
})

test('fills in the missing half of a Protobuf map entry', () => {
  const headers = [50, 3, 10, 1, ...ascii('h')]
  const subs = [26, 0]
  const frame = delimited(8, 1, 34, headers.length + subs.length, ...headers, ...subs)
  assert.deepEqual(commandsOf(decodeCommands(frame, 'protobuf')), [
    {
      kind: 'request',
      id: 1,
      method: 'connect',
      request: { headers: new Map([['h', '']]), subs: new Map([['', {}]]) },
    },
  ])
})

test('takes empty Protobuf data for absent', () => {
  assert.deepEqual(commandsOf(decodeCommands(delimited(8, 1, 34, 2, 18, 0), 'protobuf')), [
    { kind: 'request', id: 1, method: 'connect', request: {} },
  ])
})

const ELEVEN_BYTES = [...Array<number>(10).fill(0x80), 0]
const SIXTY_FIVE_BITS = [...Array<number>(9).fill(0xff), 2]

const BROKEN_PROTOBUF: readonly (readonly [name: string, frame: Uint8Array, detail: string])[] = [
  ['a length without its message', Uint8Array.of(5, 8, 1), 'A message reaches beyond the end.'],
  ['a length that is cut off', Uint8Array.of(0x80), 'A varint is cut off.'],
  ['a length of 2^32', Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x10), 'A number does not fit in 32 bits.'],
  ['a length of eleven bytes', Uint8Array.from(ELEVEN_BYTES), 'A varint is longer than ten bytes.'],
  ['an id that is cut off', delimited(8), 'A varint is cut off.'],
  ['an id of eleven bytes', delimited(8, ...ELEVEN_BYTES), 'A varint is longer than ten bytes.'],
  ['an id of 65 bits', delimited(8, ...SIXTY_FIVE_BITS), 'A varint does not fit in 64 bits.'],
  ['an id of 2^32', delimited(8, 0x80, 0x80, 0x80, 0x80, 0x10), 'A number does not fit in 32 bits.'],
  ['a field 0', delimited(0, 1), 'A field has number 0.'],
  ['an id that is text', delimited(10, 1, 65), 'id has wire type 2.'],
  ['a request that is a number', delimited(8, 1, 32, 1), 'connect has wire type 0.'],
  ['an unknown group', delimited(0xa3, 6, 0xa4, 6), 'Wire type 3 is not used by this protocol.'],
  ['an unknown fixed number that is cut off', delimited(0xa1, 6, 1), 'A value reaches beyond the end.'],
  ['an unknown text that is cut off', delimited(0xa2, 6, 3, 1), 'A value reaches beyond the end.'],
  ['a request that outgrows its command', delimited(8, 1, 34, 4, 10), 'A message reaches beyond the end.'],
  ['a text that outgrows its request', delimited(8, 1, 34, 3, 10, 2, 65, 16, 1), 'A value reaches beyond the end.'],
  ['a text that is not UTF-8', delimited(8, 1, 34, 3, 10, 1, 0xff), 'A text is not UTF-8.'],
  ['data that is not JSON', delimited(8, 1, 34, 3, 18, 1, 65), 'data is not JSON.'],
  ['data of two lines of JSON', delimited(8, 1, 34, 7, 18, 5, ...ascii('{}\n{}')), 'data is not JSON.'],
  [
    'an offset of 2^53',
    delimited(8, 1, 82, 11, 66, 9, 8, ...Array<number>(7).fill(0x80), 0x10),
    'A number is beyond 2^53.',
  ],
  ['a limit of 33 bits', delimited(8, 1, 82, 6, 56, 0x80, 0x80, 0x80, 0x80, 0x10), 'A number does not fit in 32 bits.'],
  ['a connect without id', delimited(34, 0), 'Command connect has no id.'],
]

for (const [name, frame, detail] of BROKEN_PROTOBUF) {
  test(`refuses ${name}`, () => assert.deepEqual(decodeCommands(frame, 'protobuf'), refused(detail)))
}

test('refuses Protobuf data that is nested too deep', () => {
  const data = ascii('[[[[]]]]')
  const frame = delimited(98, data.length + 2, 10, data.length, ...data)
  const decoded = decodeCommands(frame, 'protobuf', { ...COMMAND_LIMITS, depthMax: 3 })
  assert.deepEqual(decoded, refused('A value is nested deeper than 3.'))
})

test('refuses text on a Protobuf connection', () => {
  assert.deepEqual(decodeCommands('{}', 'protobuf'), refused('A Protobuf connection takes binary frames.'))
})
