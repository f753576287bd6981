// Everything at once while the settings of the project are switched all the time: nothing fails, nothing owed is lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { openPostgresStore } from '../platform/postgres/index.ts'
import type { Store } from '../platform/store/index.ts'
import { openTestStore } from '../platform/store/testing/index.ts'
import { boundSeedRows } from '../platform/store/testing/seed-rows.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../platform/store/testing/test-database.ts'
import { changeProjectSettings } from '../projects/index.ts'
import { composeWriteSide } from '../write-side.ts'
import { BUSY_ACTS, BUSY_PLAYERS, keepBusy } from './testing/busy-shop.ts'
import { PROJECT_ID, userParty } from './testing/given-rows.ts'
import { seedProject } from './testing/open-shop.ts'
import { Shop } from './testing/shop.ts'

const BUSY_MS = 1_500
const commands = composeWriteSide({ isDev: true })
const postgres = { skip: TEST_DATABASE_URL === undefined && 'TEST_DATABASE_URL is not set' }

/** Refund facts of a group are applied one after the other, so their channels are not locked in one order. */
const TELL_REFUNDS: readonly string[] = ['tellRefund', 'refundFirst']

test('sqlite memory: nothing fails and nothing owed is lost', async (t) => {
  const { store, stop } = await openTestStore('sqlite memory', { commands })
  t.after(stop)
  await fillShop(store)
  await sellEnough([store], 1_000)
  await assertWhole(store)
})

test('postgres: nothing fails and nothing owed is lost between two nodes', postgres, async (t) => {
  const { nodes } = await openNodes(t)
  await sellEnough(nodes, BUSY_MS)
  await assertWhole(nodes[0])
})

test('postgres: no write of one node waits for another in a ring', postgres, async (t) => {
  const { nodes, url } = await openNodes(t)
  const acts = BUSY_ACTS.filter((act) => !TELL_REFUNDS.includes(act))
  assert.deepEqual(await keepBusy(nodes, acts, BUSY_MS), [])
  // Figures are complete only when the connections they are about have ended.
  await Promise.all(nodes.map((node) => node.stop()))
  assert.equal(await countDeadlocks(url), 0)
})

type Nodes = readonly [Store, Store]

/** Two nodes on one database with a full shop. */
async function openNodes(t: { after(end: () => Promise<void>): void }): Promise<{ nodes: Nodes; url: string }> {
  const { url, drop } = await openTestDatabase(TEST_DATABASE_URL ?? '')
  const open = (): Promise<Store> => openPostgresStore({ url, commands: [...commands, boundSeedRows] })
  const nodes: Nodes = [await open(), await open()]
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    await drop()
  })
  await fillShop(nodes[0])
  return { nodes, url }
}

async function fillShop(store: Store): Promise<void> {
  await seedProject(store, {})
  const shop = new Shop(store)
  for (const player of BUSY_PLAYERS) {
    for (const currency of ['gold', 'crystal']) await shop.fund(currency, 100_000, userParty(player))
  }
}

/** Rows that must not be there, by what they would mean. */
const LOSSES: Readonly<Record<string, string>> = {
  'sold and not told': `select o.id from orders o where (o.accepted_payment_id is not null or o.currency_kind <> 'real')
    and not exists (select 1 from notifications n
      where n.project_id = o.project_id and n.order_id = o.id and n.type = 'order_paid')`,
  'told twice': `select order_id as id from notifications where type in ('payment', 'order_paid', 'refund', 'order_canceled')
    group by order_id, type having count(*) > 1`,
  'an event without its place in the list': `select n.id from notifications n where n.route = 'events'
    and not exists (select 1 from events_state e where e.project_id = n.project_id and e.notification_id = n.id)`,
  'a webhook without its delivery': `select n.id from notifications n where n.route = 'webhook' and not exists
    (select 1 from deliveries d where d.project_id = n.project_id and d.notification_id = n.id and d.state <> 'moved')`,
  'a delivery that is still sent while events are on': `select id from deliveries
    where state in ('due', 'claimed', 'blocked', 'paused')`,
  'accepted and not done': `select o.id from orders o join deliveries d on d.project_id = o.project_id and d.order_id = o.id
    where o.status = 'paid' and d.type = 'order_paid' and d.state = 'accepted'`,
  'marked and not done': `select o.id from orders o join events_state e on e.project_id = o.project_id and e.order_id = o.id
    where o.status = 'paid' and e.type in ('payment', 'order_paid') and e.processed_at is not null`,
  'a channel with a hole': `select c.channel as id from channels c where c.last_offset <>
    (select count(*) from publications p where p.project_id = c.project_id and p.channel = c.channel)`,
  'a timeline with a hole': `select o.id from orders o where o.timeline_length <>
    (select count(*) from status_transitions s where s.project_id = o.project_id and s.order_id = o.id)`,
  'given back more than was taken': `select p.id from payments p where p.amount < (select coalesce(sum(r.amount), 0)
    from refunds r where r.project_id = p.project_id and r.payment_id = p.id and r.state = 'succeeded')`,
  'given back and not canceled': `select o.id from orders o join payments p
    on p.project_id = o.project_id and p.id = o.accepted_payment_id
    where o.status <> 'canceled' and p.amount = (select coalesce(sum(r.amount), 0)
    from refunds r where r.project_id = p.project_id and r.payment_id = p.id and r.state = 'succeeded')`,
}

/** A store on which this is not exceeded was hardly busy. */
const SOLD_MIN = 10

/** Keeps `nodes` busy for `ms`, and as often again as a loaded machine needs to sell enough. Nothing may fail meanwhile. */
async function sellEnough(nodes: readonly [Store, ...Store[]], ms: number): Promise<void> {
  do assert.deepEqual(await keepBusy(nodes, BUSY_ACTS, ms), [])
  while ((await soldCount(nodes[0])) <= SOLD_MIN)
}

async function soldCount(store: Store): Promise<number> {
  const { rows } = await sql`select id from orders where paid_at is not null`.execute(store.read)
  return rows.length
}

/** Switches to events, so that everything that waited has its place there, and looks for what is lost. */
async function assertWhole(store: Store): Promise<void> {
  await store.run(changeProjectSettings, { projectId: PROJECT_ID, patch: { isEventsApiOn: true }, actor: 'test' })
  for (const [meaning, text] of Object.entries(LOSSES)) {
    const { rows } = await sql.raw(text).execute(store.read)
    assert.deepEqual(rows, [], meaning)
  }
}

async function countDeadlocks(url: string): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query('select deadlocks::int from pg_stat_database where datname = current_database()')
  await client.end()
  return rows[0].deadlocks
}
