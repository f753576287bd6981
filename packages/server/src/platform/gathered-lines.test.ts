import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { gatherLines } from './gathered-lines.ts'

test('writes the lines of one turn together and in order, turn after turn', async () => {
  const writes: string[] = []
  const lines = gatherLines((text) => writes.push(text))
  for (const turn of [1, 2]) {
    for (const line of ['a', 'b', 'c']) lines.add(`${line}${turn}\n`)
    assert.equal(writes.length, turn - 1)
    await endOfTurn()
  }
  assert.deepEqual(writes, ['a1\nb1\nc1\n', 'a2\nb2\nc2\n'])
})

test('writes at most 4,096 bytes at once, whole lines, and longer lines alone', async () => {
  const writes: string[] = []
  const lines = gatherLines((text) => writes.push(text))
  // Two bytes a letter: it is bytes that count.
  const all = [
    ...Array.from({ length: 40 }, (_, number) => `${number} ${'ä'.repeat(150)}\n`),
    'x'.repeat(9_000),
    'end\n',
  ]
  for (const line of all) lines.add(line)
  await endOfTurn()
  assert.equal(writes.join(''), all.join(''))
  assert.ok(writes.length <= 7, `${writes.length} writes`)
  for (const text of writes) {
    assert.ok(Buffer.byteLength(text) <= 4_096 || text === all[40], `${Buffer.byteLength(text)} bytes`)
    assert.ok(text.endsWith('\n') || text === all[40])
  }
})

test('writes at once what is asked for, and nothing twice', async () => {
  const writes: string[] = []
  const lines = gatherLines((text) => writes.push(text))
  lines.flush()
  lines.add('a\n')
  lines.flush()
  assert.deepEqual(writes, ['a\n'])
  lines.add('b\n')
  await endOfTurn()
  assert.deepEqual(writes, ['a\n', 'b\n'])
})

/** Events in the log of a process that runs `code` with a logger `log`, and then ends. */
function eventsOf(code: string): string[] {
  const loggerUrl = join(import.meta.dirname, 'logger.ts')
  const script = `import { createLogger } from ${JSON.stringify(loggerUrl)}
    const log = createLogger({ level: 'info', format: 'json' })
    ${code}`
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
  return stderr.split('\n').flatMap((line) => /^\{.*"msg":"(.*)"\}$/.exec(line)?.[1] ?? [])
}

test('a process that ends by itself leaves every line, a killed one every error and what came before it', () => {
  const before = `log.info('a.one'); log.warn('a.two');`
  assert.deepEqual(eventsOf(`${before} throw new Error('bug')`), ['a.one', 'a.two'])
  const kill = `process.kill(process.pid, 'SIGKILL'); for (;;);`
  assert.deepEqual(eventsOf(`${before} log.error('a.three'); ${kill}`), ['a.one', 'a.two', 'a.three'])
})
