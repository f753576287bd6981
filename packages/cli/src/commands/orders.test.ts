import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { devSession } from '@ordertrail/server/dev-tools'
import { givenEmulator } from '../testing/given-emulator.ts'
import { givenListener } from '../testing/given-listener.ts'
import { type Ended, ORDERTRAIL, runToEnd } from '../testing/spawn-program.ts'

const orders = (url: string, ...words: readonly string[]): Promise<Ended> =>
  runToEnd([...ORDERTRAIL, 'orders', ...words, '--url', url])

test('create places an order and says where to pay it', async (t) => {
  const { url } = await givenEmulator(t)
  const { code, stdout, stderr } = await orders(url, 'create')
  assert.deepEqual([code, stderr], [0, ''])
  const [placed, pay = ''] = stdout.split('\n')
  assert.equal(placed, 'order 10000001  new  gold_100  player-1')
  assert.ok(pay.startsWith(`pay it at ${url}/paystation4/?token=`))
  assert.equal((await fetch(pay.slice('pay it at '.length))).status, 200)
})

test('create --pay ends the payment as well, for any user and item', async (t) => {
  const { url } = await givenEmulator(t)
  const paid = await orders(url, 'create', '--pay', '--user', 'ann', '--sku', 'sword_1')
  const declined = await orders(url, 'create', '--pay', 'declined')
  const outputs = [paid.stdout, declined.stdout]
  assert.deepEqual(outputs, ['order 10000001  done  sword_1  ann\n', 'order 10000002  new  gold_100  player-1\n'])
})

test('create --pay fails where the listener refuses its user', async (t) => {
  const { url } = await givenEmulator(t)
  await devSession(url).setWebhook('http://127.0.0.1:9/webhooks')
  const { code, stdout, stderr } = await orders(url, 'create', '--pay')
  assert.deepEqual([code, stdout], [1, 'order 10000001  new  gold_100  player-1\n'])
  assert.match(stderr, /^The payment was refused\. .+\n$/)
})

test('create --pay paid_later leaves the payment pending', async (t) => {
  const { url } = await givenEmulator(t)
  const { code, stdout, stderr } = await orders(url, 'create', '--pay', 'paid_later')
  assert.deepEqual([code, stdout, stderr], [0, 'order 10000001  new  gold_100  player-1\n', ''])
})

test('get prints the order to its own user only', async (t) => {
  const { url } = await givenEmulator(t)
  await orders(url, 'create')
  const own = await orders(url, 'get', '10000001')
  const foreign = await orders(url, 'get', '10000001', '--user', 'somebody-else')
  const { order_id, status } = JSON.parse(own.stdout)
  assert.deepEqual([order_id, status, foreign.code, foreign.stdout], [10000001, 'new', 1, ''])
  assert.match(foreign.stderr, /was refused with 404: \[0401-9001\]: Order not found\n$/)
})

test('resend tells what the listener answered, and fails when it did not accept', async (t) => {
  const { url } = await givenEmulator(t)
  const listener = await givenListener(t)
  await devSession(url).setWebhook(listener.url)
  await orders(url, 'create', '--pay')
  await devSession(url).skipMinutes(1)
  const accepted = await orders(url, 'resend', '10000001')
  listener.status = 500
  const refused = await orders(url, 'resend', '10000001')
  const ends = [accepted, refused].map(({ code, stdout }) => [code, stdout])
  assert.deepEqual(ends, [
    [0, 'order 10000001  attempt 2  204  accepted\n'],
    [1, 'order 10000001  attempt 3  500  retry\n'],
  ])
})

test('resend without any webhook is refused with a sentence', async (t) => {
  const { url } = await givenEmulator(t)
  await orders(url, 'create')
  const { code, stdout, stderr } = await orders(url, 'resend', '10000001')
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^POST .* was refused with 404: .+\n$/)
})

const REFUSED: readonly (readonly [words: readonly string[], reason: RegExp])[] = [
  [['get', 'abc'], /Expected the number of an order\./],
  [['get', '0'], /Expected the number of an order\./],
  [['create', '--pay', 'maybe'], /Allowed choices are paid, declined, paid_later, closed\./],
  [['create', '--url', 'nonsense'], /Expected a URL such as http:\/\/127\.0\.0\.1:4400\./],
  [['create', 'sword_1'], /too many arguments/],
]
for (const [words, reason] of REFUSED) {
  test(`refuses orders ${words.join(' ')}`, async () => {
    const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'orders', ...words])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, reason)
  })
}

test('no emulator at the address is one sentence', async () => {
  const { code, stdout, stderr } = await orders('http://127.0.0.1:1', 'create')
  assert.deepEqual([code, stdout], [1, ''])
  assert.equal(stderr, 'No answer from http://127.0.0.1:1. Is the server running? Start it with: ordertrail dev\n')
})

test('the address may come from the environment', async (t: TestContext) => {
  const { url } = await givenEmulator(t)
  const { code } = await runToEnd([...ORDERTRAIL, 'orders', 'create'], { env: { ORDERTRAIL_CLI_URL: url } })
  assert.equal(code, 0)
})
