// The polling script as a process of its own, against a real server.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runToEnd } from '../../packages/cli/src/testing/spawn-program.ts'
import { givenShop } from '../../packages/server/src/acceptance/testing/given-shop.ts'

const SCRIPT = [process.execPath, '--conditions=ordertrail-source', join(import.meta.dirname, 'poll-order.ts')]

test('tells what was bought, or what to do where there is no such order', async (t) => {
  const shop = await givenShop(t)
  const userToken = await shop.tokenOf('player-1')
  const { orderId } = await shop.sell({ bearer: userToken })
  const words = [shop.server.url, String(shop.projectId)]
  const [bought, absent, usage] = await Promise.all([
    runToEnd([...SCRIPT, ...words, String(orderId), userToken]),
    runToEnd([...SCRIPT, ...words, '1', userToken]),
    runToEnd(SCRIPT),
  ])
  assert.deepEqual(bought, { code: 0, stdout: `order ${orderId} is done\nbought: sword_1\n`, stderr: '' })
  assert.deepEqual([absent.code, absent.stdout], [1, ''])
  assert.match(absent.stderr, /^no purchase: failed Check order, project/)
  assert.equal(usage.code, 2)
})
