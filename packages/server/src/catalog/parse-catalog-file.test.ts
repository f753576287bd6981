// Catalog files: what they mean, and where and why they are refused.
import assert from 'node:assert/strict'
import test from 'node:test'
import { CATALOG_CHARS_MAX } from './catalog-file.ts'
import { type CatalogFault, FAULTS_MAX, parseCatalogFile } from './parse-catalog-file.ts'
import { YAML_CHARS_MAX } from './read-yaml.ts'

async function faultsOf(text: string): Promise<readonly CatalogFault[]> {
  const parsed = await parseCatalogFile(text)
  return parsed.kind === 'refused' ? parsed.faults : []
}

const YAML = `
groups:
  - { external_id: weapons, name: Weapons, parent: gear }
  - { external_id: gear, name: { en: Gear, de: Zeug } }
items:
  - sku: gold
    type: virtual_currency
    name: Gold
  - sku: sword.1
    type: virtual_good
    name: Sword
    prices: { USD: 1.10, JPY: 300, KWD: "0.600" }
    virtual_prices: { gold: 50 }
    groups: [weapons]
`

test('prices become minor units of their currency, exactly', async () => {
  const parsed = await parseCatalogFile(YAML)
  assert.ok(parsed.kind === 'parsed')
  const [, sword] = parsed.catalog.items
  assert.deepEqual(
    sword?.prices.map(({ currency, amount }) => [currency, amount]),
    [
      ['USD', 110],
      ['JPY', 300],
      ['KWD', 600],
    ],
  )
  assert.deepEqual(sword?.virtualPrices, [{ sku: 'gold', amount: 50, amountWithoutDiscount: 50, isDefault: true }])
})

test('groups come with those above them', async () => {
  const parsed = await parseCatalogFile(YAML)
  assert.ok(parsed.kind === 'parsed')
  const gear = {
    externalId: 'gear',
    name: { en: 'Gear', de: 'Zeug' },
    description: '',
    imageUrl: null,
    order: 0,
    parent: null,
  }
  assert.deepEqual(parsed.catalog.items[1]?.groups, [
    { externalId: 'weapons', name: 'Weapons', description: '', imageUrl: null, order: 0, parent: gear },
  ])
})

test('the same file as JSON means the same', async () => {
  const { parse } = await import('yaml')
  const json = JSON.stringify(parse(YAML), null, 2)
  assert.deepEqual(await parseCatalogFile(json), await parseCatalogFile(YAML))
})

test('a list of prices says what a map cannot', async () => {
  const prices = [
    { currency: 'USD', amount: 4.99, amount_without_discount: 5.99 },
    { currency: 'USD', amount: '3.49', countries: ['BR', 'TR'] },
  ]
  const parsed = await parseCatalogFile(
    JSON.stringify({ items: [{ sku: 'a', type: 'virtual_good', name: 'A', prices }] }),
  )
  assert.deepEqual(parsed.kind === 'parsed' && parsed.catalog.items[0]?.prices, [
    { currency: 'USD', amount: 499, amountWithoutDiscount: 599, countries: null },
    { currency: 'USD', amount: 349, amountWithoutDiscount: 349, countries: ['BR', 'TR'] },
  ])
})

test('faults name line, column, path and SKU, in YAML as in JSON', async () => {
  const yaml = 'items:\n  - sku: a\n    type: virtual_good\n    name: A\n    prices:\n      USD: 1.99\n      JPY: 1.5\n'
  const json =
    '{\n  "items": [\n    { "sku": "a", "type": "virtual_good", "name": "A",\n      "prices": { "USD": 1.99, "JPY": 1.5 } }\n  ]\n}'
  const fault = {
    path: 'items[0].prices.JPY',
    sku: 'a',
    sentence: '1.5 JPY has more digits after the point than the currency has.',
  }
  assert.deepEqual(await faultsOf(yaml), [{ line: 7, column: 7, ...fault }])
  assert.deepEqual(await faultsOf(json), [{ line: 4, column: 32, ...fault }])
})

/** The sentence that is told first of a file whose only item is `entry`. */
async function sentenceOf(
  entry: Record<string, unknown>,
  others: Record<string, unknown> = {},
): Promise<string | undefined> {
  const item = { sku: 'a', type: 'virtual_good', name: 'A', ...entry }
  return (await faultsOf(JSON.stringify({ items: [item], ...others })))[0]?.sentence
}

const REFUSED: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ['an SKU that is a number', { sku: 12 }, /sku must be string/],
  ['an SKU with a blank', { sku: 'a b' }, /sku must match pattern/],
  ['a type that is none', { type: 'sword' }, /type must be one of virtual_good, virtual_currency/],
  ['a name that is a list', { name: ['A'] }, /name must be a text, or texts by language/],
  ['a member that it does not know', { colour: 'red' }, /There is no member colour here/],
  ['a negative price', { prices: { USD: -1 } }, /USD must be an amount/],
  ['a price that is no number', { prices: { USD: '1,99' } }, /USD must be an amount/],
  ['a currency in small letters', { prices: { usd: 1 } }, /There is no member usd here/],
  ['a price of nothing', { prices: { USD: 0 } }, /say is_free: true instead/],
  ['a price with too many decimals', { prices: { USD: 1.999 } }, /more digits after the point/],
  ['a price that is too large', { prices: { USD: '99999999999999.99' } }, /more than 15 digits/],
  ['a price in the power of ten', { prices: { USD: 1e-7 } }, /is no amount/],
  ['a discount upwards', { prices: [{ currency: 'USD', amount: 2, amount_without_discount: 1 }] }, /is below amount/],
  [
    'two prices for one place',
    {
      prices: [
        { currency: 'USD', amount: 2 },
        { currency: 'USD', amount: 3 },
      ],
    },
    /another price in USD for everywhere/,
  ],
  ['a free item with a price', { is_free: true, prices: { USD: 1 } }, /A free item has no prices/],
  ['a virtual price with decimals', { virtual_prices: { gold: 1.5 } }, /gold must be integer/],
  ['a virtual price of nothing', { virtual_prices: { gold: 0 } }, /say is_free: true instead/],
  ['a bundle of nothing', { type: 'bundle' }, /A bundle needs content/],
  ['content outside of a bundle', { content: [{ sku: 'b', quantity: 1 }] }, /Only items of type bundle have content/],
  ['a bundle in itself', { type: 'bundle', content: [{ sku: 'a', quantity: 1 }] }, /bundles do not hold bundles/],
  ['no piece inside a bundle', { type: 'bundle', content: [{ sku: 'b', quantity: 0 }] }, /quantity must be >= 1/],
  ['a group that is not described', { groups: ['weapons'] }, /There is no group weapons/],
  ['attributes that are too long', { custom_attributes: { a: 'x'.repeat(500) } }, /at most 500 are allowed/],
  ['a picture that is no URL', { image_url: 'javascript:alert(1)' }, /must be an http or https URL/],
]

for (const [name, entry, sentence] of REFUSED) {
  test(`refuses ${name}`, async () => assert.match((await sentenceOf(entry)) ?? 'accepted', sentence))
}

test('refuses an SKU that stands twice, at its second place', async () => {
  const text = 'items:\n  - { sku: a, type: virtual_good, name: A }\n  - { sku: a, type: virtual_good, name: B }\n'
  const [fault] = await faultsOf(text)
  assert.deepEqual([fault?.line, fault?.sentence], [3, 'a stands twice; each sku may stand once.'])
})

test('refuses groups that stand below themselves', async () => {
  const groups = [
    { external_id: 'a', name: 'A', parent: 'b' },
    { external_id: 'b', name: 'B', parent: 'a' },
  ]
  assert.match((await sentenceOf({}, { groups })) ?? '', /never below themselves/)
})

test('a package of virtual currency holds nothing else', async () => {
  const others = { sku: 'sword', type: 'virtual_good', name: 'Sword' }
  const pack = {
    sku: 'pack',
    type: 'bundle',
    bundle_type: 'virtual_currency_package',
    name: 'P',
    content: [{ sku: 'sword', quantity: 1 }],
  }
  const [fault] = await faultsOf(JSON.stringify({ items: [others, pack] }))
  assert.deepEqual(
    [fault?.path, fault?.sku, fault?.sentence],
    ['items[1].content[0]', 'pack', 'sword is no virtual currency, and a package holds nothing else.'],
  )
})

test('one mistake made often is told a few times', async () => {
  const items = Array.from({ length: 1_000 }, (_, index) => ({
    sku: `a${index}`,
    type: 'virtual_good',
    name: 'A',
    prices: { USD: 0 },
  }))
  assert.equal((await faultsOf(JSON.stringify({ items }))).length, FAULTS_MAX)
})

const HOSTILE: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /must have required property 'items'/],
  ['a text', 'hello', /must be object/],
  ['half a file', 'items: [', /./],
  ['a repeated key', 'items: []\nitems: []\n', /keys must be unique/],
  ['a tag of its own', 'items: !!js/function "x"', /Unresolved tag/],
  [
    'aliases that would fill the memory',
    `a: &a [x,x]\nb: &b [${'*a,'.repeat(10)}]\nc: &c [${'*b,'.repeat(10)}]\nd: [${'*c,'.repeat(10)}]\n`,
    /aliases/,
  ],
  ['brackets in brackets', '['.repeat(100_000), /more than 64 deep/],
  ['lists in lists', `${'- '.repeat(100_000)}a`, /more than 64 deep/],
  ['keys in keys', `${'? '.repeat(100_000)}a`, /more than 64 deep/],
  ['quote after quote', '"'.repeat(50_000), /./],
  ['YAML that takes too long', '#'.repeat(YAML_CHARS_MAX + 1), /Send it as JSON/],
  ['a file that is too long', ' '.repeat(CATALOG_CHARS_MAX + 1), /at most/],
  ['a prototype', '{"items":[{"__proto__":{"sku":"a"},"type":"virtual_good","name":"A"}]}', /./],
]

for (const [name, text, sentence] of HOSTILE) {
  test(`refuses ${name} without harm`, async () => {
    const [fault] = await faultsOf(text)
    assert.match(fault?.sentence ?? 'accepted', sentence)
  })
}
