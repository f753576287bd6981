// What acknowledgements do to orders.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProcessedEvent } from '../events/index.ts'
import { bind, type Command, oneByOne, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import type { EndedDelivery } from '../webhooks/index.ts'
import { fulfilAcknowledged, fulfilProcessed } from './index.ts'
import { PROJECT_ID } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'

const endDeliveries: Command<readonly EndedDelivery[], null> = rareCommand('test.end-deliveries')
const markEvents: Command<readonly ProcessedEvent[], null> = rareCommand('test.mark-events')
const commands = [
  bind(
    endDeliveries,
    oneByOne(async (tx, ended) => {
      await fulfilAcknowledged(tx, ended)
      return null
    }),
  ),
  bind(
    markEvents,
    oneByOne(async (tx, events) => {
      await fulfilProcessed(tx, events)
      return null
    }),
  ),
]

function ended(orderId: number, members: Partial<EndedDelivery> = {}): EndedDelivery {
  return {
    projectId: PROJECT_ID,
    deliveryId: 5,
    orderId,
    type: 'order_paid',
    mode: 'combined',
    outcome: 'accepted',
    by: 'automatic',
    status: 204,
    ...members,
  }
}

eachStore((name, open) => {
  test(`${name}: an accepted order_paid makes its order done, and names the delivery`, async (t) => {
    const shop = await openShop(t, open, { commands })
    const id = await shop.buy()
    await shop.pay(id)
    await shop.store.run(endDeliveries, [ended(id)])
    const entry = await shop.store.read
      .selectFrom('status_transitions')
      .where('to_status', '=', 'done')
      .select(['cause', 'cause_reference'])
      .executeTakeFirst()
    assert.deepEqual(entry, { cause: 'order_paid_accepted', cause_reference: '5' })
    assert.equal((await shop.order(id)).status, 'done')
  })

  test(`${name}: other webhooks and other ends leave the order paid`, async (t) => {
    const shop = await openShop(t, open, { commands })
    const id = await shop.buy()
    await shop.pay(id)
    const ends = [
      ended(id, { type: 'payment' }),
      ended(id, { outcome: 'rejected' }),
      ended(id, { outcome: 'exhausted' }),
    ]
    await shop.store.run(endDeliveries, ends)
    assert.equal((await shop.order(id)).status, 'paid')
  })

  test(`${name}: an order that is fulfilled by API is not done by an answer`, async (t) => {
    const shop = await openShop(t, open, { commands, settings: { fulfilment: 'api' } })
    const id = await shop.buy()
    await shop.pay(id)
    await shop.store.run(endDeliveries, [ended(id)])
    assert.equal((await shop.order(id)).status, 'paid')
  })

  test(`${name}: an acknowledgement after the cancellation is kept as a late fact`, async (t) => {
    const shop = await openShop(t, open, { commands })
    const id = await shop.buy()
    await shop.pay(id)
    await shop.attempt(id)
    await shop.giveBack(id)
    await shop.store.run(endDeliveries, [ended(id)])
    assert.equal((await shop.order(id)).status, 'canceled')
    assert.deepEqual((await shop.timeline(id)).at(-1), 'canceled→done ignored order_paid_accepted')
  })

  test(`${name}: the first mark of payment or order_paid makes the order done, however they come`, async (t) => {
    const shop = await openShop(t, open, { commands, settings: { isEventsApiOn: true, webhookMode: 'separate' } })
    const id = await shop.buy()
    await shop.pay(id)
    const event = (type: string, eventId: number) => ({ projectId: PROJECT_ID, orderId: id, type, eventId })
    await shop.store.run(markEvents, [event('partial_refund', 1)])
    assert.equal((await shop.order(id)).status, 'paid')
    await shop.store.run(markEvents, [event('payment', 2), event('order_paid', 3)])
    assert.equal((await shop.order(id)).status, 'done')
    assert.deepEqual((await shop.timeline(id)).slice(2), ['paid→done applied event_processed'])
  })
})
