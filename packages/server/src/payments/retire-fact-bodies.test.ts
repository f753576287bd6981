// What was received about payments is let go when it is old; what it meant, and that it came, stays.
import assert from 'node:assert/strict'
import test from 'node:test'
import { eachStore } from '../platform/store/testing/index.ts'
import { retireOnce } from '../testing/retire-once.ts'
import { retirableFactBodies } from './retire-fact-bodies.ts'
import { ORDER_ID, openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

const DAY_MS = 24 * 3_600_000

async function pass({ store }: Payments): Promise<number | undefined> {
  return (await retireOnce(store, [retirableFactBodies], { details: 30 })).get('fact_bodies')
}

/** Which facts have their bodies. */
async function whole({ store }: Payments): Promise<Readonly<Record<string, boolean>>> {
  const rows = await store.read
    .selectFrom('payment_events')
    .select(['event_id', 'state', 'body'])
    .orderBy('id')
    .execute()
  return Object.fromEntries(rows.map(({ event_id, state, body }) => [`${event_id} ${state}`, body !== '']))
}

eachStore((name, open) => {
  test(`${name}: bodies of facts that are dealt with go after 30 days, and a repeat is still known`, async (t) => {
    const shop = await openPayments(t, open)
    const paid = { eventId: 'paid', order: { id: ORDER_ID } }
    await shop.tell({ eventId: 'dispute', type: 'dispute.opened' })
    await shop.tell(paid)
    await shop.tell({ eventId: 'again' })
    await shop.tell({ eventId: 'wrong', providerReference: 'pay-2', amount: 1 })
    await shop.store.skipTime(29 * DAY_MS)
    await shop.tell({ eventId: 'young' })
    await shop.tell({ eventId: 'early', order: { externalId: 'unknown' } })
    assert.equal(await pass(shop), undefined)
    await shop.store.skipTime(DAY_MS)
    assert.equal(await pass(shop), 2)
    assert.deepEqual(await whole(shop), {
      'dispute applied': true,
      'paid applied': false,
      'again ignored': false,
      'wrong needs_review': true,
      'young ignored': true,
      'early parked': true,
    })
    const before = await shop.payments()
    const { note, isApplied } = await shop.tell(paid)
    assert.deepEqual([note, isApplied, await shop.payments()], ['duplicate', false, before])
    await shop.store.skipTime(29 * DAY_MS)
    assert.deepEqual([await pass(shop), await pass(shop)], [1, undefined])
    assert.equal(await retirableFactBodies.oldest(shop.store.read, PROJECT_ID), null)
  })
})
