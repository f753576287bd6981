import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { buildConnector } from 'undici'
import type { EndpointPolicy } from './check-endpoint-url.ts'
import { pinnedConnector, resolveHost } from './pinned-connector.ts'

async function givenPort(t: TestContext): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** Opens one connection for `http://game.test:<port>`; `connect` stands for undici's own connector. */
function open(
  t: TestContext,
  options: {
    connect: buildConnector.connector
    policy: EndpointPolicy
    addresses: readonly string[]
    port: number
    protocol?: string
  },
): Promise<Socket> {
  const { protocol = 'http:' } = options
  const connector = pinnedConnector(options.connect, options.policy, async () => options.addresses)
  return new Promise((resolve, reject) => {
    connector({ hostname: 'game.test', protocol, port: String(options.port) }, (error, socket) => {
      if (error !== null) return reject(error)
      t.after(() => socket.destroy())
      resolve(socket)
    })
  })
}

/** A connector that notes what it is asked for and connects to `host`, or where it was told. */
function givenConnector(asked: buildConnector.Options[], host?: string): buildConnector.connector {
  return (options, callback) => {
    asked.push(options)
    const socket = connect({ host: host ?? options.hostname, port: Number(options.port) })
    socket.once('connect', () => callback(null, socket)).once('error', (error) => callback(error, null))
  }
}

test('hangs up on a socket that leads elsewhere than to a checked address', async (t) => {
  const port = await givenPort(t)
  const policy = { allowLoopbackHttp: false, portsAllowed: [port] }
  const connector = givenConnector([], '127.0.0.1')
  await assert.rejects(open(t, { connect: connector, policy, addresses: ['8.8.8.8'], port, protocol: 'https:' }), {
    reason: 'address_refused',
    message: /\(127\.0\.0\.1\)$/,
  })
})

test('goes on to the next address of a name, three at most', async (t) => {
  const port = await givenPort(t)
  const policy = { allowLoopbackHttp: false, networksAllowed: ['127.0.0.0/8'] }
  const asked: buildConnector.Options[] = []
  const connector = givenConnector(asked)
  const socket = await open(t, { connect: connector, policy, addresses: ['127.0.0.3', '127.0.0.2', '127.0.0.1'], port })
  assert.equal(socket.remoteAddress, '127.0.0.1')
  const dead = ['127.0.0.5', '127.0.0.4', '127.0.0.3', '127.0.0.1']
  await assert.rejects(open(t, { connect: connector, policy, addresses: dead, port }), { code: 'ECONNREFUSED' })
  assert.deepEqual(
    asked.map(({ hostname }) => hostname),
    ['127.0.0.3', '127.0.0.2', '127.0.0.1', '127.0.0.5', '127.0.0.4', '127.0.0.3'],
  )
})

test('gives the name to TLS only, for its certificate', async (t) => {
  const port = await givenPort(t)
  const policy = { allowLoopbackHttp: false, networksAllowed: ['127.0.0.0/8'] }
  const asked: buildConnector.Options[] = []
  for (const protocol of ['http:', 'https:']) {
    await open(t, { connect: givenConnector(asked), policy, addresses: ['127.0.0.1'], port, protocol })
  }
  assert.deepEqual(
    asked.map(({ hostname, servername }) => [hostname, servername]),
    [
      ['127.0.0.1', undefined],
      ['127.0.0.1', 'game.test'],
    ],
  )
})

test('gives up on a name server that says nothing', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const target = { protocol: 'https:', port: 443 }
  const silent = resolveHost('game.test', target, { allowLoopbackHttp: false }, () => new Promise(() => undefined))
  t.mock.timers.tick(5_000)
  assert.deepEqual(await silent, {
    ok: false,
    check: {
      ok: false,
      reason: 'name_not_found',
      sentence: 'The host name game.test was not found within 5 seconds.',
    },
  })
})
