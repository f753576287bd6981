// The hand-written statements of a transition.
import assert from 'node:assert/strict'
import test from 'node:test'
import { plainWrites, positional } from './plain-writes.ts'
import { ROWS_ADDED, TRANSITIONS } from './transition.ts'

for (const transition of TRANSITIONS) {
  test(`${transition} inserts into each table that it has to`, () => {
    const { statements } = plainWrites(transition, {})
    const tables = statements.flatMap(({ text }) => /^insert into (\w+)/.exec(text)?.[1] ?? [])
    assert.deepEqual(tables.filter((table) => table !== 'channels').sort(), [...ROWS_ADDED[transition]].sort())
  })
}

test('what does not name the order is copied from the example, texts as values', () => {
  const example = { from_status: 'paid', to_status: 'done', cause: "it's", note: null, number: 9 }
  const { statements, constants } = plainWrites('fulfilment', { status_transitions: example })
  const { text = '' } = statements.find((one) => one.text.includes('into status_transitions')) ?? {}
  assert.match(text, /values \(:project_id, :order_id, :number, :status_transitions_from_status, .*, null, :now\)$/)
  assert.deepEqual(constants, {
    status_transitions_from_status: 'paid',
    status_transitions_to_status: 'done',
    status_transitions_cause: "it's",
  })
})

test('names become places in their order, casts stay', () => {
  assert.deepEqual(
    positional('set a = :a, b = :b_c, a2 = :a::int', (number) => `$${number}`),
    { text: 'set a = $1, b = $2, a2 = $3::int', names: ['a', 'b_c', 'a'] },
  )
})
