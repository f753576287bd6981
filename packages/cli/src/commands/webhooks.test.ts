import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callServer, devSession } from '@ordertrail/server/dev-tools'
import { givenEmulator } from '../testing/given-emulator.ts'
import { givenListener } from '../testing/given-listener.ts'
import { type Ended, ORDERTRAIL, runToEnd } from '../testing/spawn-program.ts'

const webhooks = (url: string, ...words: readonly string[]): Promise<Ended> =>
  runToEnd([...ORDERTRAIL, 'webhooks', ...words, '--url', url])

test('list shows what was sent, and resend sends one again', async (t) => {
  const { url } = await givenEmulator(t)
  const session = devSession(url)
  const listener = await givenListener(t)
  await session.setWebhook(listener.url)
  const { token } = await session.placeOrder(await session.userToken('player-1'), 'gold_100')
  await session.pay(token, 'paid')
  await session.skipMinutes(1)
  const list = await webhooks(url, 'list', '--order', '10000001', '--state', 'accepted', '--type', 'order_paid')
  const [id = ''] = list.stdout.split('  ')
  assert.equal(list.stdout, `${id}  order 10000001  order_paid  accepted  1/20 attempts  last 204\n`)
  const other = await webhooks(url, 'list', '--state', 'rejected')
  assert.deepEqual([other.code, other.stdout], [0, ''])

  const accepted = await webhooks(url, 'resend', id)
  listener.status = 500
  const refused = await webhooks(url, 'resend', id)
  assert.deepEqual(
    [accepted, refused].map(({ code, stdout }) => [code, stdout]),
    [
      [0, `webhook ${id}  attempt 2  204  accepted\n`],
      [1, `webhook ${id}  attempt 3  500  retry\n`],
    ],
  )
})

test('recover sends what failed again and shows how far it is; health says how the listener does', async (t) => {
  const { url } = await givenEmulator(t)
  const session = devSession(url)
  const listener = await givenListener(t)
  await session.setWebhook(listener.url)
  const idle = await webhooks(url, 'health')
  assert.deepEqual([idle.code, idle.stdout.split('\n')[0]], [0, 'healthy'])
  await callServer({ url, credentials: null }, 'POST', '/v1/dev/fail-next', { count: 1, status: 422 })
  const { token } = await session.placeOrder(await session.userToken('player-1'), 'gold_100')
  await session.pay(token, 'paid')
  await session.skipMinutes(1)

  const { code, stdout } = await webhooks(url, 'recover', '--since', '2h', '--rate', '50', '--type', 'order_paid')
  assert.equal(code, 0)
  assert.match(
    stdout,
    /^recovery 1 {2}1 to send\n(recovery 1 {2}running .+\n)*recovery 1 {2}done {2}1\/1 {2}1 accepted\n$/,
  )
  const replay = await webhooks(url, 'recover', '--since', '2h', '--kind', 'replay', '--no-wait')
  assert.deepEqual([replay.code, replay.stdout], [0, 'recovery 2  0 to send\n'])
  const health = await webhooks(url, 'health')
  assert.equal(health.code, 0)
  assert.match(
    health.stdout,
    /^healthy since .+\nlast failure .+: answered 422, 0 in a row\nlast hour {2}2 attempts: 1 accepted, 1 rejected,/,
  )
})

const REFUSED: readonly (readonly [words: readonly string[], reason: RegExp])[] = [
  [['list', '--limit', '0'], /Expected a whole number above 0\./],
  [['resend', 'abc'], /Expected the number of a webhook\./],
  [['recover'], /required option '--since <time>' not specified/],
  [['recover', '--since', 'yesterday'], /Expected a time such as/],
  [['recover', '--since', '2h', '--rate', '100'], /Expected a whole number from 1 to 50\./],
  [['recover', '--since', '2h', '--kind', 'all'], /Allowed choices are recover, replay\./],
]
for (const [words, reason] of REFUSED) {
  test(`refuses webhooks ${words.join(' ')}`, async () => {
    const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'webhooks', ...words])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, reason)
  })
}
