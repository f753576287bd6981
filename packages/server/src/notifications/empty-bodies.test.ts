// Bodies that are let go: the rows stay, and their room is used again.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sql } from 'kysely'
import { bind, type NumberPair, oneByOne, type Row, rareCommand } from '../platform/store/index.ts'
import { eachStore, seedRows } from '../platform/store/testing/index.ts'
import { emptyBodies } from './empty-bodies.ts'

const PAGE_BYTES = 4_096
const BODY = 'x'.repeat(1_500)
const empty = rareCommand<readonly NumberPair[], null>('test.empty')
const commands = [
  bind(
    empty,
    oneByOne(async (tx, pairs: readonly NumberPair[]) => {
      await emptyBodies(tx, pairs)
      return null
    }),
  ),
]

function notification(id: number): Row<'notifications'> {
  const kind = { type: 'order_paid', mode: 'combined', version: 2, route: 'webhook' }
  const party = { party_kind: 'user', party_id: 'ann', transaction_id: null }
  return { project_id: 1 + (id % 2), id, order_id: id, ...kind, ...party, body: BODY, created_at: id }
}

eachStore((name, open) => {
  test(`${name}: empties the bodies that are named, changes nothing else, and on SQLite frees their pages`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const rows = Array.from({ length: 400 }, (_, index) => notification(index + 1))
    await store.run(seedRows, { table: 'notifications', rows })
    const gone = rows.slice(0, 300).map((row) => ({ projectId: row.project_id, id: row.id }))
    await store.run(empty, gone)
    const found = await store.read.selectFrom('notifications').selectAll().orderBy('id').execute()
    assert.deepEqual(
      found,
      rows.map((row, index) => (index < gone.length ? { ...row, body: '' } : row)),
    )
    await store.run(empty, [])
    if (store.engine !== 'sqlite') return
    const free = await sql<{
      readonly pages: number
    }>`select freelist_count as pages from pragma_freelist_count`.execute(store.read)
    const freedBytes = (free.rows[0]?.pages ?? 0) * PAGE_BYTES
    assert.ok(freedBytes > gone.length * BODY.length * 0.8, `${freedBytes} bytes are free`)
  })
})
