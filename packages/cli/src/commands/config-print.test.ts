import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { givenFolder } from '../testing/given-folder.ts'
import { ORDERTRAIL, runToEnd } from '../testing/spawn-program.ts'

test('prints every value with its source, hides secrets, and warns of what looks like a slip', async (t) => {
  const folder = await givenFolder(t)
  await writeFile(join(folder, 'shop.yaml'), 'logLevel: error\n')
  const env = { ORDERTRAIL_ADMIN_KEY: 'k'.repeat(40), ORDERTRAIL_PROT: '1' }
  const flags = ['--mode', 'dev', '--config', 'shop.yaml', '--port', '8080']
  const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'config', 'print', ...flags], { folder, env })
  assert.deepEqual([code, stderr], [0, 'ORDERTRAIL_PROT is set but is no setting of this version.\n'])
  const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/))
  for (const line of [
    ['port', '8080', 'flag'],
    ['logLevel', 'error', 'file'],
    ['adminKey', '(hidden)', 'environment'],
    ['host', '127.0.0.1', 'default'],
  ]) {
    assert.deepEqual(
      lines.find(([name]) => name === line[0]),
      line,
    )
  }
})

test('tells what start would refuse', async (t) => {
  const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'config', 'print'], { folder: await givenFolder(t) })
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^The configuration has 2 problems:\n/)
})

test('a file that was named must exist', async (t) => {
  const folder = await givenFolder(t)
  const { code, stderr } = await runToEnd([...ORDERTRAIL, 'config', 'print', '--config', 'absent.yaml'], { folder })
  assert.equal(code, 1)
  assert.match(stderr, /The configuration file absent\.yaml does not exist\./)
})
