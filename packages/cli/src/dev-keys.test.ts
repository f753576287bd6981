import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DevSession, devSession } from '@ordertrail/server/dev-tools'
import { devKeys } from './dev-keys.ts'
import { givenEmulator } from './testing/given-emulator.ts'
import { givenListener } from './testing/given-listener.ts'

function press(keys: ReturnType<typeof devKeys>, name: string): Promise<string | undefined> {
  const found = keys.find(({ key }) => key === name)
  assert.ok(found)
  return found.press()
}

async function statusOf(session: DevSession, orderId: number): Promise<string> {
  return (await session.getOrder(await session.userToken('player-1'), orderId)).status
}

test('p pays an order, d has one declined', async (t) => {
  const session = devSession((await givenEmulator(t)).url)
  const keys = devKeys(session)
  assert.equal(await press(keys, 'p'), undefined)
  assert.match((await press(keys, 'd')) ?? '', /^The payment of order 10000002 was declined; it stays new\./)
  assert.deepEqual([await statusOf(session, 10000001), await statusOf(session, 10000002)], ['done', 'new'])
})

test('p tells why the payment did not end well', async (t) => {
  const session = devSession((await givenEmulator(t)).url)
  await session.setWebhook('http://127.0.0.1:9/webhooks')
  const told = (await press(devKeys(session), 'p')) ?? ''
  assert.match(told, /^The payment of order 10000001 was refused; it stays new\. .+/)
})

test('r wants a paid order first', async (t) => {
  const keys = devKeys(devSession((await givenEmulator(t)).url))
  await press(keys, 'd')
  await assert.rejects(press(keys, 'r'), { message: 'No order was paid here yet: press p first.' })
})

test('r resends the webhook of the order that the demo paid before', async (t) => {
  const session = devSession((await givenEmulator(t)).url)
  await session.setWebhook((await givenListener(t)).url)
  await press(devKeys(session), 'p')
  await session.skipMinutes(1)
  assert.equal(await press(devKeys(session, 10000001), 'r'), undefined)
})

test('t tells the time after the skip', async (t) => {
  const keys = devKeys(devSession((await givenEmulator(t)).url))
  assert.match((await press(keys, 't')) ?? '', /^25 minutes skipped: for the emulator it is \d\d:\d\d:\d\d now\.$/)
})
