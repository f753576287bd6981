// Places of values in JSON texts.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { jsonOffset } from './json-position.ts'

const TEXT = '{ "a": [1, {"b \\" ]": "x,}"}, [ ]],\n "c": -1.5e3 }'

const CASES: readonly (readonly [readonly (string | number)[], string | undefined])[] = [
  [[], '{ "a"'],
  [['a'], '"a": ['],
  [['a', 0], '1, {'],
  [['a', 1], '{"b '],
  [['a', 1, 'b " ]'], '"b \\" ]": "x,}"'],
  [['a', 2], '[ ]]'],
  [['c'], '"c": -1.5e3'],
  [['a', 3], undefined],
  [['a', 2, 0], undefined],
  [['b'], undefined],
  [['c', 'd'], undefined],
]

for (const [path, expected] of CASES) {
  test(`${JSON.stringify(path)} stands ${expected === undefined ? 'nowhere' : `at ${expected}`}`, () => {
    const offset = jsonOffset(TEXT, path)
    assert.equal(offset === undefined ? undefined : TEXT.slice(offset, offset + (expected?.length ?? 0)), expected)
  })
}

test('the value at a path is found in any JSON, however it is spaced', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      for (const name of Object.keys(JSON.parse(text))) {
        const offset = jsonOffset(text, [name])
        assert.ok(offset !== undefined && text.startsWith(JSON.stringify(name), offset))
      }
    }),
  )
})
