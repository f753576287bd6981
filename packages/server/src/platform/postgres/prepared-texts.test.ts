// Which texts a connection prepares, and what it does about texts without end.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeMetTexts, statementName } from './prepared-texts.ts'

test('a text is prepared when it comes for the second time, always by the same name', () => {
  const texts = makeMetTexts()
  const names = ['a', 'b', 'a', 'a'].map((text) => texts.nameOf(text))
  assert.deepEqual(names, [undefined, undefined, statementName('a'), statementName('a')])
})

test('a name says its text, within the 63 bytes that PostgreSQL looks at', () => {
  const names = ['select 1', 'select 2'].map((text) => statementName(text))
  assert.equal(new Set(names).size, 2)
  for (const name of names) assert.match(name, /^ordertrail_[0-9a-f]{32}$/)
})

test('where texts fill it up, those that it has met are still prepared, and it says that it is full', () => {
  const texts = makeMetTexts(2)
  const steps = ['a', 'b', 'c', 'c', 'a'].map((text) => [texts.nameOf(text), texts.isFull])
  assert.deepEqual(steps, [
    [undefined, false],
    [undefined, true],
    [undefined, true],
    [undefined, true],
    [statementName('a'), true],
  ])
})
