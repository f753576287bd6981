// Partial refunds and declined payments: told where the project asks, and they move no order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, type Command, oneByOne, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { announceDeclines, announceRefunds, type DeclineNews, type RefundNews } from './index.ts'
import { PROJECT_ID } from './testing/given-rows.ts'
import { type GivenShop, openShop } from './testing/open-shop.ts'

const tellRefunds: Command<readonly RefundNews[], null> = rareCommand('test.tell-refunds')
const tellDeclines: Command<readonly DeclineNews[], null> = rareCommand('test.tell-declines')
const commands = [
  bind(
    tellRefunds,
    oneByOne(async (tx, news) => {
      await announceRefunds(tx, news)
      return null
    }),
  ),
  bind(
    tellDeclines,
    oneByOne(async (tx, news) => {
      await announceDeclines(tx, news)
      return null
    }),
  ),
]
const wanted: GivenShop = { settings: { toggles: { partialRefund: true, psDeclined: true } }, commands }

eachStore((name, open) => {
  test(`${name}: partial refunds follow order_paid in its line, in their order, with the sum of each`, async (t) => {
    const shop = await openShop(t, open, wanted)
    const id = await shop.buy()
    await shop.pay(id)
    const news = []
    for (const amount of [100, 50]) {
      news.push({ projectId: PROJECT_ID, orderId: id, refundId: await shop.refund(id, { amount }) })
    }
    await shop.store.run(tellRefunds, news)
    assert.deepEqual(await shop.line(id), ['order_paid:due', 'partial_refund:blocked', 'partial_refund:blocked'])
    const sums = (await shop.notifications(id)).slice(1).map(({ body }) => body.payment_details.payment.amount)
    assert.deepEqual(sums, [1, 0.5])
    assert.equal((await shop.order(id)).status, 'paid')
  })

  test(`${name}: without the toggle nobody is told`, async (t) => {
    const shop = await openShop(t, open, { commands })
    const id = await shop.buy()
    await shop.pay(id)
    const order = { projectId: PROJECT_ID, orderId: id }
    await shop.store.run(tellRefunds, [{ ...order, refundId: await shop.refund(id, { amount: 100 }) }])
    await shop.store.run(tellDeclines, [{ ...order, paymentId: await shop.payment(id, { state: 'failed' }) }])
    assert.deepEqual(await shop.line(id), ['order_paid:due'])
  })

  test(`${name}: a declined payment is told at once and stands outside the line`, async (t) => {
    const shop = await openShop(t, open, wanted)
    const id = await shop.buy()
    const paymentId = await shop.payment(id, { state: 'failed' })
    await shop.store.run(tellDeclines, [{ projectId: PROJECT_ID, orderId: id, paymentId }])
    await shop.pay(id)
    assert.deepEqual(await shop.line(id), ['ps_declined:due', 'order_paid:due'])
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:paid`])
  })
})
