// Claims on PostgreSQL while others have deliveries in hand: what is locked is passed over, and the rest is claimed as on any store.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, type Command, oneByOne, rareCommand, selectRows } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { type ClaimInput, claimDeliveries } from './claim-due-deliveries.ts'
import { openStage, PROJECT_ID } from './testing/stage.ts'

const ROOM = { all: 8, retries: 6 }
const CLAIM: ClaimInput = { owner: 'tester', leaseMs: 60_000, free: ROOM, perProject: [], perOtherProject: ROOM }

/** Holds the deliveries of an order as a cancellation does, until `release`. */
const holdLine: Command<number, null> = rareCommand('test.hold-line')

eachStore((name, open) => {
  if (name !== 'postgres') return

  test('what somebody else holds is passed over, nobody waits, and a claim says all of the rest', async (t) => {
    const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const hold = oneByOne(async (tx, orderId: number) => {
      await selectRows(tx, 'deliveries', 'order_id', [{ projectId: PROJECT_ID, id: orderId }], 'update')
      held.resolve()
      await release.promise
      return null
    })
    const stage = await openStage(t, open, { isDispatching: false, commands: [bind(holdLine, hold)] })
    const [holder = 0, ...others] = [await stage.giveOrder(), await stage.giveOrder(), await stage.giveOrder()]
    for (const orderId of [holder, ...others]) await stage.announce(orderId, 'paid')

    const before = (await Promise.all(others.map((orderId) => stage.deliveries(orderId)))).flat()
    const holding = stage.store.run(holdLine, holder)
    await held.promise
    const claimed = await stage.store.run(claimDeliveries, CLAIM)
    release.resolve()
    await holding

    assert.deepEqual(
      claimed,
      before.map((row) => ({
        projectId: PROJECT_ID,
        deliveryId: row.id,
        orderId: row.order_id,
        notificationId: row.notification_id,
        type: 'order_paid',
        body: JSON.stringify({ notification_type: 'order_paid', order: { id: row.order_id } }),
        leaseToken: row.lease_token + 1,
        number: 1,
        position: 0,
        skipped: 0,
        isLate: false,
        isFirst: true,
        attemptsMax: 20,
        offsetMinutes: 0,
        dueAt: row.due_at,
        claimedAt: claimed[0]?.claimedAt,
      })),
    )
    const [row] = await stage.deliveries(others[0] ?? 0)
    assert.deepEqual(row, {
      ...before[0],
      state: 'claimed',
      first_attempt_at: claimed[0]?.claimedAt,
      due_at: claimed[0]?.claimedAt,
      lease_owner: 'tester',
      lease_token: (before[0]?.lease_token ?? 0) + 1,
      lease_until: row?.lease_until,
      attempt_count: 1,
    })
    const later = await stage.store.run(claimDeliveries, CLAIM)
    assert.deepEqual(
      later.map(({ orderId }) => orderId),
      [holder],
    )
  })
})
