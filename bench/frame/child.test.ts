// A child gets all of its input.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { startChild } from './child.ts'

const CHILD_INPUT = pathToFileURL(join(import.meta.dirname, 'child-input.ts')).href

test('input longer than an argument of a program may be arrives whole', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-child-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'child.mjs')
  writeFileSync(
    path,
    `import { readInput } from '${CHILD_INPUT}'
    const { texts } = readInput()
    process.on('message', ({ place }) => process.send(texts[place]))
    process.send(texts.length)`,
  )
  const texts = Array.from({ length: 20_000 }, (_, place) => `text number ${place}`)
  const child = await startChild<{ place: number }, number>(path, { texts })
  t.after(() => child.stop())
  assert.deepEqual([child.first, await child.ask({ place: 19_999 })], [20_000, 'text number 19999'])
})

test('who does not read its input starts all the same', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-child-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'child.mjs')
  writeFileSync(path, `process.on('message', () => {}); process.send('here')`)
  const child = await startChild<object, string>(path, { text: 'x'.repeat(1_000_000) })
  t.after(() => child.stop())
  assert.equal(child.first, 'here')
})
