// Remembered URLs: the verdict and the parts are those of the text, however often it comes.
import assert from 'node:assert/strict'
import test from 'node:test'
import { checkEndpointUrl } from './check-endpoint-url.ts'
import { makeUrlReader } from './read-url.ts'

const policy = { allowLoopbackHttp: false }

test('takes a URL apart as a request needs it', () => {
  const readUrl = makeUrlReader(policy)
  const expected = { check: { ok: true }, origin: 'https://game.example', path: '/hooks?a=1' }
  assert.deepEqual(
    [readUrl('https://game.example/hooks?a=1'), readUrl('https://game.example/hooks?a=1')],
    [expected, expected],
  )
})

test('a refused URL stays refused, with its reason, and has no parts to connect to', () => {
  const readUrl = makeUrlReader(policy)
  for (const url of ['http://game.example/', 'https://10.0.0.1/', 'https://user@game.example/', 'nonsense']) {
    const expected = { check: checkEndpointUrl(url, policy), origin: '', path: '' }
    assert.deepEqual([readUrl(url), readUrl(url)], [expected, expected], url)
  }
})

test('readers of two policies do not share what they remember', () => {
  const strict = makeUrlReader(policy)('http://127.0.0.1:8080/')
  const dev = makeUrlReader({ allowLoopbackHttp: true })('http://127.0.0.1:8080/')
  assert.deepEqual([strict.check.ok, dev.check.ok], [false, true])
})
