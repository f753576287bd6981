// Orders of every kind as they are created, on every store.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeCart } from '../catalog/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { PROJECT_ID, userParty } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'

const HOUR_MS = 3_600_000

eachStore((name, open) => {
  test(`${name}: an order for money is new, has a price, a life and a copy of its items`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy({ source: { kind: 'item', sku: 'gold_100', quantity: 2 }, externalId: 'cart-7' })
    const { created_at, expires_at, updated_at, channel, ...order } = await shop.order(id)
    assert.equal(id, 10_000_001)
    assert.deepEqual([expires_at, updated_at], [created_at + 24 * HOUR_MS, created_at])
    assert.deepEqual(order, {
      project_id: PROJECT_ID,
      id,
      status: 'new',
      mode: 'default',
      currency_kind: 'real',
      currency: 'USD',
      amount: 398,
      amount_without_discount: 398,
      party_kind: 'user',
      party_id: 'ann',
      user_email: 'ann@example.com',
      user_country: 'US',
      user_details: '{}',
      platform: 'xsolla',
      comment: null,
      external_id: 'cart-7',
      custom_parameters: null,
      promotions: '[]',
      promocodes: null,
      coupons: null,
      settings: '{}',
      accepted_payment_id: null,
      timeline_length: 1,
      paid_at: null,
      overdue_at: null,
    })
    const items = await shop.store.read.selectFrom('order_items').selectAll().orderBy('position').execute()
    assert.deepEqual(
      items.map(({ sku, quantity, amount, is_bundle_content }) => [sku, quantity, amount, is_bundle_content]),
      [
        ['gold_100', 2, 398, 0],
        ['gold', 200, null, 1],
      ],
    )
    assert.deepEqual(await shop.timeline(id), ['→new applied order_created'])
    assert.deepEqual(await shop.published(), [`1:${id}:new`])
    assert.deepEqual([await shop.line(id), await shop.notifications(id)], [[], []])
  })

  test(`${name}: a free order is done at once, both statuses are seen, and order_paid says paid`, async (t) => {
    const shop = await openShop(t, open, { settings: { webhookMode: 'separate' } })
    const id = await shop.buyFree()
    const order = await shop.order(id)
    assert.deepEqual(
      [order.status, order.currency_kind, order.expires_at, order.timeline_length],
      ['done', 'free', null, 2],
    )
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:done`])
    assert.deepEqual(await shop.timeline(id), ['→new applied order_created', 'new→done applied order_created'])
    assert.deepEqual(await shop.line(id), ['order_paid:due'])
    const [orderPaid] = await shop.notifications(id)
    const { status, currency_type, currency, amount, invoice_id } = orderPaid?.body.order ?? {}
    assert.deepEqual(
      { status, currency_type, currency, amount, invoice_id },
      { status: 'paid', currency_type: 'unknown', currency: null, amount: '0', invoice_id: null },
    )
  })

  test(`${name}: an order for a virtual currency takes its price from the buyer and is done`, async (t) => {
    const shop = await openShop(t, open)
    await shop.fund('gold', 100)
    const id = await shop.buy({
      source: { kind: 'item', sku: 'potion_1', quantity: 1 },
      paidWith: { kind: 'virtual_currency', sku: 'gold' },
    })
    assert.equal(await shop.balance('gold'), 75)
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:done`])
    const [orderPaid] = await shop.notifications(id)
    const { currency_type, currency, amount, status, invoice_id } = orderPaid?.body.order ?? {}
    assert.deepEqual(
      { currency_type, currency, amount, status, invoice_id },
      { currency_type: 'virtual', currency: 'gold', amount: '25', status: 'paid', invoice_id: null },
    )
    assert.equal('billing' in (orderPaid?.body ?? {}), false)
  })

  test(`${name}: nobody spends more of a virtual currency than they have`, async (t) => {
    const shop = await openShop(t, open)
    await shop.fund('gold', 60)
    const potion = {
      source: { kind: 'item', sku: 'potion_1', quantity: 1 },
      paidWith: { kind: 'virtual_currency', sku: 'gold' },
    } as const
    const results = await Promise.all(Array.from({ length: 5 }, () => shop.create(potion)))
    const refused = results.filter((result) => result.kind === 'refused')
    assert.deepEqual(refused, Array(3).fill({ kind: 'refused', code: 'virtual_currency_insufficient', sku: 'gold' }))
    assert.equal(await shop.balance('gold'), 10)
    assert.equal((await shop.published()).length, 4)
  })

  test(`${name}: revoking an order for a virtual currency gives the price back`, async (t) => {
    const shop = await openShop(t, open)
    await shop.fund('gold', 100)
    const id = await shop.buy({
      source: { kind: 'item', sku: 'potion_1', quantity: 1 },
      paidWith: { kind: 'virtual_currency', sku: 'gold' },
    })
    await shop.attempt(id)
    assert.deepEqual(await shop.move(id, 'canceled', 'staff_revoke'), {
      kind: 'applied',
      from: 'done',
      status: 'canceled',
    })
    assert.equal(await shop.balance('gold'), 100)
    const [, canceled] = await shop.notifications(id)
    assert.deepEqual([canceled?.type, canceled?.body.order.invoice_id], ['order_canceled', null])
  })

  test(`${name}: a bought currency package is credited once, at paid, and taken back by a refund`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy({ source: { kind: 'item', sku: 'gold_100', quantity: 3 } })
    assert.equal(await shop.balance('gold'), 0)
    await shop.pay(id)
    assert.equal(await shop.balance('gold'), 300)
    await shop.pay(id)
    await shop.move(id, 'done', 'order_paid_accepted')
    assert.equal(await shop.balance('gold'), 300)
    await shop.giveBack(id)
    assert.equal(await shop.balance('gold'), 0)
  })

  test(`${name}: what the buyer has spent since cannot stop a refund`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy({ source: { kind: 'item', sku: 'gold_100', quantity: 1 } })
    await shop.pay(id)
    await shop.buy({
      source: { kind: 'item', sku: 'potion_1', quantity: 1 },
      paidWith: { kind: 'virtual_currency', sku: 'gold' },
    })
    assert.deepEqual(await shop.giveBack(id), { kind: 'applied', from: 'paid', status: 'canceled' })
    assert.equal(await shop.balance('gold'), 0)
  })

  test(`${name}: a refused order leaves its neighbours alone, and each gets its own answer`, async (t) => {
    const shop = await openShop(t, open)
    const results = await Promise.all([
      shop.create(),
      shop.create({ source: { kind: 'item', sku: 'no_such', quantity: 1 } }),
      shop.create({ source: { kind: 'item', sku: 'daily_gift', quantity: 1 } }),
      shop.create({ paidWith: { kind: 'nothing' } }),
      shop.create({ party: { projectId: 1, kind: 'user', id: 'ann' } }),
      shop.create({ source: { kind: 'list', lines: [] } }),
      shop.create({ paidWith: { kind: 'virtual_currency', sku: 'gold' } }),
      shop.create({ party: userParty('bob') }),
    ])
    assert.deepEqual(
      results.map((result) => (result.kind === 'refused' ? [result.code, result.sku] : result.kind)),
      [
        'created',
        ['item_unknown', 'no_such'],
        ['item_is_free', 'daily_gift'],
        ['item_not_free', 'sword_1'],
        ['project_unknown', null],
        ['lines_empty', null],
        ['currency_not_offered', 'sword_1'],
        'created',
      ],
    )
    const ids = results.flatMap((result) => (result.kind === 'created' ? [result.orderId] : []))
    assert.deepEqual(await shop.published(), [`1:${ids[0]}:new`])
    assert.deepEqual(await shop.published(userParty('bob')), [`1:${ids[1]}:new`])
  })

  test(`${name}: a cart is bought as it is, and stays`, async (t) => {
    const shop = await openShop(t, open)
    const party = userParty('ann')
    const lines = [
      { sku: 'sword_1', quantity: 1 },
      { sku: 'daily_gift', quantity: 2 },
    ]
    await shop.store.run(changeCart, { party, cartId: null, change: { kind: 'put', lines } as const })
    const id = await shop.buy({ source: { kind: 'cart', cartId: null } })
    const { amount, currency_kind } = await shop.order(id)
    assert.deepEqual([amount, currency_kind], [499, 'real'])
    const { items } = await shop.store.read.selectFrom('carts').select('items').executeTakeFirstOrThrow()
    assert.equal(JSON.parse(items).length, 2)
    assert.deepEqual(await shop.create({ source: { kind: 'cart', cartId: 'none' } }), {
      kind: 'refused',
      code: 'lines_empty',
      sku: null,
    })
  })

  test(`${name}: a payment token opens the order for as long as the project says; only its hash is kept`, async (t) => {
    const shop = await openShop(t, open, { settings: { paymentTokenLifeMs: HOUR_MS } })
    const id = await shop.buy({ token: { hash: 'abc', sealed: null } })
    const [row] = await shop.store.read.selectFrom('payment_tokens').selectAll().execute()
    const { created_at = 0, expires_at = 0, ...token } = row ?? {}
    assert.equal(expires_at - created_at, HOUR_MS)
    assert.deepEqual(token, {
      project_id: PROJECT_ID,
      token_hash: 'abc',
      order_id: id,
      party_kind: 'user',
      party_id: 'ann',
    })
  })

  test(`${name}: the same request key gives the same order again, another request is told so`, async (t) => {
    const shop = await openShop(t, open)
    const token = { hash: 'h1', sealed: 'sealed-1' }
    const requestKey = { scope: 's', key: 'k1', hash: 'body-1' }
    const id = await shop.buy({ requestKey, token })
    const again = await shop.create({ requestKey, token: { hash: 'h2', sealed: 'sealed-2' } })
    assert.deepEqual(again, { kind: 'replayed', orderId: id, sealedToken: 'sealed-1' })
    const other = await shop.create({ requestKey: { ...requestKey, hash: 'body-2' } })
    assert.deepEqual(other, { kind: 'key_reused' })
    const elsewhere = await shop.create({ requestKey: { ...requestKey, scope: 'other' } })
    assert.equal(elsewhere.kind, 'created')
    assert.equal((await shop.store.read.selectFrom('orders').select('id').execute()).length, 2)
  })

  test(`${name}: of many repeats at once one order is made`, async (t) => {
    const shop = await openShop(t, open)
    const requestKey = { scope: 's', key: 'k1', hash: 'body-1' }
    const results = await Promise.all(Array.from({ length: 8 }, () => shop.create({ requestKey })))
    assert.deepEqual(results.map(({ kind }) => kind).sort(), ['created', ...Array(7).fill('replayed')])
    assert.equal((await shop.published()).length, 1)
  })

  test(`${name}: the key of a refused request is free again`, async (t) => {
    const shop = await openShop(t, open)
    const requestKey = { scope: 's', key: 'k1', hash: 'body-1' }
    const refused = await shop.create({ requestKey, source: { kind: 'item', sku: 'no_such', quantity: 1 } })
    assert.equal(refused.kind, 'refused')
    assert.equal((await shop.create({ requestKey: { ...requestKey, hash: 'body-2' } })).kind, 'created')
  })

  test(`${name}: an answer is kept for a day`, async (t) => {
    const shop = await openShop(t, open)
    const requestKey = { scope: 's', key: 'k1', hash: 'body-1' }
    const first = await shop.buy({ requestKey })
    await shop.store.skipTime(24 * HOUR_MS + 1)
    const second = await shop.create({ requestKey })
    assert.deepEqual(second, { kind: 'created', orderId: first + 1 })
  })

  for (const [currency, country, amount, text] of [
    ['JPY', 'JP', 750, '750.0000'],
    ['KWD', 'KW', 1525, '1.5250'],
  ] as const)
    test(`${name}: ${currency} is counted in its own smallest units`, async (t) => {
      const shop = await openShop(t, open)
      const id = await shop.buy({ currency, country })
      assert.equal((await shop.order(id)).amount, amount)
      await shop.pay(id)
      const [orderPaid] = await shop.notifications(id)
      assert.deepEqual([orderPaid?.body.order.amount, orderPaid?.body.order.currency], [text, currency])
    })

  test(`${name}: sandbox orders say so, and only their payments are marked as tests`, async (t) => {
    const shop = await openShop(t, open)
    const bodies = []
    for (const mode of ['sandbox', 'default'] as const) {
      const id = await shop.buy({ mode })
      await shop.pay(id)
      const [orderPaid] = await shop.notifications(id)
      bodies.push([orderPaid?.body.order.mode, orderPaid?.body.billing?.transaction.dry_run])
    }
    assert.deepEqual(bodies, [
      ['sandbox', 1],
      ['default', undefined],
    ])
  })
})
