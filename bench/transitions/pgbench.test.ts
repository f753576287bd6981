// What goes into pgbench and what comes out of it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { callTimes, pgbenchScript, ratePerSecond } from './pgbench.ts'

test('each statement is one line, and those that give values end in \\gset', () => {
  const script = pgbenchScript({
    statements: [
      { text: 'update a\n  set b = :now', gives: false },
      { text: 'insert into c returning d', gives: true },
    ],
    constants: {},
  })
  const lines = script.trimEnd().split('\n')
  assert.deepEqual(lines.slice(-3), ['update a set b = :now;', 'insert into c returning d \\gset', 'commit;'])
  assert.match(lines.at(-4) ?? '', /^select .* where l\.place = :place for update of o \\gset$/)
})

test('reads the rate and the milliseconds of each transaction', () => {
  assert.equal(ratePerSecond('latency average = 1 ms\ntps = 4321.5 (without initial connection time)\n'), 4_321.5)
  assert.deepEqual(callTimes('0 1 1500 0 1700000000 1\n3 2 250 0 1700000000 2\n'), [1.5, 0.25])
  assert.throws(() => ratePerSecond('connection refused'), /told no rate/)
})
