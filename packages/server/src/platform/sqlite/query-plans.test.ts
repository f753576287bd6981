// SQLite finds what belongs to one order by an index of orders, however much else the project has.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openTestStore } from '../store/testing/index.ts'

/** What the server asks for again and again, in its words. The table must be searched by more than its project. */
const QUESTIONS: readonly string[] = [
  'select * from payments where project_id = ? and order_id = ? order by id',
  'select * from refunds where project_id = ? and order_id = ? order by id',
  'select * from notifications where project_id = ? and order_id = ? order by id',
  'select * from events_state where project_id = ? and order_id = ? order by id',
  'select * from deliveries where project_id = ? and order_id = ? order by line',
  `select id from payment_events where state = 'parked' and (project_id, order_id) = (?, ?) order by id`,
  `select id from payment_events where state = 'parked' and order_id is null and order_external_id is not null
    and (project_id, order_external_id) = (?, ?) order by id`,
]

test('what belongs to one order is found by the order', async (t) => {
  const { store, stop } = await openTestStore('sqlite memory')
  t.after(stop)
  for (const question of QUESTIONS) {
    const { rows } = await sql.raw<{ detail: string }>(`explain query plan ${question}`).execute(store.read)
    assert.match(rows[0]?.detail ?? '', /\(project_id=\? AND order_(external_)?id=\?\)$/, question)
  }
})
