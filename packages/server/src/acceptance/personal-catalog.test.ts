// What a game lets each player see and buy, from the outside.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogOffer } from '@ordertrail/webhooks'
import type { CallAnswer, CallAs } from './testing/call-server.ts'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShopAndGame, type Json, type Shop } from './testing/given-shop.ts'
import { VISITOR_ID } from './testing/sale-kinds.ts'

const HOUR_MS = 3_600_000

/** What each player is offered; whoever is not listed is unknown. The empty text stands for visitors. */
type Offered = Record<string, readonly CatalogOffer[]>

/** A shop whose game is asked, and says what `offered` holds. */
async function givenPersonalShop(t: Parameters<typeof givenShopAndGame>[0], offered: Offered, options: object = {}) {
  const { shop, game } = await givenShopAndGame(t, {
    offers: ({ userId }) => offered[userId ?? ''] ?? null,
    ...options,
  })
  await shop.changeSettings({ is_partner_catalog_on: true })
  const ann = { bearer: await shop.tokenOf('ann', { country: 'US' }) }
  const questions = () => game.heard.filter(({ type }) => type === 'partner_side_catalog')
  return { shop, game, ann, questions }
}

async function skusOf(shop: Shop, as: CallAs, path: string): Promise<readonly unknown[]> {
  const { items } = bodyOf(await shop.store(as, 'GET', path), 200) as { readonly items: readonly Json[] }
  return items.map(({ sku }) => sku)
}

/** Status and number of a refusal of the documented calls. */
function refusalOf({ status, body }: CallAnswer): readonly unknown[] {
  return [status, (body as Json).errorCode]
}

const item = (sku: string, body: Json = {}) => ['POST', `/payment/item/${sku}`, body] as const

eachAcceptanceStore((store) => {
  test(`${store}: a player sees what the game lists, in its words, and buys no more than that`, async (t) => {
    const offered: Offered = {
      ann: [
        { sku: 'sword_1', quantity: 2, name: 'Your sword', description: 'Yours.', json_attributes: { level: 7 } },
        { sku: 'shield_1', quantity: 0 },
        { sku: 'daily_gift' },
        { sku: 'potion_1', quantity: null },
        { sku: 'not_in_the_catalog' },
      ],
    }
    const { shop, ann } = await givenPersonalShop(t, offered, { store })
    const shown = bodyOf(await shop.store(ann, 'GET', '/items/sku/sword_1'), 200)
    assert.deepEqual(
      [shown.name, shown.description, shown.custom_attributes, shown.can_be_bought],
      ['Your sword', 'Yours.', { level: 7 }, true],
    )
    assert.deepEqual(
      new Set(await skusOf(shop, ann, '/items')),
      new Set(['sword_1', 'shield_1', 'daily_gift', 'potion_1']),
    )
    assert.equal(bodyOf(await shop.store(ann, 'GET', '/items/sku/shield_1'), 200).can_be_bought, false)
    assert.deepEqual(refusalOf(await shop.store(ann, 'GET', '/items/sku/gold_100')), [404, 4001])

    const buying: readonly (readonly [call: readonly [string, string, Json], outcome: readonly unknown[]])[] = [
      [item('sword_1', { quantity: 2 }), [200, undefined]],
      [item('sword_1', { quantity: 3 }), [422, 1411]],
      [item('shield_1'), [422, 1411]],
      [item('gold_100'), [422, 1411]],
      [
        ['POST', '/free/item/daily_gift', {}],
        [200, undefined],
      ],
    ]
    for (const [[method, path, body], outcome] of buying) {
      assert.deepEqual(refusalOf(await shop.store(ann, method, path, body)), outcome, path)
    }
  })

  test(`${store}: carts, virtual currency and tokens of the game's server keep to it, and a refusal leaves nothing`, async (t) => {
    const offered: Offered = { ann: [{ sku: 'gold_100' }, { sku: 'sword_1', quantity: 1 }] }
    const { shop, ann } = await givenPersonalShop(t, offered, { store })
    await shop.sell(ann, 'gold_100')
    const balanceCall = ['POST', '/payment/item/potion_1/virtual/gold', {}] as const
    assert.deepEqual(refusalOf(await shop.store(ann, ...balanceCall)), [422, 1411])
    bodyOf(await shop.store(ann, 'PUT', '/cart/fill', { items: [{ sku: 'sword_1', quantity: 2 }] }), 200)
    assert.deepEqual(refusalOf(await shop.store(ann, 'POST', '/payment/cart', {})), [422, 1401])
    const token = {
      user: { id: { value: 'ann' }, country: { value: 'US' } },
      purchase: { items: [{ sku: 'shield_1', quantity: 1 }] },
    }
    const path = `/api/v3/project/${shop.projectId}/admin/payment/token`
    assert.deepEqual(refusalOf(await shop.server.call('POST', path, { as: shop.key, body: token })), [422, 1401])

    offered.ann = [{ sku: 'potion_1' }, { sku: 'sword_1', quantity: 2 }, { sku: 'shield_1' }]
    const bought = [
      await shop.store(ann, ...balanceCall),
      await shop.store(ann, 'POST', '/payment/cart', {}),
      await shop.server.call('POST', path, { as: shop.key, body: token }),
    ]
    const orders = bought.map(({ body }) => (body as Json).order_id)
    // Ids are taken only by orders that are made, so the refused ones left no gap either.
    assert.deepEqual(orders, [10_000_002, 10_000_003, 10_000_004])
  })

  test(`${store}: a game that does not answer stops purchases, and a repeat of an accepted one is answered as before`, async (t) => {
    const { shop, game, ann, questions } = await givenPersonalShop(t, { ann: [{ sku: 'sword_1' }] }, { store })
    const buy = (key: string) =>
      shop.server.call('POST', `/api/v2/project/${shop.projectId}/payment/item/sword_1`, {
        as: ann,
        body: {},
        headers: { 'idempotency-key': key },
      })
    const first = bodyOf(await buy('one'), 200)
    game.answer('partner_side_catalog', 500)
    assert.deepEqual(refusalOf(await buy('two')), [422, 2503])
    const asked = questions().length
    assert.deepEqual(bodyOf(await buy('one'), 200), first)
    assert.equal(questions().length, asked)
    game.answer('partner_side_catalog', null)
    assert.equal(bodyOf(await buy('two'), 200).order_id, Number(first.order_id) + 1)
  })
})

test('paging through a list asks once; a purchase asks again', async (t) => {
  const listed = ['sword_1', 'shield_1', 'potion_1', 'daily_gift', 'gold_100']
  const { shop, ann, questions } = await givenPersonalShop(t, { ann: listed.map((sku) => ({ sku })) })
  const pages: unknown[] = []
  for (const offset of [0, 2, 4]) pages.push(...(await skusOf(shop, ann, `/items?limit=2&offset=${offset}`)))
  assert.deepEqual(new Set(pages), new Set(listed))
  assert.equal(pages.length, listed.length)
  assert.deepEqual(
    questions().map(({ text }) => text),
    ['{"notification_type":"partner_side_catalog","user":{"user_id":"ann","country":"US","currency":"USD"}}'],
  )
  await shop.buy(ann)
  assert.equal(questions().length, 2)
})

test('every list and every single item is personal', async (t) => {
  const { shop, ann } = await givenPersonalShop(t, { ann: [{ sku: 'sword_1' }, { sku: 'gold_1000' }, { sku: 'gold' }] })
  const lists: readonly (readonly [path: string, skus: readonly string[]])[] = [
    ['/items', ['gold', 'gold_1000', 'sword_1']],
    ['/items/group/weapons', ['sword_1']],
    ['/items/virtual_items', ['sword_1']],
    ['/items/virtual_items/all', ['sword_1']],
    ['/items/virtual_items/group/weapons', ['sword_1']],
    ['/items/virtual_currency', ['gold']],
    ['/items/virtual_currency/package', ['gold_1000']],
    ['/items/bundle', []],
  ]
  for (const [path, skus] of lists) assert.deepEqual((await skusOf(shop, ann, path)).toSorted(), skus, path)
  const { item_id: swordId } = bodyOf(await shop.store(ann, 'GET', '/items/virtual_items/sku/sword_1'), 200)
  assert.equal(bodyOf(await shop.store(ann, 'GET', `/items/id/${swordId}`), 200).sku, 'sword_1')
  await shop.changeSettings({ is_partner_catalog_on: false })
  const { item_id: shieldId } = bodyOf(await shop.store(ann, 'GET', '/items/sku/shield_1'), 200)
  await shop.changeSettings({ is_partner_catalog_on: true })
  const hidden = [
    `/items/id/${shieldId}`,
    '/items/virtual_items/sku/shield_1',
    '/items/virtual_currency/sku/crystal',
    '/items/virtual_currency/package/sku/gold_100',
  ]
  for (const path of hidden) assert.deepEqual(refusalOf(await shop.store(ann, 'GET', path)), [404, 4001], path)
})

test('the time of an offer opens and closes it, for the list and for the purchase', async (t) => {
  const offered: Offered = {}
  const { shop, ann } = await givenPersonalShop(t, offered)
  const now = Date.now()
  const [opens, closes] = [now + HOUR_MS, now + 2 * HOUR_MS].map((ms) => new Date(ms).toISOString()) as [string, string]
  offered.ann = [{ sku: 'sword_1', date_from: opens, date_until: closes }]
  const seen: unknown[] = []
  for (const skipMs of [0, 1.5 * HOUR_MS, HOUR_MS]) {
    if (skipMs > 0) await shop.skip(skipMs)
    seen.push([await skusOf(shop, ann, '/items'), (await shop.store(ann, ...item('sword_1'))).status])
  }
  assert.deepEqual(seen, [
    [[], 422],
    [['sword_1'], 200],
    [[], 422],
  ])
})

test("visitors are asked about without an id; an item may be listed by its own id; contents may be the game's own", async (t) => {
  const offered: Offered = { '': [{ sku: 'sword_1' }] }
  const { shop, questions } = await givenPersonalShop(t, offered)
  assert.deepEqual(await skusOf(shop, null, '/items?country=DE&locale=de'), ['sword_1'])
  assert.deepEqual(questions()[0]?.body.user, { user_id: null, country: 'DE', currency: 'USD', locale: 'de' })
  const { item_id } = bodyOf(await shop.store(null, 'GET', '/items/sku/sword_1'), 200)
  const content = [{ name: 'Coin', description: 'Gold', quantity: 5 }]
  offered[''] = [{ item_id: Number(item_id), content }]
  const shown = bodyOf(await shop.store(null, 'GET', '/items/sku/sword_1?country=FR'), 200)
  assert.deepEqual([shown.sku, shown.content], ['sword_1', content])
  const visitor = { visitor: VISITOR_ID }
  bodyOf(await shop.store(visitor, 'PUT', '/cart/fill', { items: [{ sku: 'sword_1', quantity: 1 }] }), 200)
  bodyOf(await shop.store(visitor, 'POST', '/payment/cart', {}), 200)
})

test('an unknown player is shown nothing; a game that fails hides nothing', async (t) => {
  const { shop, game, ann } = await givenPersonalShop(t, {})
  assert.deepEqual(await skusOf(shop, ann, '/items'), [])
  assert.deepEqual(refusalOf(await shop.store(ann, ...item('sword_1'))), [422, 1411])
  game.answer('partner_side_catalog', 500)
  const bob = { bearer: await shop.tokenOf('bob') }
  assert.ok((await skusOf(shop, bob, '/items')).length > 5)
})

const OFF: readonly (readonly [how: string, act: (shop: Shop, url: string) => Promise<void>])[] = [
  ['the setting is off', (shop) => shop.changeSettings({ is_partner_catalog_on: false })],
  ['webhooks are disabled', (shop, url) => shop.setWebhook(url, { is_enabled: false })],
  ['the events API is on', (shop) => shop.changeSettings({ is_events_api_on: true })],
]
for (const [how, act] of OFF) {
  test(`nobody is asked where ${how}`, async (t) => {
    const { shop, game, ann, questions } = await givenPersonalShop(t, { ann: [] })
    await act(shop, game.url)
    assert.ok((await skusOf(shop, ann, '/items')).length > 5)
    bodyOf(await shop.store(ann, ...item('sword_1')), 200)
    assert.deepEqual(questions(), [])
  })
}

test('the deadline is bounded', async (t) => {
  const { shop } = await givenPersonalShop(t, {})
  for (const ms of [99, 10_001, 1.5, '3000']) {
    assert.equal((await shop.own('PATCH', '/settings', { partner_catalog_deadline_ms: ms })).status, 422, String(ms))
  }
  await shop.changeSettings({ partner_catalog_deadline_ms: 10_000 })
})
