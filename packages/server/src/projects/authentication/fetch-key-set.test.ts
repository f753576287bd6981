// Fetching keys over HTTP: from a real server that behaves, and from servers that do not.
import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { createKeySetFetcher, KEY_SET_BYTES_MAX, type KeySetFetcher } from './fetch-key-set.ts'

const DEV = { allowLoopbackHttp: true }

async function givenServer(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
}

function givenFetcher(t: TestContext, policy: { allowLoopbackHttp: boolean } = DEV): KeySetFetcher {
  const fetcher = createKeySetFetcher(policy)
  t.after(() => fetcher.stop())
  return fetcher
}

test('fetches a key set', async (t) => {
  const url = await givenServer(t, (_request, response) => response.end('{"keys":[]}'))
  assert.deepEqual(await givenFetcher(t).fetchKeySet(url), { keys: [] })
})

test('plain http and this machine are refused outside the emulator', async (t) => {
  const url = await givenServer(t, (_request, response) => response.end('{"keys":[]}'))
  await assert.rejects(givenFetcher(t, { allowLoopbackHttp: false }).fetchKeySet(url))
})

test('a name that leads to a private address is refused when connecting', async (t) => {
  const fetcher = createKeySetFetcher({ allowLoopbackHttp: false }, { lookup: async () => ['10.0.0.1'] })
  t.after(() => fetcher.stop())
  await assert.rejects(fetcher.fetchKeySet('https://login.example/keys'), /10\.0\.0\.1/)
})

test('redirects are not followed', async (t) => {
  const url = await givenServer(t, (request, response) => {
    if (request.url === '/keys') response.writeHead(302, { location: '/other' }).end()
    else response.end('{"keys":[]}')
  })
  await assert.rejects(givenFetcher(t).fetchKeySet(url), /302/)
})

test('an endless answer is cut', async (t) => {
  const url = await givenServer(t, (_request, response) => {
    const more = (): boolean => response.write('x'.repeat(64 * 1024))
    response.on('drain', more)
    while (more());
  })
  await assert.rejects(givenFetcher(t).fetchKeySet(url), new RegExp(String(KEY_SET_BYTES_MAX)))
})

test('what is not JSON is refused', async (t) => {
  const url = await givenServer(t, (_request, response) => response.end('<html>'))
  await assert.rejects(givenFetcher(t).fetchKeySet(url), SyntaxError)
})

test('a server that never answers is given up', async (t) => {
  const url = await givenServer(t, () => {})
  const fetcher = createKeySetFetcher(DEV, { deadlineMs: 50 })
  t.after(() => fetcher.stop())
  await assert.rejects(fetcher.fetchKeySet(url), { name: 'TimeoutError' })
})

test('a fetcher that fetched nothing can be stopped', async () => createKeySetFetcher(DEV).stop())
