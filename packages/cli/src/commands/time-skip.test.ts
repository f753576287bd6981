import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError } from 'commander'
import { givenEmulator } from '../testing/given-emulator.ts'
import { ORDERTRAIL, runToEnd } from '../testing/spawn-program.ts'
import { parseMinutes } from './time-skip.ts'

const MINUTES: readonly (readonly [string, number])[] = [
  ['25m', 25],
  ['12h', 720],
  ['1d', 1440],
]
for (const [text, minutes] of MINUTES) {
  test(`${text} is ${minutes} minutes`, () => assert.equal(parseMinutes(text), minutes))
}

for (const text of ['25', '0m', '-5m', '1.5h', '25 m', '25s', '']) {
  test(`refuses the duration "${text}"`, () => assert.throws(() => parseMinutes(text), InvalidArgumentError))
}

test('skip moves the time of the emulator and tells it', async (t) => {
  const { url } = await givenEmulator(t)
  const before = Date.now()
  const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'time', 'skip', '2h', '--url', url])
  assert.deepEqual([code, stderr], [0, ''])
  const told = /^for the emulator it is (\S+) now\n$/.exec(stdout)?.[1] ?? ''
  assert.ok(Date.parse(told) - before >= 2 * 60 * 60 * 1000, stdout)
})
