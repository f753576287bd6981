// Deliveries of an order's news: their line, their states and what they wake.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChainEvent, type CurrencyKind, SCHEDULES } from '@ordertrail/core'
import {
  bind,
  oneByOne,
  type Row,
  rareCommand,
  type Store,
  type Tx,
  updateRows,
  type WakeUp,
} from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { defaultProjectSettings, type ProjectFacts } from '../projects/index.ts'
import { enqueueDeliveries, type PlannedChain, planChains } from './enqueue-deliveries.ts'
import { isPaused, releaseSuccessors } from './release-successors.ts'

const SEPARATE: ProjectFacts = {
  projectId: 44056,
  merchantId: 1001,
  name: 'Shop',
  merchantRegisteredAt: 0,
  settings: defaultProjectSettings,
  webhook: { url: 'https://game.example/hook', isEnabled: true, version: 1 },
}
const COMBINED: ProjectFacts = { ...SEPARATE, settings: { ...defaultProjectSettings, webhookMode: 'combined' } }
const DISABLED: ProjectFacts = {
  ...SEPARATE,
  webhook: { url: 'https://game.example/hook', isEnabled: false, version: 1 },
}

interface News {
  readonly orderId: number
  readonly event: ChainEvent
  readonly facts: ProjectFacts
  readonly currencyKind?: CurrencyKind
}

const announce = rareCommand<readonly News[], null>('test.announce')
const setState = rareCommand<readonly Partial<Row<'deliveries'>>[], null>('test.set-state')
interface FirstAttempt {
  readonly id: number
  readonly firstAttemptAt: number
  readonly position: number
}
const setFirstAttempt = rareCommand<FirstAttempt, null>('test.first-attempt')
const settle = rareCommand<{ readonly orderIds: readonly number[]; readonly isPaused: boolean }, null>('test.settle')
const commands = [
  bind(announce, oneByOne(announceNews)),
  bind(
    setState,
    oneByOne(async (tx, rows) => {
      await updateRows(tx, 'deliveries', ['project_id', 'order_id', 'type'], ['state', 'attempt_count'], rows)
      return null
    }),
  ),
  bind(
    setFirstAttempt,
    oneByOne(async (tx, { id, firstAttemptAt, position }) => {
      const row = { project_id: 44056, id, first_attempt_at: firstAttemptAt, position }
      await updateRows(tx, 'deliveries', ['project_id', 'id'], ['first_attempt_at', 'position'], [row])
      return null
    }),
  ),
  bind(
    settle,
    oneByOne(async (tx, { orderIds, isPaused: paused }) => {
      await releaseSuccessors(
        tx,
        orderIds.map((orderId) => ({ projectId: 44056, orderId, isPaused: paused })),
      )
      return null
    }),
  ),
]

async function announceNews(tx: Tx, news: readonly News[]): Promise<null> {
  const questions = news.map(({ currencyKind = 'real', ...rest }) => ({ projectId: 44056, currencyKind, ...rest }))
  const chains = await planChains(tx, questions)
  await enqueueDeliveries(
    tx,
    chains.map((chain) => ({ chain, notifications: notificationsOf(chain) })),
  )
  return null
}

/** Only the id of a notification matters here. */
function notificationsOf({ question, plan }: PlannedChain): readonly Row<'notifications'>[] {
  return plan.rows.map((_, index) => ({ id: question.orderId * 10 + index }) as Row<'notifications'>)
}

interface Seen {
  readonly store: Store
  readonly wakeUps: WakeUp[]
  /** `type:state` of each delivery in line order. */
  line(orderId?: number): Promise<readonly string[]>
  set(type: string, state: string, attempts?: number): Promise<null>
}

function watch(store: Store): Seen {
  const wakeUps: WakeUp[] = []
  store.onWakeUp((some) => wakeUps.push(...some))
  return {
    store,
    wakeUps,
    line: async (orderId = 1) => {
      const rows = await store.read
        .selectFrom('deliveries')
        .where('order_id', '=', orderId)
        .selectAll()
        .orderBy('line')
        .execute()
      return rows.map(({ type, state }) => `${type}:${state}`)
    },
    set: (type, state, attempts = 1) =>
      store.run(setState, [{ project_id: 44056, order_id: 1, type, state, attempt_count: attempts }]),
  }
}

eachStore((name, open) => {
  const given = async (t: { after(end: () => Promise<void>): void }): Promise<Seen> => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    return watch(store)
  }

  test(`${name}: a separate payment is due, its order_paid waits behind it`, async (t) => {
    const { store, line, wakeUps } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: SEPARATE }])
    assert.deepEqual(await line(), ['payment:due', 'order_paid:blocked'])
    const [payment, orderPaid] = await store.read.selectFrom('deliveries').selectAll().orderBy('line').execute()
    assert.deepEqual(payment, {
      project_id: 44056,
      id: payment?.id,
      notification_id: 10,
      order_id: 1,
      type: 'payment',
      mode: 'separate',
      line: 1,
      predecessor_id: null,
      state: 'due',
      offsets: JSON.stringify(SCHEDULES.payment),
      position: 0,
      first_attempt_at: null,
      due_at: payment?.created_at,
      lease_owner: null,
      lease_token: 0,
      lease_until: null,
      attempt_count: 0,
      crash_resends: 0,
      last_status: null,
      ended_by: null,
      created_at: payment?.created_at,
      ended_at: null,
      retired: 0,
      kept_since: null,
    })
    assert.deepEqual([orderPaid?.predecessor_id, orderPaid?.due_at, orderPaid?.line], [payment?.id, null, 2])
    assert.deepEqual(wakeUps, [{ kind: 'delivery_due', projectId: 44056, dueAt: payment?.created_at }])
  })

  test(`${name}: combined mode owes order_paid alone`, async (t) => {
    const { store, line } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: COMBINED }])
    assert.deepEqual(await line(), ['order_paid:due'])
  })

  test(`${name}: a free order never waits for a payment`, async (t) => {
    const { store, line } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: SEPARATE, currencyKind: 'free' }])
    assert.deepEqual(await line(), ['order_paid:due'])
  })

  test(`${name}: orders of one group have lines of their own`, async (t) => {
    const { store, line } = await given(t)
    await store.run(announce, [
      { orderId: 1, event: 'paid', facts: SEPARATE },
      { orderId: 2, event: 'paid', facts: COMBINED },
    ])
    assert.deepEqual([await line(1), await line(2)], [['payment:due', 'order_paid:blocked'], ['order_paid:due']])
  })

  test(`${name}: the project's own schedule is kept in the row`, async (t) => {
    const { store } = await given(t)
    const facts = { ...COMBINED, settings: { ...COMBINED.settings, schedules: { order_paid: [0, 2, 9] } } }
    await store.run(announce, [{ orderId: 1, event: 'paid', facts }])
    const { offsets } = await store.read.selectFrom('deliveries').select('offsets').executeTakeFirstOrThrow()
    assert.equal(offsets, '[0,2,9]')
  })

  test(`${name}: an accepted payment starts its order_paid and wakes the dispatcher`, async (t) => {
    const { store, line, set, wakeUps } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: SEPARATE }])
    await set('payment', 'accepted')
    wakeUps.length = 0
    await store.run(settle, { orderIds: [1], isPaused: false })
    assert.deepEqual(await line(), ['payment:accepted', 'order_paid:due'])
    assert.deepEqual(
      wakeUps.map(({ kind }) => kind),
      ['delivery_due'],
    )
    await store.run(settle, { orderIds: [1], isPaused: false })
    assert.equal(wakeUps.length, 1)
  })

  test(`${name}: a rejected payment holds its order_paid with an alarm, and a later 2xx releases it`, async (t) => {
    const { store, line, set, wakeUps } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: SEPARATE }])
    await set('payment', 'rejected')
    wakeUps.length = 0
    await store.run(settle, { orderIds: [1], isPaused: false })
    assert.deepEqual(await line(), ['payment:rejected', 'order_paid:held'])
    assert.deepEqual(
      wakeUps.map((wakeUp) => (wakeUp.kind === 'alarm' ? wakeUp.code : wakeUp.kind)),
      ['delivery_held'],
    )
    await set('payment', 'accepted')
    await store.run(settle, { orderIds: [1], isPaused: false })
    assert.deepEqual(await line(), ['payment:accepted', 'order_paid:due'])
  })

  test(`${name}: at cancellation an untried order_paid is void, and no order_canceled is made`, async (t) => {
    const { store, line, set } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: SEPARATE }])
    await set('payment', 'accepted')
    await store.run(settle, { orderIds: [1], isPaused: false })
    await store.run(announce, [{ orderId: 1, event: 'canceled', facts: SEPARATE }])
    assert.deepEqual(await line(), ['payment:accepted', 'order_paid:void', 'refund:due'])
    const end = await store.read
      .selectFrom('deliveries')
      .where('type', '=', 'order_paid')
      .select(['ended_by', 'ended_at', 'due_at'])
      .executeTakeFirstOrThrow()
    assert.deepEqual([end.ended_by, end.due_at, (end.ended_at ?? 0) > 0], ['cancellation', null, true])
  })

  test(`${name}: at cancellation news of a payment that nobody heard of is void, and no refund is owed`, async (t) => {
    const { store, line } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: SEPARATE }])
    await store.run(announce, [{ orderId: 1, event: 'canceled', facts: SEPARATE }])
    assert.deepEqual(await line(), ['payment:void', 'order_paid:void'])
  })

  test(`${name}: a separate order_canceled needs its refund accepted, in this order`, async (t) => {
    const { store, line, set } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: SEPARATE }])
    await set('payment', 'accepted')
    await set('order_paid', 'accepted')
    await store.run(announce, [{ orderId: 1, event: 'canceled', facts: SEPARATE }])
    const paid = ['payment:accepted', 'order_paid:accepted']
    assert.deepEqual(await line(), [...paid, 'refund:due', 'order_canceled:blocked'])
    await set('refund', 'rejected')
    await store.run(settle, { orderIds: [1], isPaused: false })
    assert.deepEqual(await line(), [...paid, 'refund:rejected', 'order_canceled:held'])
    await set('refund', 'accepted')
    await store.run(settle, { orderIds: [1], isPaused: false })
    assert.deepEqual(await line(), [...paid, 'refund:accepted', 'order_canceled:due'])
  })

  test(`${name}: at cancellation an order_paid with attempts runs to its end first`, async (t) => {
    const { store, line, set } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: COMBINED }])
    await set('order_paid', 'due', 2)
    await store.run(announce, [{ orderId: 1, event: 'canceled', facts: COMBINED }])
    assert.deepEqual(await line(), ['order_paid:due', 'order_canceled:blocked'])
    await set('order_paid', 'exhausted', 20)
    await store.run(settle, { orderIds: [1], isPaused: false })
    assert.deepEqual(await line(), ['order_paid:exhausted', 'order_canceled:due'])
  })

  test(`${name}: while webhooks are disabled rows are paused, and released in order on enabling`, async (t) => {
    const { store, line, wakeUps } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: DISABLED }])
    assert.deepEqual(await line(), ['payment:paused', 'order_paid:blocked'])
    assert.deepEqual(wakeUps, [])
    await store.run(settle, { orderIds: [1], isPaused: false })
    assert.deepEqual(await line(), ['payment:due', 'order_paid:blocked'])
  })

  test(`${name}: a row that was tried before its pause goes on where its schedule stands`, async (t) => {
    const { store } = await given(t)
    await store.run(announce, [{ orderId: 1, event: 'paid', facts: COMBINED }])
    const tried = { project_id: 44056, order_id: 1, type: 'order_paid', state: 'paused', attempt_count: 1 }
    await store.run(setState, [tried])
    const { id } = await store.read.selectFrom('deliveries').select('id').executeTakeFirstOrThrow()
    await store.run(setFirstAttempt, { id, firstAttemptAt: 1_000, position: 2 })
    await store.run(settle, { orderIds: [1], isPaused: false })
    const row = await store.read.selectFrom('deliveries').select(['state', 'due_at']).executeTakeFirstOrThrow()
    assert.deepEqual(row, { state: 'due', due_at: 1_000 + 10 * 60_000 })
  })
})

test('webhooks are paused while they are disabled, have nowhere to go, or gave way to events', () => {
  const paused = (webhook: ProjectFacts['webhook'], isEventsApiOn = false) =>
    isPaused({ webhook, settings: { ...defaultProjectSettings, isEventsApiOn } })
  const working: ProjectFacts['webhook'] = { url: 'https://game.example', isEnabled: true, version: 1 }
  assert.deepEqual(
    [
      paused(null),
      paused({ ...working, url: '' }),
      paused({ ...working, isEnabled: false }),
      paused(working, true),
      paused(working),
    ],
    [true, true, true, true, false],
  )
})
