// Importing a catalog: all of it or nothing, and ids that never change.
import assert from 'node:assert/strict'
import test from 'node:test'
import { eachStore } from '../platform/store/testing/index.ts'
import { loadDemoCatalog } from './demo-catalog.ts'
import { importCatalog } from './import-catalog.ts'
import { findItem, loadItems } from './load-items.ts'
import { commandsWith, given, givenProjects, PROJECT_ID } from './testing/given-catalog.ts'

const gold = { sku: 'gold', type: 'virtual_currency', name: 'Gold' }
const sword = { sku: 'sword', type: 'virtual_good', name: 'Sword', prices: { USD: 1.99 } }
const pack = {
  sku: 'pack',
  type: 'bundle',
  bundle_type: 'virtual_currency_package',
  name: 'Pack',
  content: [{ sku: 'gold', quantity: 100 }],
  prices: { USD: 4.99 },
}

eachStore((name, open) => {
  test(`${name}: what was imported is what is read`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store)
    const catalog = loadDemoCatalog()
    const result = await store.run(importCatalog, {
      projectId: PROJECT_ID,
      mode: 'replace' as const,
      catalog,
      actor: 'test',
    })
    assert.deepEqual(result, { kind: 'imported', created: catalog.items.length, updated: 0, deleted: 0 })
    const items = await loadItems(
      store.read,
      PROJECT_ID,
      catalog.items.map(({ sku }) => sku),
    )
    const back = catalog.items.map(({ sku }) => {
      const found = items.get(sku)
      if (found === undefined) return undefined
      const { projectId, itemId, name: _name, description: _description, contents, ...core } = found
      return { ...core, contents: contents.map(({ quantity, item }) => ({ sku: item.sku, quantity })) }
    })
    assert.deepEqual(back, catalog.items)
  })

  test(`${name}: items keep their id over every import`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store)
    await given(store, [sword, gold])
    const before = await findItem(store.read, PROJECT_ID, 'sword')
    const changed = { ...sword, name: 'Sharper Sword', prices: { EUR: 2.5 } }
    assert.deepEqual(await given(store, [changed], 'upsert'), { kind: 'imported', created: 0, updated: 1, deleted: 0 })
    const after = await findItem(store.read, PROJECT_ID, 'sword')
    assert.deepEqual([after?.itemId, after?.name, after?.prices[0]?.amount], [before?.itemId, 'Sharper Sword', 250])
    assert.notEqual(await findItem(store.read, PROJECT_ID, 'gold'), undefined)
  })

  test(`${name}: replacing deletes what the file does not name, in this project only`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store, PROJECT_ID, 2)
    await given(store, [gold, pack, sword])
    await given(store, [gold, pack], 'replace', 2)
    assert.deepEqual(await given(store, [sword]), { kind: 'imported', created: 0, updated: 1, deleted: 2 })
    assert.deepEqual([...(await loadItems(store.read, PROJECT_ID, ['gold', 'pack', 'sword'])).keys()], ['sword'])
    assert.equal((await findItem(store.read, 2, 'pack'))?.contents.length, 1)
  })

  test(`${name}: a bundle's content follows the newest file`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store)
    await given(store, [gold, pack])
    await given(store, [{ ...pack, content: [{ sku: 'gold', quantity: 120 }] }], 'upsert')
    const contents = (await findItem(store.read, PROJECT_ID, 'pack'))?.contents.map(({ quantity, item }) => [
      item.sku,
      quantity,
    ])
    assert.deepEqual(contents, [['gold', 120]])
  })

  test(`${name}: a whole catalog that names what it does not have changes nothing`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store)
    await given(store, [sword, gold])
    const refused = { kind: 'refused', code: 'content_unknown', sku: 'pack', contentSku: 'gold' }
    assert.deepEqual(await given(store, [pack]), refused)
    assert.deepEqual([...(await loadItems(store.read, PROJECT_ID, ['gold', 'sword', 'pack'])).keys()].sort(), [
      'gold',
      'sword',
    ])
  })

  test(`${name}: an upsert may name what only the store has, if it is of the right kind`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store)
    await given(store, [sword, gold])
    const odd = { ...pack, content: [{ sku: 'sword', quantity: 1 }] }
    assert.deepEqual(await given(store, [odd], 'upsert'), {
      kind: 'refused',
      code: 'content_not_currency',
      sku: 'pack',
      contentSku: 'sword',
    })
    assert.equal((await given(store, [pack], 'upsert')).kind, 'imported')
    const nested = { sku: 'box', type: 'bundle', name: 'Box', content: [{ sku: 'pack', quantity: 1 }] }
    assert.deepEqual(await given(store, [nested], 'upsert'), {
      kind: 'refused',
      code: 'content_is_bundle',
      sku: 'box',
      contentSku: 'pack',
    })
    const paid = { sku: 'potion', type: 'virtual_good', name: 'Potion', virtual_prices: { silver: 5 } }
    assert.deepEqual(await given(store, [paid], 'upsert'), {
      kind: 'refused',
      code: 'currency_unknown',
      sku: 'potion',
      contentSku: 'silver',
    })
  })

  test(`${name}: an import is in the audit log, one of a project that is not there is nowhere`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store)
    await given(store, [sword])
    assert.deepEqual(await given(store, [sword], 'replace', 9), { kind: 'absent' })
    const entries = await store.read.selectFrom('audit_log').select(['project_id', 'action', 'details']).execute()
    const details = '{"mode":"replace","created":1,"updated":0,"deleted":0}'
    assert.deepEqual(entries, [{ project_id: PROJECT_ID, action: 'catalog.imported', details }])
  })

  test(`${name}: ten thousand items are imported and replaced`, async (t) => {
    const { store, stop } = await open({ commands: commandsWith() })
    t.after(stop)
    await givenProjects(store)
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...sword, sku: `sword_${index}` }))
    assert.deepEqual(await given(store, many), { kind: 'imported', created: 10_000, updated: 0, deleted: 0 })
    assert.deepEqual(await given(store, many.slice(0, 1)), { kind: 'imported', created: 0, updated: 1, deleted: 9_999 })
  })
})
