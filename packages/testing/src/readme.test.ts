// The README is true: what runs on node:test alone is run word by word here; Vitest and Jest run beside the packed packages.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { README_RUNNERS, writeReadmeFiles } from './testing/readme-files.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

test('every block of the README is run by some runner', async () => {
  const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8')
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-readme-'))
  try {
    const files = await writeReadmeFiles(readme, folder)
    const code = readme.match(/^```(js|ts|sh)$/gm) ?? []
    assert.equal(code.length, files.length)
    const run = [...Object.values(README_RUNNERS).flat(), 'game.js']
    assert.deepEqual(files.toSorted(), run.toSorted())
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the examples for node:test pass', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-readme-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeReadmeFiles(await readFile(join(PACKAGE, 'README.md'), 'utf8'), folder)
  await symlink(join(PACKAGE, '../../node_modules'), join(folder, 'node_modules'))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=ordertrail-source', '--test', '--test-isolation=none', ...README_RUNNERS.node],
    { cwd: folder, env: { PATH: process.env.PATH } },
  )
  assert.match(stdout, /pass 3\n/)
  assert.match(stdout, /fail 0\n/)
})
