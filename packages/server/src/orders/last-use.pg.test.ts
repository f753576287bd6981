// The last use of a promotion on two nodes of one PostgreSQL: exactly one buyer gets it, whoever writes at the same time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPostgresStore } from '../platform/postgres/index.ts'
import { boundSeedRows } from '../platform/store/testing/seed-rows.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../platform/store/testing/test-database.ts'
import { composeWriteSide } from '../write-side.ts'
import { createOrder } from './index.ts'
import { givenPromotions, miscounted, usesOf } from './testing/given-promotions.ts'
import { userParty } from './testing/given-rows.ts'
import { seedProject } from './testing/open-shop.ts'
import { swordFor } from './testing/shop.ts'

const postgres = { skip: TEST_DATABASE_URL === undefined && 'TEST_DATABASE_URL is not set' }
/** Enough for the nodes to meet in every way. */
const ROUNDS = 15

test('two nodes never take the last use twice, and an import between them changes nothing', postgres, async (t) => {
  const { url, drop } = await openTestDatabase(TEST_DATABASE_URL ?? '')
  const commands = [...composeWriteSide({ isDev: true }), boundSeedRows]
  const nodes = [await openPostgresStore({ url, commands }), await openPostgresStore({ url, commands })] as const
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    await drop()
  })
  await seedProject(nodes[0], {})
  for (let round = 1; round <= ROUNDS; round += 1) {
    const code = `CODE${round}`
    const promoCode = { external_id: `round-${round}`, codes: [code], discount: { percent: 50 }, limits: { total: 1 } }
    await givenPromotions(nodes[0], { promo_codes: [promoCode] })
    const wish = { ...swordFor(`player-${round}`), promoCode: code }
    const [first, second] = await Promise.all([
      nodes[0].run(createOrder, wish),
      nodes[1].run(createOrder, { ...wish, party: userParty('other') }),
      givenPromotions(nodes[round % 2] ?? nodes[0], { promo_codes: [{ ...promoCode, codes: [code, `${code}-B`] }] }),
    ])
    assert.deepEqual(
      [first, second].map((result) => (result.kind === 'refused' ? result.code : result.kind)).sort(),
      ['code_limit_reached', 'created'],
      `round ${round}`,
    )
  }
  assert.equal((await usesOf(nodes[0])).length, ROUNDS)
  assert.deepEqual(await miscounted(nodes[0]), [])
})
