// People are told of paid orders that are not done in time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { DONE_WITHIN_MS, makeOverdueAlarms, OVERDUE_BATCH_MAX } from './overdue-orders.ts'
import { openShop } from './testing/open-shop.ts'
import type { Shop } from './testing/shop.ts'

const alarmsOf = (shop: Shop) => makeOverdueAlarms({ store: shop.store, logger: silentLogger })

/** Orders that alarms were raised for. */
function told(shop: Shop): readonly (number | null)[] {
  return shop.wakeUps.flatMap((wakeUp) =>
    wakeUp.kind === 'alarm' && wakeUp.code === 'paid_order_not_done' ? [wakeUp.orderId] : [],
  )
}

eachStore((name, open) => {
  test(`${name}: an order that is paid and not done is told after five minutes, once`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    assert.equal(await alarmsOf(shop).nextDueAt(), null)
    await shop.pay(id)
    const { paid_at } = await shop.order(id)
    assert.equal(await alarmsOf(shop).nextDueAt(), (paid_at ?? 0) + DONE_WITHIN_MS)
    await alarmsOf(shop).settle()
    assert.deepEqual(told(shop), [])

    await shop.store.skipTime(DONE_WITHIN_MS)
    // Two services stand for two nodes, or for one that was started again.
    await Promise.all([alarmsOf(shop).settle(), alarmsOf(shop).settle()])
    await alarmsOf(shop).settle()
    assert.deepEqual(told(shop), [id])
    assert.equal(await alarmsOf(shop).nextDueAt(), null)
  })

  test(`${name}: nobody is told of orders that are done, canceled, free, unpaid, or done before the five minutes`, async (t) => {
    const shop = await openShop(t, open)
    const [done, canceled] = [await shop.buy(), await shop.buy()]
    await shop.buyFree()
    await shop.buy()
    await shop.pay(done)
    await shop.pay(canceled)
    await shop.move(done, 'done', 'order_paid_accepted')
    await shop.giveBack(canceled)
    await shop.store.skipTime(2 * DONE_WITHIN_MS)
    await alarmsOf(shop).settle()
    assert.deepEqual([told(shop), await alarmsOf(shop).nextDueAt()], [[], null])
  })

  test(`${name}: an order that was told of goes on like any other`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    await shop.pay(id)
    await shop.store.skipTime(DONE_WITHIN_MS)
    await alarmsOf(shop).settle()
    assert.deepEqual(await shop.move(id, 'done', 'order_paid_accepted'), {
      kind: 'applied',
      from: 'paid',
      status: 'done',
    })
  })

  test(`${name}: more overdue orders than one batch takes are all told`, async (t) => {
    const shop = await openShop(t, open)
    const ids = await Promise.all(Array.from({ length: OVERDUE_BATCH_MAX + 5 }, () => shop.buy()))
    await Promise.all(ids.map((id) => shop.pay(id)))
    await shop.store.skipTime(DONE_WITHIN_MS)
    await alarmsOf(shop).settle()
    assert.deepEqual([...told(shop)].sort(), [...ids].sort())
  })
})
