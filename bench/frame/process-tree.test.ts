// Processes as Linux tells of them.
import assert from 'node:assert/strict'
import test from 'node:test'
import { cpuMsOf } from './cpu-time.ts'
import { diskReadBytesOf, parseReadBytes } from './disk-reads.ts'
import { parseStat } from './process-tree.ts'

const IO =
  'rchar: 323934931\nwchar: 323929600\nsyscr: 632687\nsyscw: 632675\nread_bytes: 4096\nwrite_bytes: 323932160\n'

test('reads parent and ticks behind a name that holds brackets and blanks', () => {
  const line = '42 (a (b) c) S 7 42 42 0 -1 4194560 100 0 0 0 11 12 13 14 20 0 1 0 500 1000 200'
  assert.deepEqual(parseStat(42, line), { pid: 42, name: 'a (b) c', parent: 7, cpuMs: 500 })
})

test('reads what came from the disk, and not what came from memory', () => {
  assert.deepEqual([parseReadBytes(IO), parseReadBytes('')], [4_096, Number.NaN])
})

test('knows this process, and nobody with a number that is taken by none', () => {
  const isLinux = process.platform === 'linux'
  assert.equal(typeof cpuMsOf(process.pid), isLinux ? 'number' : 'object')
  assert.deepEqual([cpuMsOf(-1), diskReadBytesOf(-1)], [null, null])
})
