// How stores are grown, and how far that has come.
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import test from 'node:test'
import { bytesOf, portions, progressText, refuseFullDisk } from './grow-place.ts'

test('every copy is made once, and no portion is partly retired', () => {
  assert.deepEqual(portions({ copies: 13, retired: 2 }), [
    { first: 1, last: 2, areRetired: true },
    { first: 3, last: 12, areRetired: false },
    { first: 13, last: 13, areRetired: false },
  ])
  assert.deepEqual(portions({ copies: 0, retired: 0 }), [])
})

test('a store that does not fit is refused before anything is written', () => {
  assert.throws(() => refuseFullDisk(tmpdir(), 1024 ** 6), /would take about 1073741824\.0 GiB .* GiB left/)
  refuseFullDisk(tmpdir(), 0)
  assert.ok(bytesOf('sqlite', { copies: 99, retired: 90 }) < bytesOf('sqlite', { copies: 99, retired: 0 }))
})

test('progress tells share, rate and what is left', () => {
  assert.equal(progressText(10, 40, 2_000), '100,000 orders copied, 25 %, 50,000/s, 6 s left')
})
