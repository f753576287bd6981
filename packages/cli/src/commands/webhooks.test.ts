import assert from 'node:assert/strict'
import { test } from 'node:test'
import { devSession } from '../dev-session.ts'
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

const REFUSED: readonly (readonly [words: readonly string[], reason: RegExp])[] = [
  [['list', '--limit', '0'], /Expected a whole number above 0\./],
  [['resend', 'abc'], /Expected the number of a webhook\./],
]
for (const [words, reason] of REFUSED) {
  test(`refuses webhooks ${words.join(' ')}`, async () => {
    const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'webhooks', ...words])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, reason)
  })
}
