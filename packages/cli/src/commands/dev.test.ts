import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { devSession } from '@ordertrail/server/dev-tools'
import { givenDevProgram } from '../testing/given-emulator.ts'
import { givenFolder } from '../testing/given-folder.ts'
import { ORDERTRAIL, runToEnd } from '../testing/spawn-program.ts'

test('--json prints the ready line and nothing else; a signal frees port and store, and the store is still there', async (t) => {
  const folder = await givenFolder(t)
  const first = await givenDevProgram(t, ['--json', '--data', folder])
  const session = devSession(first.url)
  const { orderId } = await session.placeOrder(await session.userToken('player-7'), 'gold_100')
  const ready = `${JSON.stringify({ event: 'ready', url: first.url })}\n`
  assert.deepEqual(await first.program.end('SIGINT'), { code: 0, stdout: ready, stderr: '' })

  const port = new URL(first.url).port
  const second = await givenDevProgram(t, ['--json', '--port', port, '--data', folder])
  const again = devSession(second.url)
  const { status } = await again.getOrder(await again.userToken('player-7'), orderId)
  assert.deepEqual([second.url, status], [first.url, 'new'])
  assert.equal((await second.program.end('SIGTERM')).code, 0)
})

test('the screen tells how to reach everything, and later what happens, without colours where no terminal is', async (t) => {
  const { url, program } = await givenDevProgram(t, ['--data', ':memory:'])
  await program.wrote(/store {8}SQLite :memory:/)
  const session = devSession(url)
  const { orderId } = await session.placeOrder(await session.userToken(DEV_PROJECT.userId), 'gold_100')
  await program.wrote(new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}order ${orderId} +new `, 'm'))
  const { code, stdout } = await program.end('SIGTERM')
  assert.equal(code, 0)
  for (const text of [`${url}/events`, DEV_PROJECT.apiKey, DEV_PROJECT.webhookSecret, 'webhooks     no listener yet']) {
    assert.ok(stdout.includes(text), text)
  }
  assert.ok(!stdout.includes('\u001b'))
})

test('--forward-to is remembered by the store', async (t) => {
  const folder = await givenFolder(t)
  const listener = 'http://127.0.0.1:9/webhooks'
  const first = await givenDevProgram(t, ['--data', folder, '--forward-to', listener])
  await first.program.end('SIGTERM')
  const second = await givenDevProgram(t, ['--data', folder])
  const [line] = await second.program.wrote(/^ {2}webhooks .*$/m)
  assert.match(line, / http:\/\/127\.0\.0\.1:9\/webhooks$/)
})

test('an unusable --forward-to ends the start with a sentence', async () => {
  const flags = ['--port', '0', '--data', ':memory:', '--forward-to', 'http://shop.example/webhooks']
  const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'dev', ...flags])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^PUT \/api\/v2\/project\/44056\/admin\/webhook was refused with 4\d\d: .+\n$/)
})

test('a port that is taken, or a file that is in use, is one sentence; the one leaves the store free', async (t) => {
  const port = await givenTakenPort(t)
  const folder = await givenFolder(t)
  const ended = await runToEnd([...ORDERTRAIL, 'dev', '--port', String(port), '--data', folder])
  const sentence = `The server cannot listen on 127.0.0.1:${port}: another process listens there; stop it or choose another port.`
  assert.deepEqual([ended.code, ended.stdout], [1, ''])
  assert.ok(ended.stderr.includes(sentence), ended.stderr)
  await givenDevProgram(t, ['--json', '--data', folder])
  const second = await runToEnd([...ORDERTRAIL, 'dev', '--port', '0', '--data', folder])
  assert.deepEqual([second.code, second.stdout], [1, ''])
  assert.ok(second.stderr.startsWith(`${join(folder, 'ordertrail.db')} is in use by another OrderTrail process`))
  assert.equal(second.stderr.trim().split('\n').length, 1)
})

test('--data and --database-url exclude each other', async () => {
  const { code, stderr } = await runToEnd([...ORDERTRAIL, 'dev', '--data', 'x', '--database-url', 'postgresql://db/x'])
  assert.equal(code, 1)
  assert.match(stderr, /--data <folder>' cannot be used with option '--database-url <url>'/)
})

test('--data goes before a database of the environment', async (t) => {
  const env = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/absent' }
  const { program } = await givenDevProgram(t, ['--data', ':memory:'], { env })
  await program.wrote(/store {8}SQLite :memory:/)
})

async function givenTakenPort(t: TestContext): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}
