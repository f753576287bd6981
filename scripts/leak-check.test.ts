// A test file that leaves something open fails, and says what.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const LEAK_CHECK = join(import.meta.dirname, 'leak-check.mjs')

/** Runs a test file whose one test does `body`. */
function runFile(t: { after(end: () => void): void }, body: string) {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-leaks-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'one.test.mjs')
  writeFileSync(
    path,
    `import { createServer } from 'node:net'
    import { test } from 'node:test'
    import { Worker } from 'node:worker_threads'
    test('one', async () => { ${body} })`,
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return spawnSync(process.execPath, ['--import', LEAK_CHECK, '--test', path], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  })
}

for (const [what, body] of [
  ['TCPServerWrap', 'await new Promise((open) => createServer().listen(0, "127.0.0.1", open))'],
  ['Timeout', 'setInterval(() => {}, 1_000)'],
  ['Worker', 'new Worker("setInterval(() => {}, 1_000)", { eval: true })'],
] as const) {
  test(`a file that leaves a ${what} fails and says so`, (t) => {
    const { status, stdout } = runFile(t, body)
    assert.equal(status, 1)
    assert.match(stdout, new RegExp(`one\\.test\\.mjs left open: (\\w+, )*${what}`))
  })
}

test('a file that closes what it opened passes', (t) => {
  const { status, stdout } = runFile(t, 'const timer = setInterval(() => {}, 1_000); clearInterval(timer)')
  assert.equal(status, 0, stdout)
})
