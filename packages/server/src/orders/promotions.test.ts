// Promotions, promo codes and coupons in orders: what an order keeps, how often they are used, and what is given back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachStore } from '../platform/store/testing/index.ts'
import type { CreateOrderInput, CreateOrderResult } from './index.ts'
import { fillCart, givenPromotions, linesOf, miscounted, usesOf } from './testing/given-promotions.ts'
import { userParty } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'

const sale = { external_id: 'sale', order: 1, discount: { percent: 10, items: ['sword_1'] } }
const extra = { external_id: 'extra', order: 2, discount: { amount: { USD: 0.49, JPY: 75 }, items: ['sword_1'] } }
const gift = {
  external_id: 'gift',
  bonus: [{ sku: 'gold_100', quantity: 2 }],
  condition: [{ sku: 'sword_1', quantity: 2 }],
}
const half = { external_id: 'half', codes: ['HALF', 'HALB'], discount: { percent: 50 } }
const purse = { external_id: 'purse', codes: ['PURSE', 'BEUTEL'], bonus: [{ sku: 'gold_100', quantity: 1 }] }

const swords = (quantity: number) => ({ source: { kind: 'item', sku: 'sword_1', quantity } }) as const
const redeem = (code: string, over: Partial<CreateOrderInput> = {}): Partial<CreateOrderInput> => ({
  source: { kind: 'coupon', code },
  paidWith: { kind: 'nothing' },
  ...over,
})
const withoutId = ({ id, ...promotion }: { readonly id: number }) => promotion
const answerOf = (result: CreateOrderResult) => (result.kind === 'refused' ? result.code : result.kind)

eachStore((name, open) => {
  test(`${name}: discounts, bonus and promo code stand in the order, its lines and its webhook`, async (t) => {
    const shop = await openShop(t, open, { webhook: { version: 2 } })
    await givenPromotions(shop.store, { promotions: [extra, sale, gift], promo_codes: [half] })
    const id = await shop.buy({ ...swords(2), promoCode: 'HALF' })
    const { amount, amount_without_discount, promotions, promocodes, coupons } = await shop.order(id)
    // 4.99 less 10 % is 4.49, less 0.49 is 4.00; twice, and half of it.
    assert.deepEqual(
      { amount, amount_without_discount, promotions: JSON.parse(promotions).map(withoutId), promocodes, coupons },
      {
        amount: 400,
        amount_without_discount: 998,
        promotions: [{ amountWithoutDiscount: 800, amountWithDiscount: 400, sequence: 1, technicalName: 'half' }],
        promocodes: '[{"code":"HALF","externalId":"half"}]',
        coupons: null,
      },
    )
    assert.deepEqual(await linesOf(shop, id), ['2 sword_1 800', '2 gold_100 0 bonus', '200 gold - bonus inside'])
    assert.deepEqual(await usesOf(shop.store), [
      `${id} extra taken`,
      `${id} sale taken`,
      `${id} gift taken`,
      `${id} half taken`,
    ])
    await shop.pay(id)
    const [{ body } = { body: undefined }] = await shop.notifications(id)
    assert.deepEqual(body?.order.promotions, [
      { amount_without_discount: '8.0000', amount_with_discount: '4.0000', sequence: 1 },
    ])
    assert.deepEqual(body?.order.promocodes, [{ code: 'HALF', external_id: 'half' }])
    assert.deepEqual(
      body?.items.map((item) => [item.sku, item.amount, item.is_free, item.is_bonus, item.is_bundle_content]),
      [
        ['sword_1', '8.0000', false, false, false],
        ['gold_100', '0', true, true, false],
        ['gold', null, false, true, true],
      ],
    )
    assert.deepEqual(body?.items[0]?.promotions, [
      { amount_without_discount: '9.9800', amount_with_discount: '8.9800', sequence: 1 },
      { amount_without_discount: '8.9800', amount_with_discount: '8.0000', sequence: 2 },
    ])
    assert.equal(await shop.balance('gold'), 200)
  })

  test(`${name}: a later change of a promotion changes no order`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promotions: [sale] })
    const id = await shop.buy()
    const [before, lines] = [await shop.order(id), await linesOf(shop, id)]
    await givenPromotions(shop.store, { promotions: [{ ...sale, discount: { percent: 90 } }] })
    assert.deepEqual([await shop.order(id), await linesOf(shop, id)], [before, lines])
    assert.equal((await shop.order(await shop.buy())).amount, 50)
  })

  test(`${name}: a coupon makes a free order that is done at once, and credits what it gives`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { coupons: [purse] })
    const id = await shop.buy(redeem('PURSE'))
    const { status, currency_kind, amount, coupons, promocodes } = await shop.order(id)
    assert.deepEqual([status, currency_kind, amount, promocodes], ['done', 'free', 0, null])
    assert.equal(coupons, '[{"code":"PURSE","externalId":"purse"}]')
    assert.deepEqual(await linesOf(shop, id), ['1 gold_100 0 bonus', '100 gold - bonus inside'])
    assert.equal(await shop.balance('gold'), 100)
    const [orderPaid] = await shop.notifications(id)
    assert.deepEqual(orderPaid?.body.order.coupons, [{ code: 'PURSE', external_id: 'purse' }])
    await shop.attempt(id)
    await shop.move(id, 'canceled', 'staff_revoke')
    assert.equal(await shop.balance('gold'), 0)
    // What was granted once stays used, although it was taken back.
    assert.deepEqual(await usesOf(shop.store), [`${id} purse taken`])
  })

  test(`${name}: a bonus package credits once and a refund takes it back`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promotions: [gift] })
    const id = await shop.buy({
      source: {
        kind: 'list',
        lines: [
          { sku: 'sword_1', quantity: 2 },
          { sku: 'gold_100', quantity: 1 },
        ],
      },
    })
    assert.equal(await shop.balance('gold'), 0)
    await shop.pay(id)
    await shop.pay(id)
    assert.equal(await shop.balance('gold'), 300)
    assert.equal((await shop.giveBack(id)).kind, 'applied')
    assert.equal(await shop.balance('gold'), 0)
  })

  test(`${name}: each limit is counted exactly, and codes say why they are not taken`, async (t) => {
    const shop = await openShop(t, open)
    const limits = (limits: object) => ({ ...half, limits })
    const bob = { party: userParty('bob') }
    const cases: readonly [object, readonly (readonly [Partial<CreateOrderInput>, string])[]][] = [
      [
        limits({ per_user: 1 }),
        [
          [{ promoCode: 'HALF' }, 'created'],
          [{ promoCode: 'HALB' }, 'code_limit_reached'],
          [{ promoCode: 'HALB', ...bob }, 'created'],
        ],
      ],
      [
        limits({ total: 2 }),
        [
          [{ promoCode: 'HALF' }, 'created'],
          [{ promoCode: 'HALB' }, 'created'],
          [{ promoCode: 'HALF', ...bob }, 'code_limit_reached'],
        ],
      ],
      [
        limits({ per_code: 1 }),
        [
          [{ promoCode: 'HALF' }, 'created'],
          [{ promoCode: 'HALB' }, 'created'],
          [{ promoCode: 'HALB', ...bob }, 'code_limit_reached'],
        ],
      ],
      [
        { ...half, countries: ['DE'] },
        [
          [{ promoCode: 'HALF' }, 'code_region_refused'],
          [{ promoCode: 'HALF', country: 'DE' }, 'created'],
          [{ promoCode: 'HALF', country: null }, 'code_region_refused'],
        ],
      ],
      [{ ...half, date_end: '2020-01-01T00:00:00Z' }, [[{ promoCode: 'HALF' }, 'code_expired']]],
      [{ ...half, date_start: '2120-01-01T00:00:00Z' }, [[{ promoCode: 'HALF' }, 'code_unknown']]],
      [{ ...half, is_enabled: false }, [[{ promoCode: 'HALF' }, 'code_unknown']]],
      [
        half,
        [
          [{ promoCode: 'half' }, 'code_unknown'],
          [{ promoCode: 'PURSE' }, 'code_unknown'],
          [redeem('HALF'), 'code_unknown'],
        ],
      ],
    ]
    for (const [index, [promoCode, wishes]] of cases.entries()) {
      await givenPromotions(shop.store, {
        promo_codes: [{ ...promoCode, external_id: `case-${index}` }],
        coupons: [purse],
      })
      const answers = []
      for (const [wish] of wishes) answers.push(answerOf(await shop.create(wish)))
      assert.deepEqual(
        answers,
        wishes.map(([, answer]) => answer),
        `case ${index}`,
      )
      await givenPromotions(shop.store, {
        promo_codes: [{ ...half, external_id: `case-${index}`, codes: [`OLD${index}`] }],
      })
    }
  })

  test(`${name}: of many who want the last uses at once exactly as many get them`, async (t) => {
    const shop = await openShop(t, open)
    const limited = { ...purse, limits: { total: 3, per_user: 2 } }
    await givenPromotions(shop.store, { coupons: [limited] })
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        shop.create(redeem('PURSE', { party: userParty(`player-${index % 4}`) })),
      ),
    )
    assert.deepEqual(results.map(answerOf).sort(), [
      ...Array(9).fill('code_limit_reached'),
      ...Array(3).fill('created'),
    ])
    assert.equal((await usesOf(shop.store)).length, 3)
    assert.deepEqual(await miscounted(shop.store), [])
  })

  test(`${name}: an order that is refused for another reason takes no use from its neighbours`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promo_codes: [{ ...half, limits: { total: 1 } }] })
    const wish = { promoCode: 'HALF' }
    const results = await Promise.all([
      shop.create(),
      shop.create({ ...wish, offers: { kind: 'unconfirmed' } }),
      shop.create({ ...wish, paidWith: { kind: 'nothing' } }),
      shop.create({ ...wish, source: { kind: 'item', sku: 'no_such', quantity: 1 } }),
      shop.create(wish),
    ])
    assert.deepEqual(results.map(answerOf), [
      'created',
      'offers_unconfirmed',
      'item_not_free',
      'item_unknown',
      'created',
    ])
  })

  test(`${name}: a limited promotion that is used up lets its order be made without it`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promotions: [{ ...sale, limits: { total: 2 } }] })
    const ids = await Promise.all([1, 2, 3].map((number) => shop.buy({ party: userParty(`player-${number}`) })))
    const amounts = await Promise.all(ids.map(async (id) => (await shop.order(id)).amount))
    assert.deepEqual(amounts.sort(), [449, 449, 499])
  })

  test(`${name}: what expires or is canceled unpaid gives its use back, what was paid does not`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promo_codes: [{ ...half, limits: { total: 1 } }] })
    const wish = { promoCode: 'HALF' }
    const first = await shop.buy(wish)
    assert.equal(answerOf(await shop.create(wish)), 'code_limit_reached')
    await shop.move(first, 'expired', 'expired')
    const second = await shop.buy(wish)
    await shop.move(second, 'canceled', 'staff_cancel')
    const third = await shop.buy(wish)
    await shop.pay(third)
    await shop.giveBack(third)
    assert.equal(answerOf(await shop.create(wish)), 'code_limit_reached')
    assert.deepEqual(await usesOf(shop.store), [
      `${first} half returned`,
      `${second} half returned`,
      `${third} half taken`,
    ])
    assert.deepEqual(await miscounted(shop.store), [])
  })

  test(`${name}: an expired order that is paid late takes its use again, also over the limit`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promo_codes: [{ ...half, limits: { total: 1 } }] })
    const late = await shop.buy({ promoCode: 'HALF' })
    await shop.move(late, 'expired', 'expired')
    const other = await shop.buy({ promoCode: 'HALF' })
    assert.equal((await shop.pay(late)).kind, 'applied')
    assert.deepEqual(await usesOf(shop.store), [`${late} half taken`, `${other} half taken`])
    assert.deepEqual(await miscounted(shop.store), [])
    await shop.move(other, 'expired', 'expired')
    assert.equal(answerOf(await shop.create({ promoCode: 'HALF' })), 'code_limit_reached')
  })

  test(`${name}: a total that is limited later counts what was used before`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promo_codes: [half] })
    const ids = [await shop.buy({ promoCode: 'HALF' }), await shop.buy({ promoCode: 'HALF' })]
    await givenPromotions(shop.store, { promo_codes: [{ ...half, limits: { total: 2 } }] })
    assert.equal(answerOf(await shop.create({ promoCode: 'HALF' })), 'code_limit_reached')
    await shop.move(ids[0] ?? 0, 'expired', 'expired')
    await shop.move(ids[0] ?? 0, 'expired', 'expired')
    assert.equal(answerOf(await shop.create({ promoCode: 'HALF' })), 'created')
    assert.deepEqual(await miscounted(shop.store), [])
  })

  test(`${name}: a purchase that a code makes free is made by the free call, and is done at once`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promo_codes: [{ ...half, discount: { percent: 100 }, limits: { total: 1 } }] })
    assert.equal(answerOf(await shop.create({ promoCode: 'HALF' })), 'item_is_free')
    assert.equal(answerOf(await shop.create({ paidWith: { kind: 'nothing' } })), 'item_not_free')
    const id = await shop.buy({ promoCode: 'HALF', paidWith: { kind: 'nothing' } })
    const { status, currency, amount, promocodes } = await shop.order(id)
    assert.deepEqual([status, currency, amount, promocodes], ['done', null, 0, '[{"code":"HALF","externalId":"half"}]'])
    assert.deepEqual(await linesOf(shop, id), ['1 sword_1 0'])
  })

  test(`${name}: the code in a cart is used, and refused where it is no longer good`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promo_codes: [{ ...half, limits: { total: 1 } }] })
    await fillCart(shop.store, [{ sku: 'sword_1', quantity: 1 }], 'HALF')
    const wish = { source: { kind: 'cart', cartId: null } } as const
    const id = await shop.buy(wish)
    assert.equal((await shop.order(id)).amount, 249)
    assert.equal(answerOf(await shop.create(wish)), 'code_limit_reached')
  })

  test(`${name}: a virtual currency pays the price without promotions`, async (t) => {
    const shop = await openShop(t, open)
    await givenPromotions(shop.store, { promotions: [{ external_id: 'all', discount: { percent: 50 } }] })
    await shop.fund('gold', 30)
    const id = await shop.buy({
      source: { kind: 'item', sku: 'potion_1', quantity: 1 },
      paidWith: { kind: 'virtual_currency', sku: 'gold' },
    })
    assert.equal((await shop.order(id)).amount, 25)
    assert.deepEqual(await usesOf(shop.store), [])
  })
})
