import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { mock, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { sha1Signature } from '@ordertrail/core'
import {
  createSignedSender,
  type SignedRequest,
  type SignedSender,
  type SignedSenderOptions,
} from './send-signed-request.ts'
import type { SignedExchange } from './signed-exchange.ts'
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from './testing/certificate.ts'

const secrets = ['a-secret']

function givenSender(t: TestContext, options: Partial<SignedSenderOptions> = {}): SignedSender {
  const sender = createSignedSender({
    policy: { allowLoopbackHttp: true },
    unskippedNow: () => 1_750_000_000_000,
    ...options,
  })
  t.after(() => sender.stop())
  return sender
}

function requestTo(url: string, more: Partial<SignedRequest> = {}): SignedRequest {
  return { url, secrets, body: '{"a":1}', deadlineMs: 5_000, webhookId: 'msg_1', ...more }
}

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

/** A listener that answers as `handle` says; gives its URL. */
async function givenListener(t: TestContext, handle: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(t, createServer(handle))}/webhooks?x=1`
}

function whole(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks)))
  })
}

function outcome(exchange: SignedExchange): string {
  return exchange.kind === 'response' ? String(exchange.status) : exchange.reason
}

test('posts the exact bytes with the documented headers, and gives the answer', async (t) => {
  const seen: unknown[] = []
  const body = Buffer.from('{"name":"Zoë","amount":1.10}')
  const url = await givenListener(t, async (request, response) => {
    const received = await whole(request)
    seen.push([request.method, request.url, received.equals(body), request.headers])
    response.writeHead(200, { 'x-custom': 'yes', 'set-cookie': ['session=1', 'other=2'] }).end('fine')
  })
  const exchange = await givenSender(t).send(requestTo(url, { body, extra: { 'X-Game': 'one', Host: 'evil' } }))
  const { host } = new URL(url)
  const standard = exchange.requestHeaders['webhook-id']
  assert.equal(standard, 'msg_1')
  const [[method, path, isSameBody, headers]] = seen as [[string, string, boolean, Record<string, string>]]
  const { 'webhook-signature': signature, ...others } = headers
  assert.match(signature ?? '', /^v1,[A-Za-z0-9+/]{43}=$/)
  assert.deepEqual([method, path, isSameBody], ['POST', '/webhooks?x=1', true])
  assert.deepEqual(others, {
    host,
    connection: 'keep-alive',
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'OrderTrail-Webhooks/1',
    'x-game': 'one',
    authorization: `Signature ${await sha1Signature(body, 'a-secret')}`,
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1750000000',
    'content-length': String(body.length),
  })
  assert.ok(exchange.kind === 'response')
  assert.deepEqual([exchange.status, exchange.body, exchange.truncated], [200, 'fine', false])
  assert.deepEqual([exchange.headers['x-custom'], exchange.headers['set-cookie']], ['yes', '(hidden)'])
  assert.doesNotMatch(JSON.stringify(exchange.requestHeaders), /a-secret|Signature [0-9a-f]{40}/)
})

test('keeps connections, eight to one origin at most', async (t) => {
  let connections = 0
  const server = createServer((request, response) => void whole(request).then(() => setImmediate(() => response.end())))
  server.on('connection', () => {
    connections += 1
  })
  const sender = givenSender(t)
  const url = `http://127.0.0.1:${await listening(t, server)}/`
  const sent = await Promise.all(Array.from({ length: 60 }, () => sender.send(requestTo(url))))
  assert.deepEqual(new Set(sent.map(outcome)), new Set(['200']))
  assert.equal(connections, 8)
})

const REDIRECTS = [301, 302, 303, 307, 308]

test('never follows a redirect: five codes to three targets', async (t) => {
  const heard: (string | undefined)[] = []
  const elsewhere = await givenListener(t, (request, response) => {
    heard.push(`elsewhere ${request.url}`)
    response.end()
  })
  let answer = { status: 0, location: '' }
  const url = await givenListener(t, (request, response) => {
    heard.push(request.url)
    response.writeHead(answer.status, { location: answer.location }).end()
  })
  const sender = givenSender(t)
  for (const status of REDIRECTS)
    for (const location of ['/elsewhere', elsewhere, 'http://169.254.169.254/latest']) {
      answer = { status, location }
      assert.equal(outcome(await sender.send(requestTo(url))), String(status))
    }
  assert.deepEqual(new Set(heard), new Set(['/webhooks?x=1']))
  assert.equal(heard.length, 15)
})

test('nothing that a project sets becomes a header or a line of the request', async (t) => {
  const injected = ['/x%0d%0aX-Injected:%20yes', '/x?a=%0aX-Injected:1', '/\u0130\u010a', '/x?q=a%20HTTP/1.1']
  const lines: string[] = []
  const server = createTcpServer((socket) => {
    socket.once('data', (chunk) => {
      lines.push(...(chunk.toString('latin1').split('\r\n\r\n', 1)[0]?.split('\r\n').slice(1) ?? []))
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
  })
  const port = await listening(t, server)
  const sender = givenSender(t)
  for (const path of injected) {
    const request = requestTo(`http://127.0.0.1:${port}${path}`, {
      secrets: ['a\r\nX-Injected: yes', 'b\nc'],
      extra: { 'X-Game': 'a\r\nX-Injected: yes', 'X-Injected\r\nX-Other': 'yes' },
    })
    assert.equal(outcome(await sender.send(request)), '204')
  }
  assert.deepEqual(
    new Set(lines.map((line) => line.split(':', 1)[0]?.toLowerCase())),
    new Set([
      ...['host', 'connection', 'accept', 'content-type', 'user-agent', 'authorization', 'content-length'],
      ...['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    ]),
  )
  assert.ok(lines.every((line) => !/^x-injected/i.test(line)))
})

test('ignores proxies of the environment', async (t) => {
  let proxied = 0
  const proxy = await givenListener(t, (_request, response) => {
    proxied += 1
    response.end()
  })
  const url = await givenListener(t, (_request, response) => response.writeHead(204).end())
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']
  for (const name of names) process.env[name] = proxy
  t.after(() => {
    for (const name of names) delete process.env[name]
  })
  assert.deepEqual([outcome(await givenSender(t).send(requestTo(url))), proxied], ['204', 0])
})

test('reads at most 64 KiB, then hangs up', async (t) => {
  const closed = Promise.withResolvers<void>()
  const url = await givenListener(t, (_request, response) => {
    response.on('close', closed.resolve)
    const drip = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16 * 1024)));
      if (!response.destroyed) response.once('drain', drip)
    }
    drip()
  })
  const exchange = await givenSender(t).send(requestTo(url))
  assert.ok(exchange.kind === 'response')
  assert.deepEqual([exchange.status, exchange.body.length, exchange.truncated], [200, 64 * 1024, true])
  await closed.promise
})

test('keeps a body of exactly 64 KiB whole', async (t) => {
  const url = await givenListener(t, (_request, response) => response.end('x'.repeat(64 * 1024)))
  const exchange = await givenSender(t).send(requestTo(url))
  assert.ok(exchange.kind === 'response')
  assert.deepEqual([exchange.body.length, exchange.truncated], [64 * 1024, false])
})

test('asks for no compression and inflates nothing', async (t) => {
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024))
  let asked: unknown
  const url = await givenListener(t, (request, response) => {
    asked = request.headers['accept-encoding']
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
  })
  const exchange = await givenSender(t).send(requestTo(url))
  assert.ok(exchange.kind === 'response')
  assert.equal(asked, undefined)
  assert.ok(exchange.body.length <= 64 * 1024)
  assert.doesNotMatch(exchange.body, /\0/)
})

test('ends at the deadline even when a byte arrives all the time', async (t) => {
  const closed = Promise.withResolvers<void>()
  const url = await givenListener(t, (_request, response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('x'), 10)
    response.on('close', () => {
      clearInterval(drip)
      closed.resolve()
    })
  })
  const exchange = await givenSender(t).send(requestTo(url, { deadlineMs: 150 }))
  assert.ok(exchange.kind === 'response' && exchange.truncated)
  assert.ok(exchange.durationMs >= 140 && exchange.durationMs < 1_500, String(exchange.durationMs))
  await closed.promise
})

test('never sends a request whose deadline passed while it waited for a connection', async (t) => {
  let requests = 0
  const url = await givenListener(t, (_request, response) => {
    requests += 1
    if (requests > 1) response.end()
  })
  const sender = givenSender(t, { connectionsPerOrigin: 1 })
  const [hung, waiting] = await Promise.all([
    sender.send(requestTo(url, { deadlineMs: 200 })),
    sender.send(requestTo(url, { deadlineMs: 100 })),
  ])
  assert.deepEqual([outcome(hung), outcome(waiting)], ['deadline', 'deadline'])
  assert.equal(outcome(await sender.send(requestTo(url))), '200')
  assert.equal(requests, 2)
})

test('says so when nobody listens, and when no name is found', async (t) => {
  const port = await listening(t, createTcpServer())
  const free = createTcpServer()
  await new Promise<void>((resolve) => {
    free.listen(0, '127.0.0.1', resolve)
  })
  const { port: freePort } = free.address() as { port: number }
  await new Promise((resolve) => {
    free.close(resolve)
  })
  assert.notEqual(port, freePort)
  const policy = { allowLoopbackHttp: true, networksAllowed: ['127.0.0.0/8'] }
  const sender = givenSender(t, { policy, lookup: () => Promise.reject(new Error('no such name')) })
  const refused = await sender.send(requestTo(`http://127.0.0.1:${freePort}/`))
  assert.deepEqual(outcome(refused), 'connect_failed')
  assert.match(refused.kind === 'no_answer' ? refused.sentence : '', /ECONNREFUSED/)
  assert.equal(outcome(await sender.send(requestTo('http://game.test:3000/'))), 'name_not_found')
})

test('checks certificates against the name, and connects to the address it checked', async (t) => {
  const names: (string | boolean | undefined)[] = []
  const server = createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY }, (request, response) => {
    names.push((request.socket as Socket & { servername?: string | false }).servername)
    response.writeHead(204).end()
  })
  const port = await listening(t, server)
  const policy = { allowLoopbackHttp: false, networksAllowed: ['127.0.0.1/32'] }
  const lookup = async (): Promise<string[]> => ['127.0.0.1']
  const trusting = givenSender(t, { policy, lookup, authority: TEST_CERTIFICATE })
  assert.equal(outcome(await trusting.send(requestTo(`https://hooks.test:${port}/`))), '204')
  assert.deepEqual(names, ['hooks.test'])
  assert.equal(outcome(await trusting.send(requestTo(`https://other.test:${port}/`))), 'tls_failed')
  const strict = givenSender(t, { policy, lookup })
  assert.equal(outcome(await strict.send(requestTo(`https://hooks.test:${port}/`))), 'tls_failed')
})

test('refuses names with one bad address among good ones, and names whose answer turns bad', async (t) => {
  const connects = mock.method((await import('node:net')).Socket.prototype, 'connect')
  t.after(() => connects.mock.restore())
  const mixed = givenSender(t, { policy: { allowLoopbackHttp: false }, lookup: async () => ['8.8.8.8', '127.0.0.1'] })
  assert.equal(outcome(await mixed.send(requestTo('https://mixed.test/'))), 'address_refused')
  let round = 0
  const rebinding = givenSender(t, {
    policy: { allowLoopbackHttp: false },
    lookup: async () => {
      round += 1
      return round === 1 ? ['8.8.8.8'] : ['127.0.0.1']
    },
  })
  assert.deepEqual(await rebinding.check('https://rebinding.test/'), { ok: true })
  for (let again = 0; again < 1_000; again += 1) {
    assert.equal(outcome(await rebinding.send(requestTo('https://rebinding.test/'))), 'address_refused')
  }
  assert.equal(connects.mock.callCount(), 0)
})

test('tells in the dry run what a send would refuse', async (t) => {
  const sender = givenSender(t, { policy: { allowLoopbackHttp: false }, lookup: async () => ['10.0.0.1'] })
  assert.deepEqual(await sender.check('https://game.example/'), {
    ok: false,
    reason: 'address_not_public',
    sentence: 'game.example: 10.0.0.1 is a private address; webhooks go to public addresses only.',
  })
  const syntax = await sender.check('http://game.example/')
  assert.equal(syntax.ok ? 'ok' : syntax.reason, 'scheme_not_allowed')
})

test('looks one name up once for all who ask at the same moment', async (t) => {
  let lookups = 0
  const answer = Promise.withResolvers<string[]>()
  const sender = givenSender(t, {
    policy: { allowLoopbackHttp: false },
    lookup: () => {
      lookups += 1
      return answer.promise
    },
  })
  const checks = Array.from({ length: 20 }, () => sender.check('https://game.example/'))
  answer.resolve(['8.8.8.8'])
  await Promise.all(checks)
  assert.equal(lookups, 1)
})

test('ends what is under way when it stops, and sends nothing later', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const url = await givenListener(t, () => arrived.resolve())
  const sender = givenSender(t)
  const underWay = sender.send(requestTo(url))
  await arrived.promise
  await Promise.all([sender.stop(), sender.stop()])
  assert.equal(outcome(await underWay), 'sender_stopped')
  assert.equal(outcome(await sender.send(requestTo(url))), 'sender_stopped')
})
