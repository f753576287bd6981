// A short run in the suite, with bounds that a busy machine keeps; `npm run chaos -- hostile-answers` holds the strict ones.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

test('endless, dripping and exploding answers cost a process little memory and no time beyond the deadline', async () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const bounds = ['--exchanges', '8', '--deadline', '300', '--growth-max', '10', '--overdue-max', '5000']
  const line = ['--conditions=ordertrail-source', main, 'hostile-answers', '--seed', '1', ...bounds]
  const { stdout } = await promisify(execFile)(process.execPath, line)
  assert.match(stdout, /exploding body/)
  assert.match(stdout, /0 violations/)
})
