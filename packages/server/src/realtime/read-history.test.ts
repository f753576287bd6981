// Facts about history on real streams.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { HistoryRequest } from '@ordertrail/centrifuge-protocol'
import { eachStore } from '../platform/store/testing/index.ts'
import { GatheredReads } from './gather-reads.ts'
import { openChannel } from './open-channel.ts'
import { readHistory } from './read-history.ts'
import { channelOfUser, givenShop, PROJECT_ID, type Shop } from './testing/given-shop.ts'

const channel = channelOfUser('player-1')
const place = { projectId: PROJECT_ID, channel }

/** Offsets of the answer and its top, or the code of the refusal. */
async function historyOf(shop: Shop, request: Omit<HistoryRequest, 'channel'>): Promise<unknown> {
  const answer = await readHistory(new GatheredReads(shop.store), place, { channel, ...request })
  if (answer.kind === 'refused') return answer.error.code
  return [answer.result.publications.map(({ offset }) => offset), answer.result.offset]
}

eachStore((engine) => {
  test(`${engine}: history gives the part that is asked for, in its order, and the top of the stream`, async (t) => {
    const shop = await givenShop(t, engine)
    await shop.publish({ userId: 'player-2', orderId: 2, status: 'new' })
    for (const status of ['new', 'paid', 'done', 'canceled']) {
      await shop.publish({ userId: 'player-1', orderId: 1, status })
    }
    const since = (offset: number, epoch = '') => ({ since: { offset, epoch } })
    assert.deepEqual(await historyOf(shop, {}), [[], 4])
    assert.deepEqual(await historyOf(shop, { limit: -1, ...since(0) }), [[1, 2, 3, 4], 4])
    assert.deepEqual(await historyOf(shop, { limit: 2 }), [[1, 2], 4])
    assert.deepEqual(await historyOf(shop, { limit: 2, ...since(2) }), [[3, 4], 4])
    assert.deepEqual(await historyOf(shop, { limit: -1, ...since(4) }), [[], 4])
    assert.deepEqual(await historyOf(shop, { limit: -1, ...since(99) }), [[], 4])
    assert.deepEqual(await historyOf(shop, { limit: 3, reverse: true }), [[4, 3, 2], 4])
    assert.deepEqual(await historyOf(shop, { limit: -1, reverse: true, ...since(3) }), [[2, 1], 4])
    assert.equal(await historyOf(shop, { limit: -1, ...since(0, 'other') }), 112)
    assert.equal(await historyOf(shop, { limit: -1, reverse: true, ...since(0) }), 107)
  })

  test(`${engine}: a stream without publications is opened once, at offset 0`, async (t) => {
    const shop = await givenShop(t, engine)
    const input = { ...place, partyKind: 'user', partyId: 'player-1' }
    const opened = await Promise.all(Array.from({ length: 5 }, () => shop.store.run(openChannel, input)))
    assert.deepEqual(opened, Array(5).fill(opened[0]))
    assert.deepEqual(await historyOf(shop, { limit: -1 }), [[], 0])
    await shop.publish({ userId: 'player-1', orderId: 1, status: 'new' })
    assert.deepEqual(await shop.store.run(openChannel, input), { epoch: opened[0]?.epoch, offset: 1 })
  })

  test(`${engine}: a channel that was never opened has no stream to read`, async (t) => {
    const shop = await givenShop(t, engine)
    assert.equal(await historyOf(shop, { limit: -1 }), 112)
  })
})
