// A short run of the scenario `chains` on every store; `npm run chaos -- chains` does the long ones.
import assert from 'node:assert/strict'
import test from 'node:test'
import { eachStore } from '../../packages/server/src/platform/store/testing/index.ts'
import { seededRandom } from '../seeded-random.ts'
import { runChains } from './run-chains.ts'

/** PostgreSQL waits for each of many small transactions. */
const ORDERS = { 'sqlite memory': 100, 'sqlite file': 50, postgres: 25 }
const BLOCK_SIZE = 25
const SEED = 64

eachStore((name, open) => {
  test(`${name}: random lives of orders are what the rules make of them`, async () => {
    const random = seededRandom(SEED)
    const wish = { orders: ORDERS[name], blockSize: BLOCK_SIZE }
    const outcome = await runChains({ open, random, ...wish, report: () => undefined })
    assert.deepEqual(outcome.violations, [])
    assert.ok(outcome.posts > 0 && outcome.acts > ORDERS[name])
  })
})
