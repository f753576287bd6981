// What a server writes, to the byte.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodePublicationPush } from './encode-publication-push.ts'
import { encodeReply } from './encode-reply.ts'
import type { Encoding } from './encoding.ts'
import { ERROR_CODES } from './error-codes.ts'
import { type RawJson, toRawJson } from './raw-json.ts'
import type { Reply } from './reply.ts'

const PAID = '{"order_id":59614241,"status":"paid"}' as RawJson

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const EXACT: readonly (readonly [name: string, reply: Reply, json: string, protobufHex: string])[] = [
  ['a ping', { kind: 'ping' }, '{}', '00'],
  [
    'a connect result',
    {
      kind: 'result',
      id: 1,
      method: 'connect',
      result: {
        client: 'c',
        version: '1',
        ping: 25,
        pong: true,
        subs: new Map([['ch', { recoverable: true, epoch: 'E', offset: 7, positioned: true }]]),
      },
    },
    '{"id":1,"connect":{"client":"c","version":"1","subs":{"ch":{"recoverable":true,"epoch":"E","offset":7,"positioned":true}},"ping":25,"pong":true}}',
    '1f08012a1b0a0163120131320f0a026368120918013201454807500138194001',
  ],
  [
    'an empty history, whose members are always there in JSON',
    { kind: 'result', id: 2, method: 'history', result: { publications: [], epoch: '', offset: 0 } },
    '{"id":2,"history":{"publications":[],"epoch":"","offset":0}}',
    '0408025a00',
  ],
  [
    'an empty presence',
    { kind: 'result', id: 2, method: 'presence', result: { presence: new Map() } },
    '{"id":2,"presence":{"presence":{}}}',
    '0408024a00',
  ],
  [
    'presence numbers of nobody',
    { kind: 'result', id: 2, method: 'presence_stats', result: { num_clients: 0, num_users: 0 } },
    '{"id":2,"presence_stats":{"num_clients":0,"num_users":0}}',
    '0408025200',
  ],
  [
    'an anonymous member',
    {
      kind: 'push',
      push: { kind: 'join', channel: 'a', body: { info: { user: '', client: 'x' } } },
    },
    '{"push":{"channel":"a","join":{"info":{"user":"","client":"x"}}}}',
    '0c220a1201612a050a03120178',
  ],
  [
    'an unsubscribe result',
    { kind: 'result', id: 3, method: 'unsubscribe', result: {} },
    '{"id":3,"unsubscribe":{}}',
    '0408033a00',
  ],
  [
    'a temporary error',
    { kind: 'error', id: 5, error: { code: 111, message: 'slow', temporary: true } },
    '{"id":5,"error":{"code":111,"message":"slow","temporary":true}}',
    '0e0805120a086f1204736c6f771801',
  ],
  [
    'a disconnect push, which has no channel',
    { kind: 'push', push: { kind: 'disconnect', channel: '', body: { code: 3001, reason: 'shutdown' } } },
    '{"push":{"disconnect":{"code":3001,"reason":"shutdown"}}}',
    '11220f5a0d08b917120873687574646f776e',
  ],
  [
    'a publication with all that may come with one',
    {
      kind: 'push',
      push: {
        kind: 'pub',
        channel: 'a',
        body: {
          data: '1' as RawJson,
          info: { user: 'u', client: 'c', conn_info: '{}' as RawJson },
          offset: 1,
          tags: new Map([['k', 'v']]),
          time: -1,
        },
      },
    },
    '{"push":{"channel":"a","pub":{"data":1,"info":{"user":"u","client":"c","conn_info":{}},"offset":1,"tags":{"k":"v"},"time":-1}}}',
    '2b222912016122242201312a0a0a01751201631a027b7d30013a060a016b12017648ffffffffffffffffff01',
  ],
]

for (const [name, reply, json, protobufHex] of EXACT) {
  test(`writes ${name}`, () => {
    assert.equal(encodeReply(reply, 'json'), json)
    assert.equal(hexOf(encodeReply(reply, 'protobuf')), protobufHex)
  })
}

test('sends an entry of the catalogue as an error, without its explanation', () => {
  const text = encodeReply({ kind: 'error', id: 5, error: ERROR_CODES.badRequest }, 'json')
  assert.equal(text, '{"id":5,"error":{"code":107,"message":"bad request"}}')
})

test('takes line breaks out of embedded data', () => {
  const data = '{\r\n  "a": "b\\n"\n}' as RawJson
  const push: Reply = { kind: 'push', push: { kind: 'message', channel: '', body: { data } } }
  assert.equal(encodeReply(push, 'json'), '{"push":{"message":{"data":{  "a": "b\\n"}}}}')
})

test('escapes names, so that no channel can end the document', () => {
  const push: Reply = {
    kind: 'push',
    push: { kind: 'pub', channel: 'a"\n}', body: { data: PAID, tags: new Map([['"', '"']]) } },
  }
  assert.deepEqual(JSON.parse(encodeReply(push, 'json')), {
    push: { channel: 'a"\n}', pub: { data: JSON.parse(PAID), tags: { '"': '"' } } },
  })
})

test('refuses to write numbers that do not fit their field', () => {
  const withTtl = (ttl: number): Reply => ({ kind: 'result', id: 1, method: 'refresh', result: { ttl } })
  for (const encoding of ['json', 'protobuf'] as const) {
    assert.throws(
      () => encodeReply(withTtl(1.5), encoding),
      new RangeError('ttl must be a uint32 within 2^53, got 1.5.'),
    )
    assert.throws(() => encodeReply(withTtl(-1), encoding), RangeError)
    assert.throws(() => encodeReply(withTtl(2 ** 32), encoding), RangeError)
    assert.throws(() => encodeReply(withTtl(Number.NaN), encoding), RangeError)
  }
})

test('writes a whole reply after one that could not be written', () => {
  assert.throws(() => encodeReply({ kind: 'error', id: 1, error: { code: -1, message: '' } }, 'protobuf'), RangeError)
  assert.deepEqual(encodeReply({ kind: 'ping' }, 'protobuf'), Uint8Array.of(0))
})

test('gives every reply bytes of its own', () => {
  const first = encodeReply({ kind: 'result', id: 1, method: 'publish', result: {} }, 'protobuf')
  encodeReply({ kind: 'result', id: 2, method: 'publish', result: {} }, 'protobuf')
  assert.equal(hexOf(first), '0408014200')
})

test('writes payloads of any size', () => {
  for (const size of [0, 1, 100, 127, 128, 20_000, 300_000]) {
    const data = toRawJson('é'.repeat(size))
    const written = encodeReply({ kind: 'result', id: 1, method: 'rpc', result: { data } }, 'protobuf')
    assert.equal(new TextDecoder().decode(written.subarray(-data.length - size)), data)
  }
})

const PUSHES: readonly (readonly [channel: string, data: RawJson, offset: number])[] = [
  ['orders:44056:5f2a', PAID, 12],
  ['', PAID, 1],
  ['no-stream', '{\n}' as RawJson, 0],
  ['kanäle "1"', toRawJson('ü'.repeat(200)), Number.MAX_SAFE_INTEGER],
]

for (const [channel, data, offset] of PUSHES) {
  test(`writes the publication push of channel '${channel}' as encodeReply does`, () => {
    const push: Reply = { kind: 'push', push: { kind: 'pub', channel, body: { data, offset } } }
    for (const encoding of ['json', 'protobuf'] satisfies Encoding[]) {
      assert.deepEqual(encodePublicationPush(channel, data, offset, encoding), encodeReply(push, encoding))
    }
  })
}

test('writes the push engine clients know, to the letter', () => {
  assert.equal(
    encodePublicationPush('ch', PAID, 3, 'json'),
    '{"push":{"channel":"ch","pub":{"data":{"order_id":59614241,"status":"paid"},"offset":3}}}',
  )
})

test('refuses a publication with an impossible offset', () => {
  for (const offset of [-1, 0.5, 2 ** 53]) {
    assert.throws(() => encodePublicationPush('ch', PAID, offset, 'json'), RangeError)
    assert.throws(() => encodePublicationPush('ch', PAID, offset, 'protobuf'), RangeError)
  }
})
