// Lists of what is offered: filtered before they are cut into pages, on every store.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eachStore } from '../../platform/store/testing/index.ts'
import { listItems } from '../item-queries.ts'
import { commandsWith, given, givenProjects, PROJECT_ID } from '../testing/given-catalog.ts'
import type { Offer, Offers } from './offer.ts'
import { isShown, shownNames } from './personal-items.ts'

const NOW = 1_000
const SKUS = Array.from({ length: 12 }, (_, index) => `item-${index}`)

const time = fc.option(fc.integer({ min: NOW - 1, max: NOW + 1 }))
const offer: fc.Arbitrary<Offer> = fc.record({ quantity: fc.option(fc.nat(3)), from: time, until: time })

/** Offers of some items by SKU and some by id, unknown ones among them. */
function offersOf(itemIds: readonly number[]): fc.Arbitrary<Offers> {
  const bySku = fc.array(fc.tuple(fc.constantFrom(...SKUS, 'unknown'), offer), { maxLength: 10 })
  const byId = fc.array(fc.tuple(fc.constantFrom(...itemIds, 999_999), offer), { maxLength: 10 })
  return fc.record({ bySku: bySku.map((entries) => new Map(entries)), byId: byId.map((entries) => new Map(entries)) })
}

eachStore((name, open) => {
  test(`${name}: a page of what is offered is cut from all that is offered`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store)
    await given(
      store,
      SKUS.map((sku, order) => ({
        sku,
        type: 'virtual_good',
        name: sku,
        prices: { USD: 1 },
        order,
        is_enabled: order !== 5,
      })),
    )
    const { items: all } = await listItems(store.read, PROJECT_ID, {}, { offset: 0, limit: 50 })
    const page = fc.record({ offset: fc.nat(6), limit: fc.integer({ min: 1, max: 6 }) })
    await fc.assert(
      fc.asyncProperty(offersOf(all.map(({ itemId }) => itemId)), page, async (offers, { offset, limit }) => {
        const found = await listItems(store.read, PROJECT_ID, { only: shownNames(offers, NOW) }, { offset, limit })
        const wanted = all.filter((item) => isShown(offers, item, NOW))
        assert.deepEqual(
          [found.items.map(({ sku }) => sku), found.hasMore],
          [wanted.slice(offset, offset + limit).map(({ sku }) => sku), wanted.length > offset + limit],
        )
      }),
      { numRuns: 60 },
    )
  })
})
