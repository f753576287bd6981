// A short run in the suite, with a bound of memory that a warming process keeps; `npm run chaos -- frames` holds the strict one.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

test('damaged frames over real sockets end with the right code, and nothing of them is held', async () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const bounds = ['--count', '2000', '--growth-max', '10']
  const line = ['--conditions=ordertrail-source', main, 'frames', '--seed', '5', ...bounds]
  const { stdout } = await promisify(execFile)(process.execPath, line)
  for (const end of ['1002', '1007', '1009', '3500', '3501', 'none'])
    assert.match(stdout, new RegExp(`ended with ${end} `))
  assert.match(stdout, /0 violations/)
})
