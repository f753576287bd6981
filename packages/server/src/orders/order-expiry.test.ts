// Unpaid orders at the end of their lives.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import { eachStore, openTestStore } from '../platform/store/testing/index.ts'
import { EXPIRY_BATCH_MAX, expireOrders } from './expire-orders.ts'
import { makeOrderExpiry } from './order-expiry.ts'
import { openShop } from './testing/open-shop.ts'
import type { Shop } from './testing/shop.ts'

const HOUR_MS = 3_600_000
const expiryOf = (shop: Shop) => makeOrderExpiry({ store: shop.store, logger: silentLogger, pollMs: 1 })

eachStore((name, open) => {
  test(`${name}: an order expires when its life is over and not before`, async (t) => {
    const shop = await openShop(t, open, { settings: { orderLifeMs: HOUR_MS } })
    const expiry = expiryOf(shop)
    const id = await shop.buy()
    const { expires_at } = await shop.order(id)
    assert.equal(await expiry.nextDueAt(), expires_at)
    await expiry.settle()
    assert.equal((await shop.order(id)).status, 'new')

    await shop.store.skipTime(HOUR_MS)
    await expiry.settle()
    assert.deepEqual(await shop.timeline(id), ['→new applied order_created', 'new→expired applied expired'])
    assert.equal(await expiry.nextDueAt(), null)
  })

  test(`${name}: an order with a payment under way waits, and expires once the payment has failed`, async (t) => {
    const shop = await openShop(t, open, { settings: { orderLifeMs: HOUR_MS } })
    const expiry = expiryOf(shop)
    const id = await shop.buy()
    const paymentId = await shop.payment(id, { state: 'pending' })
    await shop.store.skipTime(HOUR_MS)
    assert.equal(await expiry.nextDueAt(), null)
    await expiry.settle()
    assert.equal((await shop.order(id)).status, 'new')

    await shop.setPaymentState(paymentId, 'failed')
    await expiry.settle()
    assert.equal((await shop.order(id)).status, 'expired')
  })

  test(`${name}: paid, free and canceled orders never expire`, async (t) => {
    const shop = await openShop(t, open, { settings: { orderLifeMs: HOUR_MS } })
    const ids = [await shop.buy(), await shop.buyFree(), await shop.buy()]
    await shop.pay(ids[0] ?? 0)
    await shop.move(ids[2] ?? 0, 'canceled', 'staff_cancel')
    await shop.store.skipTime(2 * HOUR_MS)
    await expiryOf(shop).settle()
    const statuses = await Promise.all(ids.map(async (id) => (await shop.order(id)).status))
    assert.deepEqual(statuses, ['paid', 'done', 'canceled'])
  })

  test(`${name}: more due orders than one batch takes are all settled`, async (t) => {
    const shop = await openShop(t, open, { settings: { orderLifeMs: HOUR_MS } })
    await Promise.all(Array.from({ length: EXPIRY_BATCH_MAX + 5 }, () => shop.buy()))
    await shop.store.skipTime(HOUR_MS)
    assert.deepEqual(await shop.store.run(expireOrders, null), { expired: EXPIRY_BATCH_MAX, isMore: true })
    await expiryOf(shop).settle()
    const left = await shop.store.read.selectFrom('orders').where('status', '=', 'new').select('id').execute()
    assert.deepEqual(left, [])
  })

  test(`${name}: answers to repeated requests are forgotten after their time`, async (t) => {
    const shop = await openShop(t, open)
    await shop.buy({ requestKey: { scope: 's', key: 'k', hash: 'h' } })
    const kept = async () => (await shop.store.read.selectFrom('idempotency_keys').select('key').execute()).length
    await expiryOf(shop).settle()
    assert.equal(await kept(), 1)
    await shop.store.skipTime(24 * HOUR_MS)
    await expiryOf(shop).settle()
    assert.equal(await kept(), 0)
  })
})

test('the running service acts by itself when time is skipped, and ends twice', async (t) => {
  const shop = await openShop(t, (options) => openTestStore('sqlite memory', options), {
    settings: { orderLifeMs: HOUR_MS },
  })
  const expiry = expiryOf(shop)
  await expiry.start()
  const id = await shop.buy()
  const expired = new Promise<void>((resolve) => {
    shop.store.onWakeUp((wakeUps) => {
      if (wakeUps.some((wakeUp) => wakeUp.kind === 'order_status' && wakeUp.to === 'expired')) resolve()
    })
  })
  await shop.store.skipTime(HOUR_MS)
  await expired
  await expiry.stop()
  await expiry.stop()
  assert.equal((await shop.order(id)).status, 'expired')
})

test('the service may be stopped before it was started', async (t) => {
  const shop = await openShop(t, (options) => openTestStore('sqlite memory', options))
  await expiryOf(shop).stop()
})
