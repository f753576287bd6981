// Tests of reading the memory of a process.
import assert from 'node:assert/strict'
import test from 'node:test'
import { residentKib } from './memory.ts'

test('resident memory is read from a status, whatever the name of the process', () => {
  assert.equal(residentKib('Name:\tVmRSS: 1 kB\nVmHWM:\t  999 kB\nVmRSS:\t  123456 kB\nThreads:\t7\n'), 123_456)
  assert.throws(() => residentKib('Name:\tzombie\n'), /no VmRSS/)
})
