// Random histories held against a model: whatever may still be sent, offered or released keeps its body, and everything else goes in time.
import assert from 'node:assert/strict'
import test from 'node:test'
import { DELIVERY_STATES, type DeliveryState, isEnded } from '@ordertrail/core'
import fc from 'fast-check'
import { handleRetireEvents, retireEvents } from '../../events/index.ts'
import { type BoundCommand, bind, oneByOne, type Row, rareCommand, type Store } from '../../platform/store/index.ts'
import { eachStore } from '../../platform/store/testing/index.ts'
import { beginManualAttempt } from '../begin-manual-attempt.ts'
import { type GivenDelivery, giveDeliveries, HISTORY_PROJECT_ID, whatIsLeft } from '../testing/given-history.ts'
import { openStage } from '../testing/stage.ts'
import { deleteAttempts } from './delete-attempts.ts'
import { retireDetails } from './retire-details.ts'

const DAY_MS = 24 * 3_600_000
const KEPT_MS = 30 * DAY_MS
const LOG_KEPT_MS = 60 * DAY_MS
const DELIVERIES_MAX = 8
const RETIREMENTS = [retireDetails, retireEvents, deleteAttempts] as const

type Step =
  | { readonly kind: 'skip'; readonly days: number }
  | { readonly kind: 'retire'; readonly what: number; readonly max: number }
  | { readonly kind: 'end'; readonly pick: number; readonly state: DeliveryState }
  | { readonly kind: 'process'; readonly pick: number }
  | { readonly kind: 'resend'; readonly pick: number }

const pick = fc.nat(DELIVERIES_MAX - 1)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('skip'), days: fc.integer({ min: 1, max: 40 }) } as const),
  fc.record({ kind: fc.constant('retire'), what: fc.nat(2), max: fc.integer({ min: 1, max: 5 }) } as const),
  fc.record({
    kind: fc.constant('end'),
    pick,
    state: fc.constantFrom('accepted', 'rejected', 'exhausted', 'void'),
  } as const),
  fc.record({ kind: fc.constant('process'), pick } as const),
  fc.record({ kind: fc.constant('resend'), pick } as const),
)
interface Given {
  readonly state: DeliveryState
  readonly order: number
  readonly ageDays: number
  readonly attempts: number
}

/** Half of the histories have nothing but ends: one row that has not ended holds back its whole order. */
const historyOf = (states: readonly DeliveryState[]): fc.Arbitrary<Given[]> =>
  fc.array(
    fc.record({
      state: fc.constantFrom(...states),
      order: fc.nat(3),
      ageDays: fc.nat(90),
      attempts: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: DELIVERIES_MAX },
  )
const anyHistory = fc.oneof(historyOf(DELIVERY_STATES), historyOf(DELIVERY_STATES.filter(isEnded)))

interface Change {
  readonly id: number
  readonly state: DeliveryState
}
const end = rareCommand<Change, null>('test.end')
const mark = rareCommand<number, null>('test.process')
const clear = rareCommand<null, null>('test.clear')
const commands: readonly BoundCommand[] = [
  bind(retireEvents, handleRetireEvents),
  bind(
    end,
    oneByOne(async (tx, { id, state }) => {
      const ended = { state, ended_at: tx.now, due_at: null, lease_until: null }
      await tx.db.updateTable('deliveries').set(ended).where('id', '=', id).where('ended_at', 'is', null).execute()
      return null
    }),
  ),
  bind(
    mark,
    oneByOne(async (tx, id) => {
      const marked = tx.db.updateTable('events_state').set({ processed_at: tx.now })
      await marked.where('id', '=', id).where('processed_at', 'is', null).execute()
      return null
    }),
  ),
  bind(
    clear,
    oneByOne(async (tx) => {
      for (const table of ['attempts', 'deliveries', 'events_state', 'notifications'] as const) {
        await tx.db.deleteFrom(table).execute()
      }
      return null
    }),
  ),
]

interface Snapshot {
  readonly now: number
  readonly deliveries: readonly Row<'deliveries'>[]
  readonly events: readonly Row<'events_state'>[]
  readonly left: Readonly<Record<number, string>>
}

async function look(store: Store): Promise<Snapshot> {
  const deliveries = await store.read.selectFrom('deliveries').selectAll().orderBy('id').execute()
  const events = await store.read.selectFrom('events_state').selectAll().execute()
  return { now: store.now(), deliveries, events, left: await whatIsLeft(store) }
}

/** What of a delivery nobody may take now, by the rules and not by the columns of retiring. `resentAt`: when a person last asked for it. */
function needed(row: Row<'deliveries'>, seen: Snapshot, resentAt: number): readonly string[] {
  const isYoung = (since: number | null, keptMs: number): boolean => since === null || since > seen.now - keptMs
  const touchedAt = row.ended_at === null ? null : Math.max(row.ended_at, resentAt)
  const line = seen.deliveries.filter((other) => other.order_id === row.order_id)
  const isOpen = line.some((other) => other.ended_at === null)
  const event = seen.events.find((each) => each.notification_id === row.notification_id)
  const isOffered = event !== undefined && isYoung(event.processed_at, KEPT_MS)
  const words: string[] = []
  if (isOffered || (event === undefined && isOpen) || isYoung(touchedAt, event === undefined ? KEPT_MS : 0))
    words.push('body')
  if (isOpen || isYoung(touchedAt, KEPT_MS)) words.push('details')
  if (isYoung(touchedAt, LOG_KEPT_MS) || isOpen) words.push('log')
  return words
}

/** Parts that were there, were needed and are gone. */
function losses(before: Snapshot, after: Snapshot, resends: ReadonlyMap<number, number>): readonly string[] {
  return before.deliveries.flatMap((row) => {
    const had = new Set(before.left[row.id]?.split(' '))
    const has = new Set(after.left[row.id]?.split(' '))
    const lost = needed(row, before, resends.get(row.id) ?? 0).filter((part) => had.has(part) && !has.has(part))
    return lost.map((part) => `delivery ${row.id} (${row.state}) lost its ${part}`)
  })
}

async function retireAll(store: Store): Promise<void> {
  const input = { projectId: HISTORY_PROJECT_ID, max: DELIVERIES_MAX }
  await store.run(retireDetails, { ...input, keptMs: KEPT_MS })
  await store.run(retireEvents, { ...input, keptMs: KEPT_MS })
  await store.run(deleteAttempts, { ...input, keptMs: LOG_KEPT_MS })
}

const RUNS = { 'sqlite memory': 75, 'sqlite file': 5, postgres: 8 } as const

/** Both ways in which a resend and the retiring of one delivery can follow each other; chance alone seldom finds the second. */
const old = [{ state: 'accepted', order: 0, ageDays: 80, attempts: 1 }] as const
const resendFirst = { kind: 'resend', pick: 0 } as const
const retireFirst = { kind: 'retire', what: 0, max: 1 } as const
const EXAMPLES: [Given[], Step[]][] = [
  [[...old], [resendFirst, retireFirst]],
  [[...old], [retireFirst, resendFirst]],
]

eachStore((name, open) => {
  test(`${name}: nothing that is needed is ever lost, and nothing else stays`, async (t) => {
    const { store, giveOrder } = await openStage(t, open, { isDispatching: false, commands })
    const orderIds = await Promise.all([0, 1, 2, 3].map(() => giveOrder()))
    let resent = 0
    let refused = 0
    const live = async (history: readonly GivenDelivery[], steps: readonly Step[]): Promise<void> => {
      await store.run(clear, null)
      await giveDeliveries(store, history)
      const resends = new Map<number, number>()
      for (const step of steps) {
        const before = await look(store)
        const id = 'pick' in step ? step.pick + 1 : 0
        if (step.kind === 'skip') await store.skipTime(step.days * DAY_MS)
        else if (step.kind === 'end') await store.run(end, { id, state: step.state })
        else if (step.kind === 'process') await store.run(mark, id)
        else if (step.kind === 'resend') {
          const result = await store.run(beginManualAttempt, { projectId: HISTORY_PROJECT_ID, deliveryId: id })
          const isGone = result.kind === 'refused' && result.code === 'resend_body_retired'
          if (result.kind !== 'absent') assert.equal(isGone && before.left[id]?.includes('body'), false)
          if (result.kind === 'begun') {
            assert.notEqual(result.attempt.body, '')
            resends.set(id, before.now)
            resent += 1
          } else if (isGone) refused += 1
        } else {
          const command = RETIREMENTS[step.what] ?? retireDetails
          const keptMs = command === deleteAttempts ? LOG_KEPT_MS : KEPT_MS
          await store.run(command, { projectId: HISTORY_PROJECT_ID, keptMs, max: step.max })
          assert.deepEqual(losses(before, await look(store), resends), [])
        }
      }
      // Two keeping times: what was held back before its order ended is looked at again after one of them.
      for (let round = 0; round < 2; round += 1) {
        await store.skipTime(LOG_KEPT_MS + DAY_MS)
        await retireAll(store)
        await retireAll(store)
      }
      const last = await look(store)
      for (const row of last.deliveries)
        assert.equal(last.left[row.id], needed(row, last, resends.get(row.id) ?? 0).join(' '))
    }
    const property = fc.asyncProperty(anyHistory, fc.array(anyStep, { maxLength: 15 }), async (history, steps) => {
      const given = history.map(({ state, order, ageDays, attempts }, index): GivenDelivery => {
        const what = { id: index + 1, orderId: orderIds[order] ?? 0, line: index + 1, state, ageMs: ageDays * DAY_MS }
        return { ...what, attempts, ...(state === 'moved' ? { event: { processedAgeMs: null } } : {}) }
      })
      await live(given, steps)
    })
    await fc.assert(property, { numRuns: RUNS[name], examples: EXAMPLES })
    assert.ok(resent > 0 && refused > 0, `${resent} resent, ${refused} refused`)
  })
})
