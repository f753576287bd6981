// Every code block of the listener's README is a file here, or runs as it stands: behind real servers, with signed webhooks.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { toFetchHandler } from '@ordertrail/webhooks/fetch'
import { toNodeHandler } from '@ordertrail/webhooks/node'
import {
  sampleOrderPaid,
  samplePartnerSideCatalog,
  sampleUserValidation,
  signWebhook,
} from '@ordertrail/webhooks/testing'
import { transform } from 'esbuild'

const HERE = import.meta.dirname
const README = readFileSync(join(HERE, '../../packages/webhooks/README.md'), 'utf8')
const SECRET = 'dev_webhook_secret_for_your_own_machine_only'
const BUILT = join(HERE, '../../node_modules/.cache/listener-readme')

/** A block of code with the name that its first line gives it: `// express.mjs: …`. */
interface Block {
  readonly name: string
  readonly code: string
}

const BLOCKS: readonly Block[] = Array.from(README.matchAll(/^```(?:js|ts)\n([\s\S]*?)^```/gm), ([, block = '']) => {
  const [, name = '', code = ''] = /^\/\/ ([\w./-]+)\n([\s\S]*)$/.exec(block) ?? []
  return { name, code }
})

/** Blocks behind a server. */
const SERVERS = ['node-http.mjs', 'express.mjs', 'fastify.mjs', 'hono.mjs', 'queue.mjs', 'main.ts']
/** Those that show a route beside ours. */
const READS_JSON = ['express.mjs', 'fastify.mjs']
const OTHERS = ['listener.mjs', 'worker.mjs', 'strict.mjs', 'listener.example.mjs', 'app/webhooks/route.js']

process.env.PORT = '0'
process.env.WEBHOOK_SECRET = SECRET

test('runs every block of the README', () => {
  assert.deepEqual(BLOCKS.map(({ name }) => name).toSorted(), [...SERVERS, ...OTHERS].toSorted())
})

for (const { name, code } of BLOCKS.filter((block) => block.name !== 'main.ts')) {
  test(`the README shows ${name} as it is`, () => {
    const file = readFileSync(join(HERE, name.startsWith('app/') ? `next/${name}` : name), 'utf8')
    // The first line of a file says what is in it; the README says that around the block.
    assert.equal(code, file.slice(file.indexOf('\n') + 1))
  })
}

let orderId = 100
for (const name of SERVERS) {
  test(`${name} receives webhooks`, async (t) => {
    const said = t.mock.method(console, 'log', () => {})
    t.mock.method(console, 'error', () => {})
    const port = await portOf(t, () => (name === 'main.ts' ? importBuilt(name) : importExample(name)))
    orderId += 1
    const paid = sampleOrderPaid({ orderId, userId: 'player-1', items: [{ sku: 'sword' }] })
    const statuses: number[] = []
    for (const body of [paid, paid, sampleUserValidation({ userId: 'nobody' })]) statuses.push(await post(port, body))
    statuses.push(await post(port, paid, 'another secret'))
    assert.deepEqual(statuses, [204, 204, 400, 400])
    const grants = said.mock.calls.map((call) => call.arguments.join(' ')).filter((line) => line.startsWith('grant'))
    assert.deepEqual(grants, name === 'queue.mjs' ? [] : [`grant ${orderId} player-1 1 sword`])
    if (READS_JSON.includes(name)) assert.deepEqual(await logIn(port), { hello: 'Zoë' })
  })
}

test('queue.mjs holds what came', async () => {
  const { queue } = await importExample('queue.mjs')
  assert.deepEqual(new Set(queue.map(String)).size, 1)
  assert.match(String(queue[0]), /^order_paid,\d+,combined$/)
})

test('worker.mjs receives webhooks', async (t) => {
  const said = t.mock.method(console, 'log', () => {})
  const { default: worker } = await importExample('worker.mjs')
  const { body, headers } = await signWebhook(sampleOrderPaid({ orderId: 1 }), SECRET)
  const request = new Request('https://game.example/webhooks', { method: 'POST', body, headers })
  assert.equal((await worker.fetch(request, { WEBHOOK_SECRET: SECRET })).status, 204)
  assert.deepEqual(said.mock.calls[0]?.arguments, ['grant', 1])
})

test('app/webhooks/route.js receives webhooks', async (t) => {
  t.mock.method(console, 'log', () => {})
  const { listener } = await importExample('listener.mjs')
  const { body, headers } = await signWebhook(sampleOrderPaid({ orderId: 2 }), SECRET)
  // The file itself lies where Next.js wants it and runs there: npm run next-listener.
  const POST = toFetchHandler(listener)
  assert.equal((await POST(new Request('https://game.example', { method: 'POST', body, headers }))).status, 204)
})

test('strict.mjs asks for all that may be asked for', async (t) => {
  t.mock.method(console, 'log', () => {})
  const warned = t.mock.method(console, 'warn', () => {})
  const { listener } = await importExample('strict.mjs')
  const server = createServer(toNodeHandler(listener))
  const port = await portOf(t, async () => server.listen(0))
  const send = (source: string, secret: string) => post(port, sampleOrderPaid(), secret, { 'x-forwarded-for': source })
  assert.equal(await send('185.30.21.7', 'the present secret'), 204)
  assert.equal(await send('192.0.2.1', 'the present secret'), 500)
  assert.equal(await send('2001:db8::7', 'secret of the test project'), 400)
  const forwarded = { 'x-forwarded-for': '185.30.21.7' }
  assert.equal(await post(port, samplePartnerSideCatalog({ userId: 'player-1' }), 'the next secret', forwarded), 200)
  assert.deepEqual(
    warned.mock.calls.map((call) => call.arguments[0]),
    ['source_refused', 'invalid_signature'],
  )
})

await importExample('listener.example.mjs')

/** The port of the server that `load` starts; it is closed after the test, or with the process where others still ask it. */
async function portOf(t: TestContext, load: () => Promise<unknown>): Promise<number> {
  const started: Server[] = []
  const { listen } = Server.prototype
  t.mock.method(Server.prototype, 'listen', function (this: Server, ...words: Parameters<typeof listen>) {
    started.push(this)
    return listen.apply(this, words)
  })
  await load()
  while (started.length === 0) await new Promise(setImmediate)
  const [server] = started
  assert.ok(server)
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  t.after(() => server.close())
  return port
}

async function logIn(port: number): Promise<unknown> {
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const response = await fetch(`http://127.0.0.1:${port}/login`, { method: 'POST', body: '{"name":"Zoë"}', headers })
  return response.json()
}

async function post(port: number, webhook: object, secret = SECRET, more: Readonly<Record<string, string>> = {}) {
  const { body, headers } = await signWebhook(webhook, secret)
  const sent = { ...headers, ...more, connection: 'close' }
  const response = await fetch(`http://127.0.0.1:${port}/webhooks`, { method: 'POST', body, headers: sent })
  await response.arrayBuffer()
  return response.status
}

/** Plain JavaScript, as the README shows it, and so without types. */
function importExample(name: string) {
  return import(pathToFileURL(join(HERE, name)).href)
}

/** A block that no Node runs as it stands, because it has decorators: compiled as the command line of NestJS does. */
async function importBuilt(name: string): Promise<unknown> {
  const code = BLOCKS.find((block) => block.name === name)?.code ?? ''
  const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } }
  const built = await transform(code, { loader: 'ts', format: 'esm', tsconfigRaw })
  rmSync(BUILT, { recursive: true, force: true })
  mkdirSync(BUILT, { recursive: true })
  writeFileSync(join(BUILT, 'listener.mjs'), readFileSync(join(HERE, 'listener.mjs')))
  writeFileSync(join(BUILT, 'main.mjs'), built.code)
  return import(pathToFileURL(join(BUILT, 'main.mjs')).href)
}
