// Sandbox payments that were left for later: they succeed when their time comes, or by hand before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { completeSandboxPayment, makeSandboxCompletion, pendingSandboxPayments } from './complete-sandbox-payments.ts'
import { SANDBOX, SANDBOX_PENDING_MS } from './psps/sandbox.ts'
import { ORDER_ID, openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

const pending = { provider: SANDBOX, type: 'payment.pending', eventId: 'evt-0' } as const

function completionOf({ store }: Payments) {
  return makeSandboxCompletion({ store, logger: silentLogger })
}

eachStore((name, open) => {
  test(`${name}: a payment left for later pays its order two minutes after it was started`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell(pending)
    const completion = completionOf(shop)
    const { created_at } = await shop.store.read.selectFrom('payments').selectAll().executeTakeFirstOrThrow()
    assert.equal(await completion.nextDueAt(), created_at + SANDBOX_PENDING_MS)
    await shop.store.skipTime(SANDBOX_PENDING_MS - 1_000)
    await completion.settle()
    assert.equal(await shop.status(), 'new')
    await shop.store.skipTime(1_000)
    await completion.settle()
    assert.equal(await shop.status(), 'paid')
    assert.equal(await completion.nextDueAt(), null)
  })

  test(`${name}: an authorisation whose capture was cut off by a crash is given up, so that its order can expire`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell({ ...pending, type: 'payment.authorized' })
    const completion = completionOf(shop)
    await shop.store.skipTime(SANDBOX_PENDING_MS)
    await completion.settle()
    const { state } = await shop.store.read.selectFrom('payments').select('state').executeTakeFirstOrThrow()
    assert.deepEqual([state, await shop.status(), await completion.nextDueAt()], ['canceled', 'new', null])
  })

  test(`${name}: payments of other providers are left alone`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell({ ...pending, provider: 'test' })
    const completion = completionOf(shop)
    await shop.store.skipTime(2 * SANDBOX_PENDING_MS)
    await completion.settle()
    assert.deepEqual([await shop.status(), await completion.nextDueAt()], ['new', null])
  })

  test(`${name}: completed by hand, a payment is not completed again`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell(pending)
    for (const payment of await pendingSandboxPayments(shop.store, PROJECT_ID, ORDER_ID)) {
      await completeSandboxPayment(shop.store, payment)
      await completeSandboxPayment(shop.store, payment)
    }
    await shop.store.skipTime(SANDBOX_PENDING_MS)
    await completionOf(shop).settle()
    assert.deepEqual([await shop.status(), await shop.told(), await shop.refunds()], ['paid', ['order_paid'], []])
  })

  test(`${name}: more payments than one batch holds are all completed`, async (t) => {
    const shop = await openPayments(t, open)
    const ids = Array.from({ length: 230 }, (_, index) => ORDER_ID + 1 + index)
    for (const id of ids) await shop.addOrder({ id })
    await Promise.all(
      ids.map((id) => shop.tell({ ...pending, eventId: `evt-${id}`, providerReference: `p-${id}`, order: { id } })),
    )
    await shop.store.skipTime(SANDBOX_PENDING_MS)
    await completionOf(shop).settle()
    const { paid } = await shop.store.read
      .selectFrom('orders')
      .select((eb) => eb.fn.countAll<number>().as('paid'))
      .where('status', '=', 'paid')
      .executeTakeFirstOrThrow()
    assert.equal(Number(paid), ids.length)
  })
})
