// How many statements a group of moves and of new orders takes on PostgreSQL: as many as one of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, type Command, oneByOne, rareCommand } from '../platform/store/index.ts'
import { countStatements, eachStore } from '../platform/store/testing/index.ts'
import { applyTransitions, type CreateOrderInput, createOrders, type TransitionInput } from './index.ts'
import { PROJECT_ID, userParty } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'
import { swordFor } from './testing/shop.ts'

const countMoves: Command<readonly TransitionInput[], number> = rareCommand('test.count-moves')
const countCreations: Command<readonly CreateOrderInput[], number> = rareCommand('test.count-creations')
const commands = [
  bind(countMoves, oneByOne(countStatements(applyTransitions))),
  bind(countCreations, oneByOne(countStatements(createOrders(async () => {})))),
]

const GROUP = 64

eachStore((name, open) => {
  if (name !== 'postgres') return

  test('64 payments take no more statements than one', async (t) => {
    const shop = await openShop(t, open, { commands, settings: { webhookMode: 'separate' } })
    const paid = async (player: string): Promise<TransitionInput> => {
      const orderId = await shop.buy({
        party: userParty(player),
        source: { kind: 'item', sku: 'gold_100', quantity: 1 },
      })
      const cause = { kind: 'payment_succeeded', reference: null } as const
      return { projectId: PROJECT_ID, orderId, to: 'paid', cause, paymentId: await shop.payment(orderId) }
    }
    const one = await shop.store.run(countMoves, [await paid('ann')])
    const inputs = await Promise.all(Array.from({ length: GROUP }, (_, index) => paid(`player-${index % 7}`)))
    assert.equal(await shop.store.run(countMoves, inputs), one)
    assert.ok(one <= 20, `${one} statements`)
  })

  test('64 new orders take no more statements than one', async (t) => {
    const shop = await openShop(t, open, { commands })
    const one = await shop.store.run(countCreations, [swordFor('ann')])
    const inputs = Array.from({ length: GROUP }, (_, index) => swordFor(`player-${index % 7}`))
    assert.equal(await shop.store.run(countCreations, inputs), one)
    assert.ok(one <= 12, `${one} statements`)
  })
})
