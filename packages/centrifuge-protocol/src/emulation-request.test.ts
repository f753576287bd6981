// Bodies of emulation requests, in and out of order.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCommands } from './decode-commands.ts'
import { decodeEmulationRequest } from './emulation-request.ts'
import { COMMAND_LIMITS } from './limits.ts'

test('finds the frame in a JSON body', () => {
  const body = JSON.stringify({ session: 's', node: 'n', data: '{"id":2,"presence":{"channel":"c"}}\n{}' })
  const request = { session: 's', node: 'n', frame: '{"id":2,"presence":{"channel":"c"}}\n{}' }
  assert.deepEqual(decodeEmulationRequest(body, 'json'), { ok: true, request })
  assert.deepEqual(decodeEmulationRequest(new TextEncoder().encode(body), 'json'), { ok: true, request })
  assert.deepEqual(decodeCommands(request.frame, 'json'), {
    ok: true,
    commands: [{ kind: 'request', id: 2, method: 'presence', request: { channel: 'c' } }, { kind: 'pong' }],
  })
})

test('finds the frame in a Protobuf body, which has no length in front', () => {
  const body = Uint8Array.of(10, 1, 0x6e, 18, 1, 0x73, 32, 1, 26, 2, 0, 0)
  assert.deepEqual(decodeEmulationRequest(body, 'protobuf'), {
    ok: true,
    request: { session: 's', node: 'n', frame: Uint8Array.of(0, 0) },
  })
})

test('leaves out what the body leaves out', () => {
  assert.deepEqual(decodeEmulationRequest('{}', 'json'), { ok: true, request: { session: '', node: '', frame: '' } })
  assert.deepEqual(decodeEmulationRequest(new Uint8Array(), 'protobuf'), {
    ok: true,
    request: { session: '', node: '', frame: new Uint8Array() },
  })
})

test('says what is wrong with a body', () => {
  const small = { ...COMMAND_LIMITS, frameSizeMax: 3 }
  const wrong = (detail: string) => ({ ok: false, detail })
  assert.deepEqual(decodeEmulationRequest('{', 'json'), wrong('EmulationRequest is not JSON.'))
  assert.deepEqual(decodeEmulationRequest('{"data":{}}', 'json'), wrong('data is not a string.'))
  assert.deepEqual(decodeEmulationRequest('{  }', 'json', small), wrong('The body is larger than 3.'))
  assert.deepEqual(decodeEmulationRequest('{}', 'protobuf'), wrong('A Protobuf body is binary.'))
  assert.deepEqual(decodeEmulationRequest(Uint8Array.of(26, 9), 'protobuf'), wrong('A value reaches beyond the end.'))
  assert.deepEqual(decodeEmulationRequest(Uint8Array.of(0xff), 'json'), wrong('The bytes are not UTF-8.'))
})
