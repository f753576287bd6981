// A short run of the scenario `schedules` on every store; `npm run chaos -- schedules` does the long ones.
import assert from 'node:assert/strict'
import test from 'node:test'
import { eachStore } from '../../packages/server/src/platform/store/testing/index.ts'
import { seededRandom } from '../seeded-random.ts'
import { runSchedules } from './run-schedules.ts'

/** PostgreSQL waits for each of many small transactions. */
const HISTORIES = { 'sqlite memory': 16, 'sqlite file': 8, postgres: 5 }
const SEED = 602

eachStore((name, open) => {
  test(`${name}: every attempt of random histories is made when the rules say, and none else`, async () => {
    const random = seededRandom(SEED)
    const outcome = await runSchedules({ open, histories: HISTORIES[name], random, report: () => undefined })
    assert.deepEqual(outcome.violations, [])
    assert.equal(outcome.up.offOffset, 0)
    assert.ok(outcome.up.attempts > HISTORIES[name] && outcome.troubled.crashes > 0 && outcome.troubled.skipped > 0)
  })
})
