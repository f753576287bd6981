// A lease that lies about is found out, and neither a dead database nor a slow machine is taken for a slow server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stalledMs } from '../observed-stalls.ts'
import { type LeaseTimes, overdueMs } from './lease-returns.ts'

/** Two servers, nobody away, a machine that is free. */
const FREE: LeaseTimes = { leaseMs: 2_000, isAlone: false, outages: [], stalls: [] }

const CASES: readonly (readonly [name: string, endedAt: number, times: Partial<LeaseTimes>, overdueMs: number])[] = [
  ['counts from the end of the lease, not from the kill', 3_004, {}, 1_004],
  ['is never below 0', 1_500, {}, 0],
  ['counts from the end of an outage that outlasts the lease', 4_500, { outages: [{ at: 500, backAt: 4_000 }] }, 500],
  ['counts from the lease where the outage was over before', 3_500, { outages: [{ at: 500, backAt: 900 }] }, 1_500],
  ['is 0 where it came back before the restart was told', 3_900, { outages: [{ at: 500, backAt: 4_000 }] }, 0],
  [
    'counts from the last of two outages that follow each other',
    5_500,
    {
      outages: [
        { at: 500, backAt: 2_500 },
        { at: 3_000, backAt: 5_100 },
      ],
    },
    400,
  ],
  [
    'is not excused by an outage that began when the time was over',
    9_000,
    { outages: [{ at: 3_001, backAt: 8_900 }] },
    7_000,
  ],
  [
    'counts from the restart of the only process',
    4_000,
    { isAlone: true, outages: [{ at: 500, backAt: 1_000 }] },
    3_000,
  ],
  [
    'is not excused by a restart of the only process when the time was over',
    9_000,
    { isAlone: true, outages: [{ at: 8_000, backAt: 8_990 }] },
    7_000,
  ],
  ['counts from the lease where the only process lived on', 2_600, { isAlone: true }, 600],
  ['leaves out what the observer was stalled', 3_100, { stalls: [{ from: 1_900, until: 2_150 }] }, 950],
]

for (const [name, endedAt, times, expected] of CASES)
  test(name, () => assert.equal(overdueMs({ startedAt: 0, endedAt }, { ...FREE, ...times }), expected))

test('a stall counts as far as it lies within the time', () => {
  const stalls = [
    { from: 0, until: 15 },
    { from: 18, until: 19 },
    { from: 25, until: 40 },
  ]
  assert.equal(stalledMs(stalls, { from: 10, until: 30 }), 5 + 1 + 5)
  assert.equal(stalledMs(stalls, { from: 50, until: 60 }), 0)
})
