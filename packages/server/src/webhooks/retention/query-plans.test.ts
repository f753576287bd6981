// What a batch reads is what it takes, however much is there: by the plans of both engines, and on PostgreSQL by counting rows.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type SelectQueryBuilder, sql } from 'kysely'
import { overdueEvents } from '../../events/retire-events.ts'
import { overdueFacts } from '../../payments/retire-fact-bodies.ts'
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

/** As many facts: dealt with, dealt with and retired, disputed, and waiting for a person. */
const FACTS = `insert into payment_events (project_id, id, provider, event_id, type, state, body, received_at)
  select project_id, id, 'p', id, case when id % 4 = 0 then 'dispute.opened' else 'payment.succeeded' end,
    case when id % 4 = 1 then 'needs_review' else 'applied' end, case when id % 4 = 2 then '' else '{}' end, created_at from deliveries`

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
      await run(FACTS)
      await run(tx.engine === 'postgres' ? 'analyze deliveries, events_state, payment_events' : 'analyze')
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
  // Whether it needs the rows besides is of no matter here.
  return [scan?.['Node Type'].replace(' Only', ''), scan?.['Index Name'], read]
}

eachStore((name, open) => {
  test(`${name}: a batch walks the index of what is to be retired, from its beginning`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(seed, null)
    const deliveries = (stage: 0 | 1) => overdueDeliveries(store.read, stage, batch, store.now()) as unknown as Query
    const events = overdueEvents(store.read, batch, store.now()) as unknown as Query
    const facts = overdueFacts(store.read, batch, store.now()) as unknown as Query
    const queries = [deliveries(0), deliveries(1), events, facts]
    const steps: unknown[] = []
    for (const query of queries) steps.push(await stepOf(store, query))
    const sqlite = [
      ['SEARCH deliveries USING INDEX deliveries_ended (project_id=? AND retired=? AND <expr><?)'],
      ['SEARCH deliveries USING INDEX deliveries_ended (project_id=? AND retired=? AND <expr><?)'],
      ['SEARCH events_state USING INDEX events_processed (project_id=? AND processed_at>? AND processed_at<?)'],
      ['SEARCH payment_events USING INDEX payment_events_bodies (project_id=? AND received_at<?)'],
    ]
    const indexes = ['deliveries_ended', 'deliveries_ended', 'events_processed', 'payment_events_bodies']
    const postgres = indexes.map((index) => ['Index Scan', index, batch.max])
    assert.deepEqual(steps, store.engine === 'sqlite' ? sqlite : postgres)
  })
})
