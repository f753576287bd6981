import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMs } from './duration.ts'

test('reads lengths of time as people write them', () => {
  const read = (['25m', '12h', '1h30m', '0.5d', '90s', '250ms', 1_500, 2.4] as const).map(durationMs)
  assert.deepEqual(read, [1_500_000, 43_200_000, 5_400_000, 43_200_000, 90_000, 250, 1_500, 2])
})

for (const text of [
  '',
  '25',
  '25 m',
  'm',
  '-5m',
  '5m later',
  '5w',
  '0m',
  0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
]) {
  test(`refuses ${JSON.stringify(text)} ${text}`, () => {
    assert.throws(() => durationMs(text), { name: 'TypeError', message: /25m, 12h or 1h30m/ })
  })
}
