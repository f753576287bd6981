// The demo catalog: the same in the example file, and complete enough to show everything.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { loadDemoCatalog } from './demo-catalog.ts'
import { parseCatalogFile } from './parse-catalog-file.ts'

const FILE = new URL('../../../../examples/catalogs/demo.yaml', import.meta.url)

test('the example file and the one in the code say the same', async () => {
  assert.deepEqual(await parseCatalogFile(await readFile(FILE, 'utf8')), { kind: 'parsed', catalog: loadDemoCatalog() })
})

test('shows every kind of item', () => {
  const { items } = loadDemoCatalog()
  const has = (is: (item: (typeof items)[number]) => boolean): boolean => items.some(is)
  assert.deepEqual(
    {
      currency: has(({ type }) => type === 'virtual_currency'),
      package: has(({ bundleType }) => bundleType === 'virtual_currency_package'),
      bundle: has(({ bundleType, contents }) => bundleType === 'standard' && contents.length > 2),
      free: has(({ isFree }) => isFree),
      preOrder: has(({ isPreOrder }) => isPreOrder),
      onlyVirtual: has(({ prices, virtualPrices }) => prices.length === 0 && virtualPrices.length > 0),
      discount: has(({ prices }) => prices.some((one) => one.amountWithoutDiscount > one.amount)),
      regional: has(({ prices }) => prices.some(({ countries }) => countries !== null)),
      subscription: has(({ virtualItemType }) => virtualItemType === 'non_renewing_subscription'),
    },
    {
      currency: true,
      package: true,
      bundle: true,
      free: true,
      preOrder: true,
      onlyVirtual: true,
      discount: true,
      regional: true,
      subscription: true,
    },
  )
})

test('shows every kind of promotion, and leaves the price of everything else alone', () => {
  const { promotions } = loadDemoCatalog()
  assert.deepEqual(
    promotions.map(({ kind, discount, bonus }) => [kind, discount?.on ?? null, bonus.length]),
    [
      ['promotion', ['helmet_1'], 0],
      ['promotion', null, 1],
      ['promo_code', 'purchase', 0],
      ['coupon', null, 2],
    ],
  )
  assert.deepEqual(promotions[1]?.condition, [{ sku: 'helmet_1', quantity: 2 }])
})

test('everything that costs money is sold in currencies with none, two and three decimals', () => {
  for (const { sku, prices } of loadDemoCatalog().items.filter((item) => item.prices.length > 0)) {
    const currencies = new Set(prices.map(({ currency }) => currency))
    for (const currency of ['USD', 'EUR', 'JPY', 'KRW', 'KWD'])
      assert.ok(currencies.has(currency), `${sku} in ${currency}`)
  }
})
