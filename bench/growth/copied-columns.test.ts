// Copies of real orders.
import assert from 'node:assert/strict'
import test from 'node:test'
import { columnsOf, type TableName } from '../../packages/server/src/platform/store/index.ts'
import { ageText, COPIED, type Copies, copyText } from './copied-columns.ts'

const strides = {
  order: 10,
  event: 20,
  transaction: 30,
  payment_event: 40,
  notification: 50,
  delivery: 60,
  publication: 70,
}
const copies: Copies = { first: 1, last: 3, strides, areRetired: false }

test('every column that is named exists, and every id and time of a copied table is named', () => {
  for (const [table, changes] of Object.entries(COPIED)) {
    const columns = Object.keys(columnsOf(table as TableName))
    assert.deepEqual(
      Object.keys(changes).filter((column) => !columns.includes(column)),
      [],
      table,
    )
    const differing = columns.filter((column) => /^(order_id|.*_at)$/.test(column) && !(column in changes))
    // Told once, and never again in what is copied.
    assert.deepEqual(
      differing.filter((column) => column !== 'parked_until'),
      [],
      table,
    )
  }
})

test('ids move on by their stride, texts get a suffix, all else stays', () => {
  const text = copyText('postgres', 'notifications', 'real_notifications', copies)
  assert.match(text, /select t\.project_id, t\.id \+ c\.i \* 50, t\.order_id \+ c\.i \* 10, t\.type, /)
  assert.match(text, /t\.party_id \|\| '~' \|\| c\.i, t\.transaction_id \+ c\.i \* 30, t\.body, /)
  assert.match(
    text,
    /from generate_series\(1::bigint, 3::bigint\) as c \(i\) cross join real_notifications as t order by c\.i$/,
  )
})

test('retired copies have no bodies', () => {
  for (const table of ['notifications', 'payment_events'] as const)
    assert.match(
      copyText('sqlite', table, table, { ...copies, areRetired: true }),
      /(then|else) '' .*?end, t\.(created|received)_at/,
    )
  const text = copyText('sqlite', 'attempts', 'attempts', { ...copies, areRetired: true })
  assert.match(text, /'\{\}', null, null from \(with recursive/)
})

test('real rows are moved back in time', () => {
  assert.equal(ageText('status_transitions', 5), 'update status_transitions set at = at - 5')
  assert.equal(ageText('order_items', 5), null)
})
