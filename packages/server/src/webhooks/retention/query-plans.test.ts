// What a batch reads is what it takes, however much is there: by the plans of both engines, and on PostgreSQL by counting rows.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type SelectQueryBuilder, sql } from 'kysely'
import { overdueEvents } from '../../events/retire-events.ts'
import type { RetireBatch } from '../../platform/retirable.ts'
import { bind, oneByOne, rareCommand, type Store, type Tables } from '../../platform/store/index.ts'
import { eachStore } from '../../platform/store/testing/index.ts'
import { HISTORY_PROJECT_ID } from '../testing/given-history.ts'
import { seedHistory } from '../testing/seed-history.ts'
import { overdueDeliveries } from './ended-deliveries.ts'

const FINISHED = 4_000
const WAITING = 2_000
const batch: RetireBatch = { projectId: HISTORY_PROJECT_ID, keptMs: 0, max: 100 }

/** As many events as deliveries: processed, processed and retired, and not processed. */
const EVENTS = `insert into events_state
  (project_id, id, notification_id, order_id, party_kind, party_id, type, created_at, processed_at, retired)
  select project_id, id, id, order_id, 'user', 'ann', type, created_at, ended_at, retired from deliveries`

const seed = rareCommand<null, null>('test.seed')
const commands = [
  bind(
    seed,
    oneByOne(async (tx) => {
      const run = (text: string): Promise<readonly unknown[]> => tx.runText(text, [])
      for (const isWhole of [true, false]) {
        const history = { projectId: HISTORY_PROJECT_ID, finished: FINISHED, waiting: WAITING, isWhole, now: tx.now }
        await seedHistory({ engine: tx.engine, run, isConcurrent: false }, history)
      }
      await run(EVENTS)
      await run(tx.engine === 'postgres' ? 'analyze deliveries, events_state' : 'analyze')
      return null
    }),
  ),
]

type Query = SelectQueryBuilder<Tables, never, unknown>

interface PostgresNode {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PostgresNode[]
}

/** The one step that a plan takes, with the index it walks and, on PostgreSQL, the rows that it read. */
async function stepOf(store: Store, query: Query): Promise<unknown> {
  if (store.engine === 'sqlite') {
    const rows = await query.explain<{ readonly detail: string }>(undefined, sql`query plan`)
    return rows.map(({ detail }) => detail)
  }
  const [row] = await query.explain<{ readonly 'QUERY PLAN': string }>('json', sql`analyze`)
  const [{ Plan: limit }] = JSON.parse(row?.['QUERY PLAN'] ?? '[{}]') as readonly [{ readonly Plan?: PostgresNode }]
  const [scan, ...others] = limit?.Plans ?? []
  assert.deepEqual([limit?.['Node Type'], others, scan?.Plans], ['Limit', [], undefined])
  const read = (scan?.['Actual Rows'] ?? 0) + (scan?.['Rows Removed by Filter'] ?? 0)
  return [scan?.['Node Type'], scan?.['Index Name'], read]
}

eachStore((name, open) => {
  test(`${name}: a batch walks the index of what is to be retired, from its beginning`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(seed, null)
    const deliveries = (stage: 0 | 1) => overdueDeliveries(store.read, stage, batch, store.now()) as unknown as Query
    const events = overdueEvents(store.read, batch, store.now()) as unknown as Query
    const steps = [await stepOf(store, deliveries(0)), await stepOf(store, deliveries(1)), await stepOf(store, events)]
    const sqlite = [
      ['SEARCH deliveries USING INDEX deliveries_ended (project_id=? AND retired=? AND <expr><?)'],
      ['SEARCH deliveries USING INDEX deliveries_ended (project_id=? AND retired=? AND <expr><?)'],
      ['SEARCH events_state USING INDEX events_processed (project_id=? AND processed_at>? AND processed_at<?)'],
    ]
    const postgres = ['deliveries_ended', 'deliveries_ended', 'events_processed'].map((index) => [
      'Index Scan',
      index,
      batch.max,
    ])
    assert.deepEqual(steps, store.engine === 'sqlite' ? sqlite : postgres)
  })
})
