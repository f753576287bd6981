// A child gets all of its input.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { startChild } from './child.ts'

const CHILD_INPUT = pathToFileURL(join(import.meta.dirname, 'child-input.ts')).href

/** Starts a child that does what `source` says; it ends with the test. */
async function givenChild<Message, First>(t: { after(end: () => Promise<void>): void }, source: string, input: object) {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-child-'))
  const path = join(folder, 'child.mjs')
  writeFileSync(path, source)
  const child = await startChild<Message, First>(path, input)
  t.after(async () => {
    await child.stop()
    rmSync(folder, { recursive: true })
  })
  return child
}

test('input longer than an argument of a program may be arrives whole', async (t) => {
  const source = `import { readInput } from '${CHILD_INPUT}'
    const { texts } = readInput()
    process.on('message', ({ place }) => process.send(texts[place]))
    process.send(texts.length)`
  const texts = Array.from({ length: 20_000 }, (_, place) => `text number ${place}`)
  const child = await givenChild<{ place: number }, number>(t, source, { texts })
  assert.deepEqual([child.first, await child.ask({ place: 19_999 })], [20_000, 'text number 19999'])
})

test('who does not read its input starts all the same', async (t) => {
  const source = `process.on('message', () => {}); process.send('here')`
  const child = await givenChild<object, string>(t, source, { text: 'x'.repeat(1_000_000) })
  assert.equal(child.first, 'here')
})
