// Importing promotions: by the modes of the catalog, with ids that stay and codes that are nobody else's.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Store } from '../../platform/store/index.ts'
import { eachStore } from '../../platform/store/testing/index.ts'
import { commandsWith, given, givenProjects, PROJECT_ID } from '../testing/given-catalog.ts'
import { codeKey, loadCodes, loadRunningPromotions } from './load-promotions.ts'

const sword = { sku: 'sword', type: 'virtual_good', name: 'Sword', prices: { USD: 1.99 } }
const BONUS = [{ sku: 'sword', quantity: 1 }]
const sale = { external_id: 'sale', name: 'Sale', discount: { percent: 10 } }
const late = { external_id: 'late', name: 'Late', order: 9, bonus: BONUS, date_start: '2001-01-01T00:00:00Z' }
const summer = { external_id: 'summer', name: 'Summer', codes: ['SUMMER', 'SOMMER'], discount: { percent: 20 } }
const present = { external_id: 'summer', name: 'Present', codes: ['GIFT'], bonus: BONUS, countries: ['DE'] }
const LISTS = { promotions: [late, sale], promo_codes: [summer], coupons: [present] }

/** What each code leads to: `kind external id`. */
async function codesOf(store: Store, ...codes: readonly string[]) {
  const asked = codes.map((code) => ({ projectId: PROJECT_ID, code }))
  const found = await loadCodes(store.read, asked)
  return asked.map((code) => {
    const promotion = found.get(codeKey(code))
    return promotion === undefined ? null : `${promotion.kind} ${promotion.externalId}`
  })
}

async function runningAt(store: Store, now: number) {
  return (await loadRunningPromotions(store.read, [PROJECT_ID], now)).map(({ externalId }) => externalId)
}

const NOW = Date.UTC(2026, 5, 1)

eachStore((name, open) => {
  const opened = async (t: { after(end: () => Promise<void>): void }) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store, PROJECT_ID, 2)
    return store
  }
  const imported = (store: Store, lists: object, mode: 'replace' | 'upsert' = 'replace', projectId = PROJECT_ID) =>
    given(store, [sword], mode, projectId, { ...lists })

  test(`${name}: what was imported is what is read, in its order`, async (t) => {
    const store = await opened(t)
    assert.equal((await imported(store, LISTS)).kind, 'imported')
    assert.deepEqual(await runningAt(store, NOW), ['sale', 'late'])
    assert.deepEqual(await codesOf(store, 'SUMMER', 'SOMMER', 'GIFT', 'gift'), [
      'promo_code summer',
      'promo_code summer',
      'coupon summer',
      null,
    ])
    const found = await loadCodes(store.read, [{ projectId: PROJECT_ID, code: 'GIFT' }])
    const { promotionId, ...coupon } = found.get(codeKey({ projectId: PROJECT_ID, code: 'GIFT' })) ?? {}
    assert.equal(typeof promotionId, 'number')
    assert.deepEqual(coupon, {
      projectId: PROJECT_ID,
      taken: 0,
      kind: 'coupon',
      externalId: 'summer',
      name: 'Present',
      isEnabled: true,
      startsAt: null,
      endsAt: null,
      order: 0,
      discount: null,
      bonus: BONUS,
      condition: null,
      countries: ['DE'],
      limits: { perUser: null, total: null, perCode: null },
    })
  })

  test(`${name}: a promotion runs from its start to just before its end, where it is enabled`, async (t) => {
    const store = await opened(t)
    const [start, end] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)]
    const timed = { ...sale, date_start: '2026-01-01T00:00:00Z', date_end: '2026-02-01T00:00:00Z' }
    const off = { ...sale, external_id: 'off', is_enabled: false }
    await imported(store, { promotions: [timed, off] })
    const seen = []
    for (const now of [start - 1, start, end - 1, end]) seen.push((await runningAt(store, now)).length)
    assert.deepEqual(seen, [0, 1, 1, 0])
  })

  test(`${name}: a promotion keeps its id over every import, and a replaced catalog loses the others`, async (t) => {
    const store = await opened(t)
    await imported(store, LISTS)
    await imported(store, LISTS, 'replace', 2)
    const before = await loadRunningPromotions(store.read, [PROJECT_ID], NOW)
    await imported(store, { promotions: [{ ...sale, discount: { percent: 50 } }] })
    const after = await loadRunningPromotions(store.read, [PROJECT_ID], NOW)
    assert.deepEqual(
      after.map(({ promotionId, discount }) => [promotionId, discount?.off]),
      [[before[0]?.promotionId, { kind: 'percent', hundredths: 5000 }]],
    )
    assert.deepEqual(await codesOf(store, 'SUMMER', 'GIFT'), [null, null])
    assert.equal((await loadRunningPromotions(store.read, [2], NOW)).length, 2)
  })

  test(`${name}: an upsert leaves what it does not name, and replaces the codes of what it names`, async (t) => {
    const store = await opened(t)
    await imported(store, LISTS)
    await imported(store, { promo_codes: [{ ...summer, codes: ['SUMMER', 'VERANO'] }] }, 'upsert')
    assert.deepEqual(await runningAt(store, NOW), ['sale', 'late'])
    assert.deepEqual(await codesOf(store, 'SUMMER', 'SOMMER', 'VERANO', 'GIFT'), [
      'promo_code summer',
      null,
      'promo_code summer',
      'coupon summer',
    ])
  })

  test(`${name}: refuses unknown items and codes of others, and then changes nothing`, async (t) => {
    const store = await opened(t)
    await imported(store, LISTS)
    const unknown = { promotions: [{ ...late, bonus: [{ sku: 'axe', quantity: 1 }] }] }
    for (const mode of ['replace', 'upsert'] as const) {
      assert.deepEqual(await imported(store, unknown, mode), {
        kind: 'refused',
        code: 'promotion_item_unknown',
        sku: 'late',
        contentSku: 'axe',
      })
    }
    assert.deepEqual(await imported(store, { coupons: [{ ...present, codes: ['SUMMER'] }] }, 'upsert'), {
      kind: 'refused',
      code: 'code_taken',
      sku: 'summer',
      contentSku: 'SUMMER',
    })
    assert.deepEqual(await codesOf(store, 'SUMMER', 'GIFT'), ['promo_code summer', 'coupon summer'])
  })

  test(`${name}: a code may move between entries of one file, and be another project's too`, async (t) => {
    const store = await opened(t)
    await imported(store, LISTS)
    await imported(store, LISTS, 'replace', 2)
    const moved = { promo_codes: [{ ...summer, codes: ['GIFT'] }], coupons: [{ ...present, codes: ['SUMMER'] }] }
    assert.equal((await imported(store, moved, 'upsert')).kind, 'imported')
    assert.deepEqual(await codesOf(store, 'SUMMER', 'GIFT'), ['coupon summer', 'promo_code summer'])
  })
})
