// Which inputs share a transaction.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { takeGroup, type WaitingInput } from './choose-group.ts'

/** Inputs numbered from 1, with these keys each. */
function givenQueue(...keys: readonly (readonly string[])[]): WaitingInput[] {
  return keys.map((own, index) => ({ number: index + 1, input: null, keys: own }))
}

function numbersOf(waiting: readonly WaitingInput[]): readonly number[] {
  return waiting.map(({ number }) => number)
}

const NONE: ReadonlySet<string> = new Set()

const CASES: readonly (readonly [
  string,
  readonly (readonly string[])[],
  number,
  readonly string[],
  number[],
  number[],
])[] = [
  ['takes all without keys', [[], [], []], 9, [], [1, 2, 3], []],
  ['takes no more than the group holds', [[], [], []], 2, [], [1, 2], [3]],
  ['leaves a second input with a key of the first', [['a'], ['a'], ['b']], 9, [], [1, 3], [2]],
  [
    'lets nothing overtake an input that waits for the same key',
    [['a'], ['a', 'b'], ['b'], ['c']],
    9,
    [],
    [1, 4],
    [2, 3],
  ],
  ['leaves what another connection works on', [['a'], ['b'], ['a']], 9, ['a'], [2], [1, 3]],
  ['takes an input that names its key twice', [['a', 'a'], []], 9, [], [1, 2], []],
  ['gives none where all must wait', [['a'], ['a']], 9, ['a'], [], [1, 2]],
  ['looks only four groups ahead', [['a'], ['a'], ['a'], ['a'], []], 1, ['a'], [], [1, 2, 3, 4, 5]],
]
for (const [name, keys, groupMax, busy, taken, left] of CASES) {
  test(name, () => {
    const queue = givenQueue(...keys)
    assert.deepEqual(numbersOf(takeGroup(queue, groupMax, new Set(busy))), taken)
    assert.deepEqual(numbersOf(queue), left)
  })
}

test('every input is taken once, and those with a key in common in order of arrival', () => {
  const keys = fc.array(fc.subarray(['a', 'b', 'c', 'd']), { maxLength: 60 })
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 8 }), (own, groupMax) => {
      const queue = givenQueue(...own)
      const taken: WaitingInput[] = []
      while (queue.length > 0) {
        const group = takeGroup(queue, groupMax, NONE)
        assert.ok(group.length > 0 && group.length <= groupMax)
        const all = group.flatMap((member) => member.keys)
        assert.equal(new Set(all).size, all.length)
        taken.push(...group)
      }
      assert.deepEqual(
        numbersOf(taken).toSorted((a, b) => a - b),
        own.map((_, index) => index + 1),
      )
      for (const key of ['a', 'b', 'c', 'd']) {
        const order = numbersOf(taken.filter((member) => member.keys.includes(key)))
        assert.deepEqual(
          order,
          order.toSorted((a, b) => a - b),
        )
      }
    }),
  )
})
