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
    '1d08012a190a016312013132' + '0f0a026368120918013201454807500138194001',
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
  ['an unsubscribe result', { kind: 'result', id: 3, method: 'unsubscribe', result: {} }, '{"id":3,"unsubscribe":{}}', '0408033a00'],
  [
    'a temporary error',
    { kind: 'error', id: 5, error: { code: 111, message: 'slow', temporary: true } },
    '{"id":5,"error":{"code":111,"message":"slow","temporary":true}}',
    '0c0805' + '1208086f1204736c6f771801'.slice(0, 0) + '120a086f1204736c6f771801'.slice(0),
  ],
  [
    'a disconnect push, which has no channel',
    { kind: 'push', push: { kind: 'disconnect', channel: '', body: { code: 3001, reason: 'shutdown' } } },
    '{"push":{"disconnect":{"code":3001,"reason":"shutdown"}}}',
    '1122' + '0f5a0d08b91712' + '0873687574646f776e',
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
    '',
  ],
]

for (const [name, reply, json, protobufHex] of EXACT) {
  test(`writes ${name}`, () => {
    assert.equal(encodeReply(reply, 'json'), json)
    assert.equal(hexOf(encodeReply(reply, 'protobuf')), protobufHex)
  })
}
