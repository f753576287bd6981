// Notifications as events of the events API.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, oneByOne, type Row, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { appendEvents } from './append-events.ts'

const append = rareCommand<readonly Row<'notifications'>[], null>('test.append')
const commands = [
  bind(
    append,
    oneByOne(async (tx, notifications) => {
      await appendEvents(tx, notifications)
      return null
    }),
  ),
]

function notification(id: number, members: Partial<Row<'notifications'>> = {}): Row<'notifications'> {
  return {
    project_id: 44056,
    id,
    order_id: 10_000_001,
    type: 'order_paid',
    mode: 'combined',
    version: 1,
    route: 'events',
    party_kind: 'user',
    party_id: 'ann',
    transaction_id: null,
    body: '{}',
    created_at: 0,
    ...members,
  }
}

eachStore((name, open) => {
  test(`${name}: gives ascending ids per project in the order of the notifications`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(append, [notification(7, { type: 'payment' }), notification(8), notification(9, { project_id: 2 })])
    const rows = await store.read.selectFrom('events_state').selectAll().orderBy('project_id').orderBy('id').execute()
    assert.deepEqual(
      rows.map(({ created_at, ...row }) => ({ ...row, isNow: created_at > 0 })),
      [
        { project_id: 2, id: 10_000_001, notification_id: 9, type: 'order_paid' },
        { project_id: 44056, id: 10_000_001, notification_id: 7, type: 'payment' },
        { project_id: 44056, id: 10_000_002, notification_id: 8, type: 'order_paid' },
      ].map((row) => ({
        ...row,
        order_id: 10_000_001,
        party_kind: 'user',
        party_id: 'ann',
        processed_at: null,
        retired: 0,
        isNow: true,
      })),
    )
  })

  test(`${name}: does nothing for nothing`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(append, [])
    assert.deepEqual(await store.read.selectFrom('events_state').selectAll().execute(), [])
  })
})
