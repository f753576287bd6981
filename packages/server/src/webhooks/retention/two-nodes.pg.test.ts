// Retiring beside somebody who has rows locked: nobody waits for the other.
import assert from 'node:assert/strict'
import test from 'node:test'
import { bind, oneByOne, rareCommand } from '../../platform/store/index.ts'
import { openTestStore, TEST_DATABASE_URL } from '../../platform/store/testing/index.ts'
import { giveDeliveries, HISTORY_PROJECT_ID, whatIsLeft } from '../testing/given-history.ts'
import { webhookCommands } from '../webhook-commands.ts'
import { retireDetails } from './retire-details.ts'

const withServer = TEST_DATABASE_URL === undefined ? { skip: 'TEST_DATABASE_URL is not set' } : {}
const AGE_MS = 40 * 24 * 3_600_000

test(
  'a delivery that another transaction holds is passed over, and taken when that has ended',
  withServer,
  async (t) => {
    const hold = rareCommand<number, null>('test.hold')
    const held = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const boundHold = bind(
      hold,
      oneByOne(async (tx, id: number) => {
        await tx.db.selectFrom('deliveries').select('id').where('id', '=', id).forUpdate().execute()
        held.resolve()
        await release.promise
        return null
      }),
    )
    const commands = [...webhookCommands({ onDeliveriesEnded: async () => undefined }), boundHold]
    const { store, stop } = await openTestStore('postgres', { commands })
    t.after(async () => {
      release.resolve()
      await stop()
    })
    await giveDeliveries(
      store,
      [1, 2].map((id) => ({ id, orderId: id, state: 'accepted', ageMs: AGE_MS })),
    )
    const batch = { projectId: HISTORY_PROJECT_ID, keptMs: AGE_MS / 2, max: 10 }
    const holding = store.run(hold, 1)
    await held.promise
    await store.run(retireDetails, batch)
    assert.deepEqual(await whatIsLeft(store), { 1: 'body details log', 2: 'log' })
    release.resolve()
    await holding
    await store.run(retireDetails, batch)
    assert.deepEqual(await whatIsLeft(store), { 1: 'log', 2: 'log' })
  },
)
