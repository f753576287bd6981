// The documented reads of a catalog over HTTP.
import assert from 'node:assert/strict'
import test from 'node:test'
import { givenShopApi } from './testing/shop-api.ts'

const BASE = '/api/v2/project/44056/items'

interface ItemBody {
  readonly sku: string
  readonly name: string
  readonly price: { readonly amount: string; readonly currency: string } | null
  readonly can_be_bought: boolean
}

function itemsOf(body: Readonly<Record<string, unknown>>): readonly ItemBody[] {
  return body.items as readonly ItemBody[]
}

function skusOf(body: Readonly<Record<string, unknown>>): readonly string[] {
  return itemsOf(body).map(({ sku }) => sku)
}

test('an item by SKU has all documented members', async (t) => {
  const { call } = await givenShopApi(t)
  const { status, body } = await call('GET', `${BASE}/virtual_items/sku/booster_mega_1`)
  assert.equal(status, 200)
  const { item_id: itemId, ...rest } = body
  assert.ok(Number.isInteger(itemId))
  assert.deepEqual(rest, {
    sku: 'booster_mega_1',
    name: 'Mega Booster',
    groups: [{ external_id: 'featured', name: 'Featured' }],
    attributes: [],
    type: 'virtual_good',
    description: 'Doubles all rewards for one match.',
    image_url: null,
    is_free: false,
    price: { amount: '0.99', amount_without_discount: '0.99', currency: 'USD' },
    virtual_prices: [
      {
        sku: 'gold',
        name: 'Gold',
        type: 'virtual_currency',
        description: 'The coin of the realm.',
        image_url: null,
        amount: 60,
        amount_without_discount: 60,
        is_default: true,
        calculated_price: { amount: '60', amount_without_discount: '60' },
      },
    ],
    can_be_bought: true,
    inventory_options: { consumable: { usages_count: 1 }, expiration_period: null },
    virtual_item_type: 'consumable',
    is_pre_order: false,
    promotions: [],
    limits: null,
    periods: [],
    custom_attributes: { purchased: 0, attr: 'value' },
    vp_rewards: [],
  })
})

test('a bundle tells its content and what that would cost by itself', async (t) => {
  const { call } = await givenShopApi(t)
  const { body } = await call('GET', `${BASE}/bundle/sku/starter_pack`)
  const content = body.content as readonly { readonly sku: string; readonly quantity: number }[]
  assert.deepEqual(
    [body.bundle_type, body.price, body.total_content_price, content.map(({ sku, quantity }) => [sku, quantity])],
    [
      'standard',
      { amount: '7.99', amount_without_discount: '11.95', currency: 'USD' },
      // Gold is not sold by itself, so the whole has no price to compare with.
      null,
      [
        ['sword_1', 1],
        ['shield_1', 1],
        ['booster_mega_1', 2],
        ['gold', 250],
      ],
    ],
  )
})

test('each list has its kind of items', async (t) => {
  const { call } = await givenShopApi(t)
  const list = async (path: string): Promise<readonly string[]> => skusOf((await call('GET', `${BASE}${path}`)).body)
  assert.equal((await list('')).length, 15)
  assert.deepEqual(await list('/virtual_currency'), ['gold', 'crystal'])
  assert.deepEqual(await list('/virtual_currency/package'), ['gold_100', 'gold_1000', 'crystal_pack_1'])
  assert.deepEqual(await list('/bundle'), ['starter_pack'])
  assert.deepEqual(await list('/virtual_items'), [
    'booster_mega_1',
    'sword_1',
    'shield_1',
    'vip_month',
    'expansion_1',
    'potion_1',
    'banner_1',
    'daily_gift',
    'helmet_1',
  ])
  assert.deepEqual(await list('/virtual_items/all'), await list('/virtual_items'))
})

test('a group has the items of the groups below it, and everything is in all', async (t) => {
  const { call } = await givenShopApi(t)
  const list = async (path: string): Promise<readonly string[]> => skusOf((await call('GET', `${BASE}${path}`)).body)
  assert.deepEqual(await list('/virtual_items/group/equipment'), ['sword_1', 'shield_1', 'banner_1'])
  assert.deepEqual(await list('/virtual_items/group/weapons'), ['sword_1'])
  assert.deepEqual(await list('/group/featured'), ['gold_100', 'booster_mega_1', 'starter_pack', 'daily_gift'])
  assert.deepEqual(await list('/bundle/group/featured'), ['starter_pack'])
  assert.equal((await list('/group/all')).length, 15)
  for (const name of ['none', '%25', '_eapons', '%22']) assert.deepEqual(await list(`/group/${name}`), [], name)
})

test('lists come in pages of at most fifty', async (t) => {
  const { call } = await givenShopApi(t)
  const first = (await call('GET', `${BASE}/virtual_items?limit=3`)).body
  const last = (await call('GET', `${BASE}/virtual_items?limit=3&offset=6`)).body
  assert.deepEqual([skusOf(first), first.has_more], [['booster_mega_1', 'sword_1', 'shield_1'], true])
  assert.deepEqual([skusOf(last), last.has_more], [['banner_1', 'daily_gift', 'helmet_1'], false])
  const refused = await call('GET', `${BASE}/virtual_items?limit=51`)
  assert.deepEqual([refused.status, refused.body.errorCode], [422, 1102])
})

test('the country of the query, else of the token, decides price and currency', async (t) => {
  const { call } = await givenShopApi(t)
  const priceIn = async (query: string, country?: string): Promise<unknown> => {
    const { body } = await call(
      'GET',
      `${BASE}/virtual_items/sku/sword_1${query}`,
      country === undefined ? {} : { player: 'ana', country },
    )
    const { amount, currency } = body.price as { amount: string; currency: string }
    return `${amount} ${currency}`
  }
  assert.deepEqual(
    [
      await priceIn(''),
      await priceIn('?country=JP'),
      await priceIn('?country=kw'),
      await priceIn('', 'DE'),
      await priceIn('?country=BR', 'DE'),
      await priceIn('?country=XYZ'),
    ],
    ['4.99 USD', '750 JPY', '1.525 KWD', '4.99 EUR', '3.49 USD', '4.99 USD'],
  )
})

test('texts come in the language that was asked for, else in English', async (t) => {
  const { call } = await givenShopApi(t)
  const nameIn = async (locale: string): Promise<unknown> =>
    (await call('GET', `${BASE}/virtual_items/sku/sword_1?locale=${locale}`)).body.name
  assert.deepEqual(
    [await nameIn('de'), await nameIn('de-AT'), await nameIn('ru'), await nameIn('fr')],
    ['Ritterschwert', 'Ritterschwert', 'Рыцарский меч', "Knight's Sword"],
  )
})

test('some members are told only when asked for, by either spelling', async (t) => {
  const { call } = await givenShopApi(t)
  const plain = (await call('GET', `${BASE}/virtual_items/sku/sword_1`)).body
  assert.deepEqual([plain.order, plain.media_list, plain.long_description], [undefined, undefined, undefined])
  const asked = `${BASE}/virtual_items/sku/sword_1?additional_fields[]=long_description&additional_fields[]=order&additional_fields=media_list`
  const { order, media_list, long_description } = (await call('GET', asked)).body
  assert.deepEqual([order, media_list, long_description], [21, [], 'Forged twice, lost once, found by you.'])
})

test('groups come as a tree', async (t) => {
  const { call } = await givenShopApi(t)
  const { body } = await call('GET', `${BASE}/groups?locale=de`)
  const groups = body.groups as readonly {
    readonly external_id: string
    readonly name: string
    readonly level: number
    readonly children: readonly unknown[]
  }[]
  assert.deepEqual(
    groups.map((group) => [group.external_id, group.name, group.level]),
    [
      ['featured', 'Empfohlen', 0],
      ['equipment', 'Ausrüstung', 0],
      ['currency', 'Gold und Kristalle', 0],
    ],
  )
  assert.deepEqual(groups[1]?.children, [
    {
      external_id: 'weapons',
      name: 'Waffen',
      description: '',
      image_url: null,
      level: 1,
      order: 3,
      children: [],
      parent_external_id: 'equipment',
    },
  ])
})

test('an item by its id is the same as by its SKU', async (t) => {
  const { call } = await givenShopApi(t)
  const bySku = (await call('GET', `${BASE}/sku/gold_100`)).body
  assert.deepEqual((await call('GET', `${BASE}/id/${bySku.item_id}`)).body, bySku)
})

const ABSENT: readonly (readonly [string, string])[] = [
  ['an SKU that is unknown', '/sku/axe'],
  ['a bundle among virtual items', '/virtual_items/sku/gold_100'],
  ['a good among bundles', '/bundle/sku/sword_1'],
  ['a bundle among packages', '/virtual_currency/package/sku/starter_pack'],
  ['a package among currencies', '/virtual_currency/sku/gold_100'],
  ['an id that is unknown', '/id/999999999'],
]

for (const [name, path] of ABSENT) {
  test(`${name} is answered 4001`, async (t) => {
    const { call } = await givenShopApi(t)
    const { status, body } = await call('GET', `${BASE}${path}`)
    const sku = path.split('/').at(-1)
    assert.deepEqual(
      [status, body.statusCode, body.errorCode, body.errorMessage],
      [404, 404, 4001, `[0401-4001]: Item with sku = '${sku}' not found`],
    )
  })
}

test('what was disabled is neither listed nor found', async (t) => {
  const { call } = await givenShopApi(t)
  const items = [{ sku: 'sword_1', type: 'virtual_good', name: 'Sword', is_enabled: false, prices: { USD: 1 } }]
  const imported = await call('PUT', '/v1/projects/44056/catalog?mode=upsert', { body: { items } })
  assert.deepEqual([imported.status, imported.body], [200, { created: 0, updated: 1, deleted: 0 }])
  assert.equal((await call('GET', `${BASE}/sku/sword_1`)).status, 404)
  assert.ok(!skusOf((await call('GET', BASE)).body).includes('sword_1'))
})

test('a project that is not there has no catalog', async (t) => {
  const { call } = await givenShopApi(t)
  for (const path of ['', '/groups', '/sku/gold_100', '/virtual_items/all']) {
    assert.equal((await call('GET', `/api/v2/project/9/items${path}`)).status, 404, path)
  }
})

test('YAML is imported, whatever its content type', async (t) => {
  const { call } = await givenShopApi(t)
  const text = 'items:\n  - { sku: axe, type: virtual_good, name: Axe, prices: { USD: 2.5 } }\n'
  const imported = await call('PUT', '/v1/projects/44056/catalog', {
    text,
    headers: { 'content-type': 'application/yaml' },
  })
  assert.deepEqual([imported.status, imported.body], [200, { created: 1, updated: 0, deleted: 15 }])
  assert.deepEqual(skusOf((await call('GET', BASE)).body), ['axe'])
})

const BAD_FILES: readonly (readonly [string, string, RegExp])[] = [
  [
    'a file with a fault, by its line',
    'items:\n  - sku: axe\n    type: virtual_good\n    name: Axe\n    prices: { JPY: 1.5 }\n',
    /^Line 5 \(axe\): 1\.5 JPY/,
  ],
  ['no file', '', /The body is empty/],
  [
    'a bundle of what is nowhere',
    '{"items":[{"sku":"b","type":"bundle","name":"B","content":[{"sku":"x","quantity":1}]}]}',
    /b holds an item that neither/,
  ],
]

for (const [name, text, detail] of BAD_FILES) {
  test(`refuses ${name}, and changes nothing`, async (t) => {
    const { call } = await givenShopApi(t)
    const refused = await call('PUT', '/v1/projects/44056/catalog', { text, headers: { 'content-type': 'text/plain' } })
    assert.deepEqual([refused.status, refused.body.code], [422, 'catalog_invalid'])
    assert.match(String(refused.body.detail), detail)
    assert.equal(skusOf((await call('GET', BASE)).body).length, 15)
  })
}
