// What a claim finds among many, and that it reads no more than that: full endpoints and storms of retries cost nothing.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { bind, oneByOne, type Row, rareCommand, type Store, type Tx } from '../platform/store/index.ts'
import { eachStore, seedRows, type TestStore, type TestStoreOptions } from '../platform/store/testing/index.ts'
import type { ClaimRoom } from './claim-room.ts'
import { earliestDue, selectDue, takeFirsts, wantedDue } from './select-due.ts'

const [BUSY, QUIET, OTHER] = [1, 2, 3]
const ROOM: ClaimRoom = { free: { all: 8, retries: 6 }, perProject: [], perOtherProject: { all: 4, retries: 3 } }
const FULL = { projectId: BUSY, all: 0, retries: 0 }

const select = rareCommand<ClaimRoom, readonly string[]>('test.select-due')
const explain = rareCommand<ClaimRoom, readonly string[]>('test.explain-due')
const analyze = rareCommand<null, null>('test.analyze')

const commands = [
  bind(
    select,
    oneByOne(async (tx, room: ClaimRoom) =>
      (await selectDue(tx, await wantedDue(tx, room))).map(
        (row) => `${row.project_id} ${row.first_attempt_at === null ? 'first' : 'again'}`,
      ),
    ),
  ),
  bind(
    explain,
    oneByOne(async (tx, room: ClaimRoom) => {
      const plans: string[] = []
      const runText: Tx['runText'] = async (text, values) => {
        plans.push(...(await planOf(tx, text, values)))
        return tx.runText(text, values)
      }
      const watched = { ...tx, runText }
      const wanted = await wantedDue(watched, room)
      await selectDue(watched, wanted)
      // Last, because what it finds is taken.
      if (tx.engine === 'postgres') await takeFirsts(watched, wanted.first, { owner: 'test', leaseUntil: 0 })
      return plans
    }),
  ),
  bind(
    analyze,
    oneByOne(async (tx) => {
      await tx.runText(tx.engine === 'postgres' ? 'analyze deliveries' : 'analyze', [])
      return null
    }),
  ),
]

/** How the engine reads deliveries for a statement: `index` of each access, with the rows that it read on PostgreSQL. */
async function planOf(tx: Tx, text: string, values: readonly unknown[]): Promise<readonly string[]> {
  if (tx.engine === 'sqlite') {
    const rows = (await tx.runText(`explain query plan ${text}`, values)) as readonly { readonly detail: string }[]
    return rows.map(({ detail }) => detail).filter((detail) => detail.includes('deliveries'))
  }
  const [row] = (await tx.runText(`explain (analyze, format json) ${text}`, values)) as readonly Record<
    string,
    string
  >[]
  const [{ Plan: plan }] = JSON.parse(row?.['QUERY PLAN'] ?? '[{}]') as readonly [{ readonly Plan: PlanNode }]
  return accesses(plan)
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

function accesses(node: PlanNode): readonly string[] {
  const below = (node.Plans ?? []).flatMap(accesses)
  const isOther = (node['Relation Name'] ?? 'deliveries') !== 'deliveries'
  if (isOther || (node['Relation Name'] ?? node['Index Name']) === undefined) return below
  const read = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
  return [...below, `${node['Node Type']} ${node['Index Name']} ${read}`]
}

let lastId = 0

function dueRow(store: Store, projectId: number, kind: 'first' | 'again', dueInMs: number): Row<'deliveries'> {
  lastId += 1
  const now = store.now()
  return {
    project_id: projectId,
    id: lastId,
    notification_id: lastId,
    order_id: lastId,
    type: 'order_paid',
    mode: 'combined',
    line: 1,
    predecessor_id: null,
    state: 'due',
    offsets: '[0,5]',
    position: kind === 'first' ? 0 : 1,
    first_attempt_at: kind === 'first' ? null : now - 300_000,
    due_at: now + dueInMs,
    lease_owner: null,
    lease_token: 0,
    lease_until: null,
    attempt_count: kind === 'first' ? 0 : 1,
    crash_resends: 0,
    last_status: null,
    ended_by: null,
    created_at: now,
    ended_at: null,
    retired: 0,
    kept_since: null,
  }
}

eachStore((name, open) => {
  type Waiting = readonly (readonly [projectId: number, kind: 'first' | 'again', dueInMs: number, count: number])[]

  const givenWaiting = async (t: TestContext, waiting: Waiting): Promise<Store> => {
    const { store, stop }: TestStore = await (open as (options: TestStoreOptions) => Promise<TestStore>)({ commands })
    t.after(stop)
    const rows = waiting.flatMap(([projectId, kind, dueInMs, count]) =>
      Array.from({ length: count }, () => dueRow(store, projectId, kind, dueInMs)),
    )
    await store.run(seedRows, { table: 'deliveries', rows })
    return store
  }

  test(`${name}: oldest first, of each endpoint what it has room for, of what is due only`, async (t) => {
    const store = await givenWaiting(t, [
      [BUSY, 'first', -3_000, 9],
      [QUIET, 'again', -2_000, 1],
      [QUIET, 'first', -1_000, 1],
      [OTHER, 'first', 60_000, 1],
      [OTHER, 'again', 60_000, 1],
    ])
    const four = Array.from({ length: 4 }, () => `${BUSY} first`)
    assert.deepEqual(await store.run(select, ROOM), [...four, `${QUIET} again`, `${QUIET} first`])
    assert.deepEqual(await store.run(select, { ...ROOM, perProject: [FULL] }), [`${QUIET} again`, `${QUIET} first`])
    const noRetries = { ...ROOM, perProject: [FULL], free: { all: 8, retries: 0 } }
    assert.deepEqual(await store.run(select, noRetries), [`${QUIET} first`])
  })

  test(`${name}: the earliest of both kinds is known, of whatever project`, async (t) => {
    const store = await givenWaiting(t, [])
    assert.equal(await earliestDue(store.read), null)
    for (const row of [
      dueRow(store, OTHER, 'again', 9_000),
      dueRow(store, BUSY, 'first', 8_000),
      dueRow(store, QUIET, 'first', 7_000),
    ]) {
      await store.run(seedRows, { table: 'deliveries', rows: [row] })
      assert.equal(await earliestDue(store.read), row.due_at)
    }
  })

  test(`${name}: a retry behind more retries than are looked at is found, where the others have no room`, async (t) => {
    const store = await givenWaiting(t, [
      [BUSY, 'again', -3_000, 1_001],
      [QUIET, 'again', -1_000, 1],
    ])
    await store.run(analyze, null)
    assert.deepEqual(await store.run(select, { ...ROOM, perProject: [FULL] }), [`${QUIET} again`])
    const plan = (await store.run(explain, { ...ROOM, perProject: [FULL] })).at(-1) ?? ''
    assert.match(plan, store.engine === 'sqlite' ? /deliveries_due_again \(project_id=\? AND due_at<\?\)/ : / 1$/, plan)
  })

  test(`${name}: what waits for full endpoints, or for later, is not read`, async (t) => {
    const store = await givenWaiting(t, [
      [BUSY, 'first', -3_000, 1_500],
      [BUSY, 'again', 60_000, 1_500],
      [QUIET, 'first', -1_000, 2],
      [QUIET, 'again', -1_000, 2],
    ])
    await store.run(analyze, null)
    const plans = await store.run(explain, { ...ROOM, perProject: [FULL] })
    assert.ok(plans.length >= 5, plans.join('\n'))
    for (const plan of plans) {
      if (store.engine === 'sqlite')
        assert.match(plan, /^SEARCH deliveries USING (COVERING )?INDEX deliveries_due/, plan)
      else assert.ok(!plan.startsWith('Seq Scan') && Number(plan.split(' ').at(-1)) < 10, plan)
    }
  })
})
