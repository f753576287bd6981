// Promotions, a promo code and a coupon from the catalog file to the bodies that the game gets, in both webhook modes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShopAndGame, type Json, placedOf, type Shop } from './testing/given-shop.ts'

const BUYER = { email: 'ann@example.com', country: 'US' }

const FILE = `
items:
  - { sku: axe, type: virtual_good, name: Axe, prices: { USD: 9.99, KWD: 3.055 } }
  - { sku: rope, type: virtual_good, name: Rope, prices: { USD: 1.00, KWD: 0.300 } }
  - { sku: gold, type: virtual_currency, name: Gold }
  - { sku: purse, type: bundle, bundle_type: virtual_currency_package, name: Purse, content: [{ sku: gold, quantity: 50 }], prices: { USD: 1 } }
promotions:
  - { external_id: axes, name: Axes, order: 1, discount: { percent: 25, items: [axe] } }
  - { external_id: gift, name: Gift, order: 2, bonus: [{ sku: purse, quantity: 2 }], condition: [{ sku: axe, quantity: 1 }] }
promo_codes:
  - { external_id: summer, name: Summer, codes: [SUMMER], discount: { percent: 10 }, limits: { per_user: 1 } }
coupons:
  - { external_id: fair, name: Fair, codes: [FAIR], bonus: [{ sku: purse, quantity: 1 }, { sku: rope, quantity: 3 }], limits: { per_user: 1 } }
`

async function importFile(shop: Shop): Promise<void> {
  const path = `/v1/projects/${shop.projectId}/catalog`
  const answer = await shop.server.call('PUT', path, {
    as: shop.key,
    rawBody: FILE,
    headers: { 'content-type': 'application/yaml' },
  })
  assert.deepEqual([answer.status, answer.body], [200, { created: 3, updated: 1, deleted: 14 }])
}

function line(sku: string, amount: string | null, over: Json = {}): Json {
  const type = sku === 'purse' ? 'bundle' : sku === 'gold' ? 'virtual_currency' : 'virtual_good'
  const plain = { is_free: false, is_bonus: false, is_bundle_content: false }
  return { sku, type, is_pre_order: false, ...plain, quantity: 1, amount, promotions: [], ...over }
}

const discount = (before: string, after: string, sequence = 1): Json => ({
  amount_without_discount: before,
  amount_with_discount: after,
  sequence,
})

// Two axes for 7.49 instead of 9.99, and a rope: 15.98; less a tenth, 1.60: 14.38.
const ITEMS: readonly Json[] = [
  line('axe', '14.9800', { quantity: 2, promotions: [discount('19.9800', '14.9800')] }),
  line('rope', '1.0000'),
  line('purse', '0', { quantity: 2, is_free: true, is_bonus: true }),
  line('gold', null, { quantity: 100, is_bonus: true, is_bundle_content: true }),
]

function order(orderId: number, over: Json): Json {
  return { id: orderId, mode: 'default', platform: 'xsolla', comment: null, promotions: [], ...over }
}

/** The body of the last webhook of a type about an order. */
function bodyOfType(heard: readonly { readonly type: string; readonly body: Json }[], type: string): Json {
  const found = heard.findLast((webhook) => webhook.type === type)
  assert.ok(found !== undefined, `no ${type} among ${heard.map((webhook) => webhook.type)}`)
  return found.body
}

/** A list that a body has as a member. */
function listOf(body: Json | undefined, member: string): readonly Json[] {
  return (body?.[member] ?? []) as readonly Json[]
}

const usd = (amount: number): Json => ({ currency: 'USD', amount })

eachAcceptanceStore((store) => {
  for (const mode of ['combined', 'separate'] as const)
    test(`${store}: ${mode} webhooks tell discounts, bonuses, promo codes and coupons`, async (t) => {
      const { shop, game } = await givenShopAndGame(t, { store })
      await shop.changeSettings({ webhook_mode: mode })
      await shop.setWebhook(game.url, { version: 2 })
      await importFile(shop)
      const as = { bearer: await shop.tokenOf('player-1', BUYER) }
      const cart = [
        { sku: 'axe', quantity: 2 },
        { sku: 'rope', quantity: 1 },
      ]
      bodyOf(await shop.store(as, 'PUT', '/cart/fill', { items: cart }), 200)
      const redeemed = bodyOf(await shop.store(as, 'POST', '/promocode/redeem', { coupon_code: 'SUMMER' }), 200)
      const price = { amount: '14.3800000000000000', amount_without_discount: '20.9800000000000000', currency: 'USD' }
      assert.deepEqual(redeemed.price, price)
      const { orderId, token } = placedOf(bodyOf(await shop.store(as, 'POST', '/payment/cart', {}), 200))
      await shop.pay(token)
      await shop.settle()

      const paid = bodyOfType(game.about(orderId), 'order_paid')
      assert.deepEqual(paid.items, ITEMS)
      const told = paid.order as Json
      assert.deepEqual(
        told,
        order(orderId, {
          currency_type: 'real',
          currency: 'USD',
          amount: '14.3800',
          status: 'paid',
          invoice_id: told.invoice_id,
          promotions: [discount('15.9800', '14.3800')],
          promocodes: [{ code: 'SUMMER', external_id: 'summer' }],
        }),
      )
      const payment = mode === 'combined' ? (paid.billing as Json) : bodyOfType(game.heard, 'payment')
      const { total, promotions } = payment.purchase as { total: Json; promotions: readonly Json[] }
      assert.deepEqual(total, usd(14.38))
      assert.deepEqual(promotions.map((one) => one.technical_name).sort(), ['axes', 'summer'])
      assert.deepEqual((payment.payment_details as Json).payment, usd(14.38))
      assert.equal('billing' in paid, mode === 'combined')

      const content = (await shop.getOrder(as, orderId)).content as Json
      assert.deepEqual(content.price, { amount: '14.38', amount_without_discount: '20.98', currency: 'USD' })
      assert.deepEqual(
        (content.items as readonly Json[]).map(({ sku, is_free }) => [sku, is_free]),
        [
          ['axe', false],
          ['rope', false],
          ['purse', true],
        ],
      )

      const given = bodyOf(await shop.store(as, 'POST', '/coupon/redeem', { coupon_code: 'FAIR' }), 200)
      assert.deepEqual(
        (given.items as readonly Json[]).map(({ sku, quantity, is_free }) => [sku, quantity, is_free]),
        [
          ['purse', 1, true],
          ['rope', 3, true],
        ],
      )
      await shop.settle()
      const couponPaid = game.heard.at(-1)?.body ?? {}
      const couponOrder = couponPaid.order as Json
      assert.deepEqual(couponPaid, {
        notification_type: 'order_paid',
        items: [
          line('purse', '0', { is_free: true, is_bonus: true }),
          line('gold', null, { quantity: 50, is_bonus: true, is_bundle_content: true }),
          line('rope', '0', { quantity: 3, is_free: true, is_bonus: true }),
        ],
        order: order(Number(couponOrder.id), {
          currency_type: 'unknown',
          currency: null,
          amount: '0',
          status: 'paid',
          invoice_id: null,
          coupons: [{ code: 'FAIR', external_id: 'fair' }],
        }),
        user: { external_id: 'player-1', ...BUYER },
      })

      const again = await shop.store(as, 'POST', '/coupon/redeem', { coupon_code: 'FAIR' })
      assert.deepEqual([again.status, (again.body as Json).errorCode], [422, 9804])
      const twice = await shop.store(as, 'POST', '/payment/item/rope', { promo_code: 'SUMMER' })
      assert.deepEqual([twice.status, (twice.body as Json).errorCode], [422, 9804])

      await shop.refund(orderId)
      await shop.settle()
      const canceled = bodyOfType(game.about(orderId), 'order_canceled')
      assert.deepEqual([canceled.items, canceled.order], [ITEMS, { ...told, status: 'canceled' }])

      const path = `/api/v3/project/${shop.projectId}/admin/order/search`
      const { orders } = bodyOf(await shop.server.call('POST', path, { as: shop.key, body: {} }), 200)
      const [ofCoupon, ofCart] = orders as readonly Json[]
      assert.deepEqual(ofCoupon?.coupons, [{ sku: 'fair', code: 'FAIR', type: 'coupon' }])
      assert.deepEqual(ofCart?.coupons, [{ sku: 'summer', code: 'SUMMER', type: 'promocode' }])
      assert.equal(listOf(ofCart, 'promotions').length, 2)
      assert.deepEqual(
        listOf(ofCart, 'items').map(({ is_bonus }) => is_bonus),
        [false, false, true, true],
      )
    })

  test(`${store}: three decimals are discounted in their smallest unit`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await importFile(shop)
    const as = { bearer: await shop.tokenOf('player-2', BUYER) }
    const { orderId } = await shop.sell(as, 'axe', { currency: 'KWD', promo_code: 'SUMMER' })
    await shop.settle()
    const { items, order: told } = bodyOfType(game.about(orderId), 'order_paid') as {
      items: readonly Json[]
      order: Json
    }
    // A quarter of 3.055 is 0.76375, so 0.764 goes; a tenth of 2.291 is 0.2291, so 0.229 goes.
    assert.deepEqual([items[0]?.amount, told.amount], ['2.2910', '2.0620'])
  })
})
