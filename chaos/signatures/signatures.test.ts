// A short run in the suite; `npm run chaos -- signatures` makes the long one.
import assert from 'node:assert/strict'
import test from 'node:test'
import { seededRandom } from '../seeded-random.ts'
import { trySignatures } from './try-signatures.ts'

test('accepts no pair that differs in body or signature, and refuses no odd body', async () => {
  const found = await trySignatures({ pairs: 2_000, bodies: 300, random: seededRandom(5), report: () => {} })
  assert.deepEqual(found.violations, [])
  assert.ok(found.refusedForGood > 1_500, `${found.refusedForGood} were refused for good`)
})
