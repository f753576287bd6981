// CPU time as Linux tells it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseStat } from './cpu-time.ts'

test('reads parent and ticks behind a name that holds brackets and blanks', () => {
  const line = '42 (a (b) c) S 7 42 42 0 -1 4194560 100 0 0 0 11 12 13 14 20 0 1 0 500 1000 200'
  assert.deepEqual(parseStat(42, line), { pid: 42, name: 'a (b) c', parent: 7, cpuMs: 500 })
})
