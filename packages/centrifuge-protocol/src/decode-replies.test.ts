// What a client reads from servers' frames, and what it sends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeReplies } from './decode-replies.ts'
import { encodeCommand } from './encode-command.ts'
import { encodeReply } from './encode-reply.ts'
import type { RawJson } from './raw-json.ts'
import type { Reply } from './reply.ts'

test('reads a connect result, a history, a publication and a ping from one frame', () => {
  const frame = [
    '{"id":1,"connect":{"client":"c","version":"1","ping":25,"pong":true,"subs":{"ch":{"recoverable":true,"epoch":"E","offset":2,"positioned":true}}}}',
    '{"id":2,"history":{"publications":[{"data":{"order_id":1,"status":"new"},"offset":1}],"epoch":"E","offset":2}}',
    '{"push":{"channel":"ch","pub":{"data":{"order_id":1,"status":"paid"},"offset":3}}}',
    '{}',
  ].join('\n')
  assert.deepEqual(decodeReplies(frame, 'json'), {
    ok: true,
    replies: [
      {
        kind: 'result',
        id: 1,
        method: 'connect',
        result: {
          client: 'c',
          version: '1',
          ping: 25,
          pong: true,
          subs: new Map([['ch', { recoverable: true, epoch: 'E', offset: 2, positioned: true }]]),
        },
      },
      {
        kind: 'result',
        id: 2,
        method: 'history',
        result: { publications: [{ data: '{"order_id":1,"status":"new"}', offset: 1 }], epoch: 'E', offset: 2 },
      },
      {
        kind: 'push',
        push: { kind: 'pub', channel: 'ch', body: { data: '{"order_id":1,"status":"paid"}', offset: 3 } },
      },
      { kind: 'ping' },
    ],
  })
})

test('reads Protobuf replies that stand one behind the other', () => {
  const replies: readonly Reply[] = [
    { kind: 'error', id: 7, error: { code: 108, message: 'not available' } },
    { kind: 'ping' },
    { kind: 'push', push: { kind: 'message', channel: '', body: { data: '[1]' as RawJson } } },
  ]
  const frame = Buffer.concat(replies.map((reply) => encodeReply(reply, 'protobuf')))
  assert.deepEqual(decodeReplies(frame, 'protobuf'), { ok: true, replies })
})

test('fills in what a result always has', () => {
  assert.deepEqual(decodeReplies(Uint8Array.of(4, 8, 2, 90, 0), 'protobuf'), {
    ok: true,
    replies: [{ kind: 'result', id: 2, method: 'history', result: { publications: [], epoch: '', offset: 0 } }],
  })
})

test('takes a null payload of a publication for the value null', () => {
  assert.deepEqual(decodeReplies('{"push":{"channel":"c","pub":{"data":null}}}', 'json'), {
    ok: true,
    replies: [{ kind: 'push', push: { kind: 'pub', channel: 'c', body: { data: 'null' } } }],
  })
})

test('skips null entries of lists and maps', () => {
  const frame = '{"id":1,"presence":{"presence":{"a":null}}}\n{"id":2,"history":{"publications":[null]}}'
  assert.deepEqual(decodeReplies(frame, 'json'), {
    ok: true,
    replies: [
      { kind: 'result', id: 1, method: 'presence', result: { presence: new Map() } },
      { kind: 'result', id: 2, method: 'history', result: { publications: [], epoch: '', offset: 0 } },
    ],
  })
})

test('passes over replies and pushes of the future', () => {
  const unknown = (id: number) => ({ kind: 'unknown', id })
  assert.deepEqual(decodeReplies('{"id":4,"future":{}}\n{"push":{"channel":"c","future":{}}}', 'json'), {
    ok: true,
    replies: [unknown(4), unknown(0)],
  })
})

test('says what is wrong with a frame', () => {
  assert.deepEqual(decodeReplies('<html>', 'json'), { ok: false, detail: 'Reply is not JSON.' })
  assert.deepEqual(decodeReplies('{"id":1,"history":{"publications":{}}}', 'json'), {
    ok: false,
    detail: 'publications is not an array.',
  })
  assert.deepEqual(decodeReplies(Uint8Array.of(9), 'protobuf'), {
    ok: false,
    detail: 'A message reaches beyond the end.',
  })
})

test('sends pongs and requests', () => {
  assert.equal(encodeCommand({ kind: 'pong' }, 'json'), '{}')
  assert.deepEqual(encodeCommand({ kind: 'pong' }, 'protobuf'), Uint8Array.of(0))
  const data = '{"auth":"a"}' as RawJson
  const connect = { kind: 'request', id: 1, method: 'connect', request: { data, name: 'load' } } as const
  assert.equal(encodeCommand(connect, 'json'), '{"id":1,"connect":{"data":{"auth":"a"},"name":"load"}}')
})
