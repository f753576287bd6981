// One process per file.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { lockFile } from './file-lock.ts'

function givenPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-lock-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'shop.db')
}

/** Another process that holds the lock of `path`, as soon as it says so. */
async function givenHolder(path: string): Promise<ChildProcess> {
  const script = `import { lockFile } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)}
    lockFile(process.argv[1]); process.stdout.write('held'); setInterval(() => {}, 1000)`
  const args = ['--conditions=ordertrail-source', '--input-type=module-typescript', '-e', script, path]
  const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  return holder
}

test('a second process is refused with the file and what to do, and let in after kill -9 of the first', async (t) => {
  const path = givenPath(t)
  const holder = await givenHolder(path)
  const exited = once(holder, 'exit')
  try {
    assert.throws(() => lockFile(path), {
      code: 'store_locked',
      message: `${path} is in use by another OrderTrail process (${path}.lock is locked). Stop that one, or give this one another file; for several processes use PostgreSQL (DATABASE_URL).`,
    })
  } finally {
    holder.kill('SIGKILL')
    await exited
  }
  lockFile(path)()
})

test('a second store of the same process is refused too', (t) => {
  const path = givenPath(t)
  const unlock = lockFile(path)
  assert.throws(() => lockFile(path), { code: 'store_locked' })
  unlock()
  lockFile(path)()
})

test('a folder that is not there is named', (t) => {
  const path = join(givenPath(t), 'missing', 'shop.db')
  assert.throws(() => lockFile(path), { code: 'store_read_only', message: /missing.shop\.db\.lock cannot be opened/ })
})
