// The signed sender and listeners that go wrong: each way has its outcome, and never spoils the request that comes after it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import 'undici'
import { createSignedSender } from './send-signed-request.ts'
import type { SignedExchange } from './signed-exchange.ts'
import { MISBEHAVIOURS, type Misbehaviour, startWrongListener } from './testing/index.ts'

/** Slow listeners are waited for until the deadline; the others have all the time that a busy machine needs. */
const deadlineFor = (isSlow: boolean): number => (isSlow ? 300 : 10_000)

function outcomeOf(exchange: SignedExchange): string {
  if (exchange.kind === 'no_answer') return exchange.reason
  return exchange.truncated ? `${exchange.status} cut` : String(exchange.status)
}

for (const misbehaviour of MISBEHAVIOURS) {
  const { what, outcome, isKept, isSlow } = misbehaviour
  test(`a listener that ${what} comes to ${outcome}`, async (t) => {
    const listener = await startWrongListener(misbehaviour)
    const sender = createSignedSender({ policy: { allowLoopbackHttp: true }, connectionsPerOrigin: 1 })
    t.after(() => sender.stop())
    t.after(() => listener.stop())
    const send = (deadlineMs: number) =>
      sender.send({ url: listener.url, secrets: ['s'], body: '{"a":1}', deadlineMs, webhookId: 'msg_1' })
    const first = await send(deadlineFor(isSlow))
    assert.ok(String(outcome).split(' or ').includes(outcomeOf(first)), `${outcomeOf(first)}, not ${outcome}`)
    if (first.kind === 'no_answer') assert.notEqual(first.sentence, '')
    if (!isKept) await listener.closed
    assert.equal(outcomeOf(await send(10_000)), '201')
    assert.equal(listener.connections, isKept ? 1 : 2)
  })
}

test('an answer before the request was read counts, and its connection is given up', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    // What it does not read fills the buffers between us, so that the request never leaves whole.
    socket.pause()
    socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n')
    t.after(() => socket.destroy())
    socket.once('close', closed.resolve)
  })
  const closed = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const sender = createSignedSender({ policy: { allowLoopbackHttp: true } })
  t.after(() => sender.stop())
  const { port } = server.address() as AddressInfo
  const exchange = await sender.send({
    url: `http://127.0.0.1:${port}/`,
    secrets: ['s'],
    body: Buffer.alloc(32 * 1024 * 1024),
    deadlineMs: 5_000,
    webhookId: 'msg_1',
  })
  assert.equal(outcomeOf(exchange), '413')
})

test('a name server that hangs holds a request until its deadline and no other name, and may answer later', async (t) => {
  const listener = await startWrongListener(MISBEHAVIOURS[0] as Misbehaviour)
  t.after(() => listener.stop())
  const { port } = new URL(listener.url)
  const late = Promise.withResolvers<readonly string[]>()
  const policy = { allowLoopbackHttp: true, networksAllowed: ['127.0.0.0/8'] }
  const lookup = (name: string) => (name === 'slow.test' ? late.promise : Promise.resolve(['127.0.0.1']))
  const sender = createSignedSender({ policy, lookup })
  t.after(() => sender.stop())
  const send = (name: string, deadlineMs: number) =>
    sender.send({ url: `http://${name}:${port}/`, secrets: ['s'], body: '{}', deadlineMs, webhookId: 'msg_1' })
  const slow = send('slow.test', 300)
  assert.match(outcomeOf(await send('quick.test', 10_000)), /connect_failed|closed_early/)
  assert.equal(outcomeOf(await send('quick.test', 10_000)), '201')
  assert.equal(outcomeOf(await slow), 'deadline')
  late.resolve(['127.0.0.1'])
  assert.equal(outcomeOf(await send('slow.test', 10_000)), '201')
})

test('a server without TLS, or one that is silent, behind an https URL has its outcome', async (t) => {
  for (const [says, expected] of [
    ['HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', 'tls_failed'],
    [null, 'deadline'],
  ] as const) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => says !== null && socket.end(says))
      t.after(() => socket.destroy())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const sender = createSignedSender({ policy: { allowLoopbackHttp: true } })
    t.after(() => sender.stop())
    const { port } = server.address() as AddressInfo
    const url = `https://127.0.0.1:${port}/`
    const deadlineMs = says === null ? 300 : 10_000
    assert.equal(
      outcomeOf(await sender.send({ url, secrets: ['s'], body: '{}', deadlineMs, webhookId: 'm' })),
      expected,
    )
  }
})
