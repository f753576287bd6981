import assert from 'node:assert/strict'
import { test } from 'node:test'
import { devSession } from '@ordertrail/server/dev-tools'
import { givenEmulator } from '../testing/given-emulator.ts'
import { ORDERTRAIL, runToEnd } from '../testing/spawn-program.ts'

test('prints a token that speaks for the user', async (t) => {
  const { url } = await givenEmulator(t)
  const { code, stdout } = await runToEnd([...ORDERTRAIL, 'token', '--user', 'ann', '--url', url])
  assert.equal(code, 0)
  const session = devSession(url)
  const { orderId } = await session.placeOrder(stdout.trim(), 'gold_100')
  assert.equal((await session.getOrder(await session.userToken('ann'), orderId)).order_id, orderId)
})
