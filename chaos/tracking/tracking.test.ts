// A short run in bad weather in the suite; `npm run chaos -- tracking` does the long ones.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { seededRandom } from '../seeded-random.ts'
import { trackInBadWeather } from './track-in-bad-weather.ts'

const SEED = 4400

test('trackings end as their orders do while the server is killed, wires break, clocks jump and tokens run out', async (t) => {
  const path = await mkdtemp(join(tmpdir(), 'ordertrail-tracking-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  const outcome = await trackInBadWeather({
    path,
    players: 2,
    ordersPerPlayer: 3,
    spreadMs: 1_000,
    random: seededRandom(SEED),
  })
  assert.deepEqual(outcome.violations, [])
  assert.equal(outcome.trackings, 6)
  assert.ok(outcome.kills > 0, 'the sky was clear')
})
