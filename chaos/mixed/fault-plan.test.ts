// A plan of faults comes again with its seed, and faults that come together hit different things.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../seeded-random.ts'
import { type FaultKind, planFaults } from './fault-plan.ts'

const KINDS: readonly FaultKind[] = (['node', 'node', 'store', 'broker', 'disk', 'listener'] as const).map(
  (target, index) => ({ name: `fault ${index}`, target, weight: index + 1, lastsMs: [100, 200] }),
)
const ROUNDS = 400

test('repeats with its seed', () => {
  assert.deepEqual(planFaults(seededRandom(7), ROUNDS, KINDS), planFaults(seededRandom(7), ROUNDS, KINDS))
  assert.notDeepEqual(planFaults(seededRandom(7), ROUNDS, KINDS), planFaults(seededRandom(8), ROUNDS, KINDS))
})

test('has one fault in a round, and three to five different ones in every fourth', () => {
  for (const [index, faults] of planFaults(seededRandom(1), ROUNDS, KINDS).entries()) {
    const [min, max] = (index + 1) % 4 === 0 ? [3, 5] : [1, 1]
    assert.ok(faults.length >= min && faults.length <= max)
    assert.equal(new Set(faults.map(({ kind }) => kind.target)).size, faults.length)
    for (const { lastsMs, pick } of faults) assert.ok(lastsMs >= 100 && lastsMs <= 200 && pick >= 0 && pick < 1)
  }
})

test('chooses every kind, the heavy ones more often', () => {
  const single = planFaults(seededRandom(2), ROUNDS, KINDS).filter(({ length }) => length === 1)
  const counts = KINDS.map((kind) => single.filter(([fault]) => fault?.kind === kind).length)
  assert.ok(counts.every((count) => count > 0))
  assert.ok((counts[5] ?? 0) > 2 * (counts[0] ?? 0))
})
