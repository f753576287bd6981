// A model of many moves at once: whatever happens, channels have no hole and say what the orders are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideTransition, type OrderStatus, type TransitionCause } from '@ordertrail/core'
import fc from 'fast-check'
import { eachStore } from '../platform/store/testing/index.ts'
import { userParty } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'
import type { Shop } from './testing/shop.ts'

const PLAYERS = ['ann', 'bob', 'cleo']
const MOVES = 500
const ORDERS = 60

interface Wish {
  readonly order: number
  readonly to: OrderStatus
  readonly kind: TransitionCause
}

const wish: fc.Arbitrary<Wish> = fc.record({
  order: fc.nat({ max: ORDERS - 1 }),
  to: fc.constantFrom<OrderStatus>('paid', 'done', 'canceled', 'expired'),
  kind: fc.constantFrom<TransitionCause>(
    'payment_succeeded',
    'order_paid_accepted',
    'fulfilled',
    'staff_cancel',
    'expired',
    'refund_succeeded',
  ),
})

/** Statuses in the order in which a timeline applied them. */
async function appliedStatuses(shop: Shop, orderId: number): Promise<readonly string[]> {
  const entries = await shop.timeline(orderId)
  return entries.flatMap((entry) => /→(\w+) applied /.exec(entry)?.[1] ?? [])
}

eachStore((name, open) => {
  test(`${name}: over ${MOVES} mixed moves at once no channel has a hole and every status is on it`, async (t) => {
    const shop = await openShop(t, open)
    const [wishes = []] = fc.sample(fc.array(wish, { minLength: MOVES, maxLength: MOVES }), {
      numRuns: 1,
      seed: 20_261_121,
    })
    const ids = await Promise.all(
      Array.from({ length: ORDERS }, (_, index) =>
        shop.buy({ party: userParty(PLAYERS[index % PLAYERS.length] ?? '') }),
      ),
    )
    const payments = await Promise.all(ids.map((id) => shop.payment(id)))
    await Promise.all(
      wishes.map(({ order, to, kind }) => {
        return shop.move(ids[order] ?? 0, to, kind, { paymentId: payments[order] ?? 0 })
      }),
    )

    for (const player of PLAYERS) {
      const offsets = (await shop.published(userParty(player))).map((entry) => Number(entry.split(':')[0]))
      assert.deepEqual(
        offsets,
        Array.from(offsets, (_, index) => index + 1),
      )
    }
    const published = (await Promise.all(PLAYERS.map((player) => shop.published(userParty(player))))).flat()
    for (const id of ids) {
      const seen = published.filter((entry) => entry.split(':')[1] === String(id)).map((entry) => entry.split(':')[2])
      const applied = await appliedStatuses(shop, id)
      assert.deepEqual(
        seen,
        applied.filter((status) => status !== 'expired'),
      )
      assert.equal((await shop.order(id)).status, applied.at(-1))
      assertAllowed(applied)
    }
  })
})

/** Each step of a life is one that core's table allows for some cause. */
function assertAllowed(statuses: readonly string[]): void {
  const causes: readonly TransitionCause[] = [
    'payment_succeeded',
    'order_paid_accepted',
    'staff_cancel',
    'expired',
    'refund_succeeded',
  ]
  for (const [index, to] of statuses.entries()) {
    const from = statuses[index - 1]
    if (from === undefined) continue
    const facts = { paymentPending: false, fulfilment: 'acknowledged' } as const
    const isAllowed = causes.some((cause) => {
      const question = { from: from as OrderStatus, to: to as OrderStatus, currencyKind: 'real', cause, facts } as const
      return decideTransition(question).kind === 'apply'
    })
    assert.ok(isAllowed, `${from}→${to}`)
  }
}
