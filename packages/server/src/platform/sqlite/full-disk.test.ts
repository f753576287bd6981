// A disk that is full, and has room again.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { bind, type Command, oneByOne, rareCommand, runText, type Store } from '../store/index.ts'
import { composeWriteSide, faultsOf, sell } from '../store/testing/sale-write-side.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

/** Sets how large the file may grow, as a disk does that is nearly full. */
const limitPages: Command<{ readonly pages: number }, null> = rareCommand('test.limit-pages')
const boundLimitPages = bind(
  limitPages,
  oneByOne(async (tx, { pages }) => {
    await runText(tx, `pragma max_page_count = ${pages}`, [])
    return null
  }),
)
const PAGES_MAX = 1_000_000_000
const SALES_MAX = 20_000

function givenFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-full-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function call(program: string, ...args: readonly string[]): ReturnType<typeof spawnSync> {
  return spawnSync(program, args)
}

/** A small disk; null where this user may not mount one. */
function givenSmallDisk(t: TestContext): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-full-'))
  const { status } = call('mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder)
  t.after(() => {
    if (status === 0) call('umount', '-l', folder)
    rmSync(folder, { recursive: true })
  })
  return status === 0 ? folder : null
}

/** Sells in sixteens until one is refused. */
async function sellUntilRefused(store: Store, prefix: string): Promise<{ confirmed: string[]; refusals: unknown[] }> {
  const confirmed: string[] = []
  const refusals: unknown[] = []
  for (let count = 0; count < SALES_MAX && refusals.length === 0; count += 16) {
    const keys = Array.from({ length: 16 }, (_, index) => `${prefix}-${count + index}`)
    const settled = await Promise.allSettled(keys.map((key) => store.run(sell, { key, party: 'player' })))
    settled.forEach((result, index) => {
      if (result.status === 'fulfilled') confirmed.push(keys[index] ?? '')
      else refusals.push(result.reason.code)
    })
  }
  return { confirmed, refusals }
}

test('a file that cannot grow: clear errors, nothing confirmed is lost, and it goes on with more room', async (t) => {
  const path = join(givenFolder(t), 'shop.db')
  const store = await openSqliteStore({ path, commands: [...composeWriteSide(), boundLimitPages] })
  t.after(() => store.stop())
  await store.run(limitPages, { pages: 200 })
  const { confirmed, refusals } = await sellUntilRefused(store, 'before')
  assert.deepEqual(new Set(refusals), new Set(['store_full']))
  assert.deepEqual(await faultsOf(store, confirmed), [])
  await store.run(limitPages, { pages: PAGES_MAX })
  const id = await store.run(sell, { key: 'after', party: 'player' })
  assert.ok(id > 10_000_000 + confirmed.length)
  assert.deepEqual(await faultsOf(store, [...confirmed, 'after']), [])
})

test('a full disk: clear errors, nothing confirmed is lost, and it goes on once there is room', async (t) => {
  const folder = givenSmallDisk(t)
  // Elsewhere the test above stands for it.
  if (folder === null) return
  const path = join(folder, 'shop.db')
  const writeSideModule = new URL('../store/testing/sale-write-side.ts', import.meta.url)
  const store = await openSqliteStore({ path, writeSideModule, writeSideOptions: null })
  t.after(() => store.stop())
  const filler = join(folder, 'filler')
  writeFileSync(filler, 'x'.repeat(1_000_000))
  const { confirmed, refusals } = await sellUntilRefused(store, 'before')
  assert.deepEqual(new Set(refusals), new Set(['store_full']))
  assert.deepEqual(await faultsOf(store, confirmed), [])
  rmSync(filler)
  await store.run(sell, { key: 'after', party: 'player' })
  await store.stop()
  const again = await openSqliteStore({ path, commands: [] })
  assert.deepEqual(await faultsOf(again, [...confirmed, 'after']), [])
  await again.stop()
})
