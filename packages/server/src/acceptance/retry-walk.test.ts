// The schedules of retries, walked by skipping time: every attempt at its minute, none more, and what people do afterwards.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GivenGame } from './testing/given-game.ts'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShopAndGame, type Json, type Shop } from './testing/given-shop.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Documented: at once, 2 more every 5 minutes, 7 every 15, 10 every 60; 20 attempts within 12 hours. */
const ORDER_MINUTES = [
  0, 5, 10, 25, 40, 55, 70, 85, 100, 115, 175, 235, 295, 355, 415, 475, 535, 595, 655, 715,
] as const

/** 12 attempts within 12 hours, at growing intervals. */
const PAYMENT_MINUTES = [0, 1, 3, 7, 15, 30, 60, 120, 210, 330, 480, 660] as const

/** When the attempts of a delivery began, in whole minutes after the first, and how many were automatic. */
async function attemptMinutes(shop: Shop, orderId: number, type: string): Promise<readonly number[]> {
  const { deliveries, attempts } = await shop.story(orderId)
  const delivery = deliveries.find((each) => each.type === type)
  const starts = attempts
    .filter((attempt) => attempt.delivery_id === delivery?.id && attempt.kind === 'automatic')
    .map((attempt) => Date.parse(String(attempt.started_at)))
  return starts.map((start) => Math.round((start - (starts[0] ?? 0)) / MINUTE_MS))
}

/** Largest distance of an attempt from its minute. */
async function driftMs(shop: Shop, orderId: number, minutes: readonly number[]): Promise<number> {
  const starts = (await shop.story(orderId)).attempts.map((attempt) => Date.parse(String(attempt.started_at)))
  const first = starts[0] ?? 0
  return Math.max(...starts.map((start, index) => Math.abs(start - first - (minutes[index] ?? 0) * MINUTE_MS)))
}

function heardOf(game: GivenGame, type: string): number {
  return game.heard.filter((webhook) => webhook.type === type).length
}

/** Attempts are at their minute to the second: what is between is only this machine's own time. */
const DRIFT_MS_MAX = 5_000

eachAcceptanceStore((store) => {
  test(`${store}: order_paid is tried 20 times in 12 hours, then never again until somebody resends it`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    game.answer('order_paid', 503)
    const jwt = await shop.tokenOf('player-1')
    const watcher = await shop.watch(t, jwt)
    const { orderId } = await shop.sell({ bearer: jwt })
    await shop.skip(DAY_MS)
    assert.deepEqual(await attemptMinutes(shop, orderId, 'order_paid'), ORDER_MINUTES)
    const drift = await driftMs(shop, orderId, ORDER_MINUTES)
    assert.ok(drift < DRIFT_MS_MAX, `an attempt was ${drift} ms off`)
    assert.equal(heardOf(game, 'order_paid'), 20)
    assert.equal(new Set(game.about(orderId).map(({ text }) => text)).size, 1)
    assert.equal(new Set(game.about(orderId).map(({ headers }) => headers['webhook-id'])).size, 1)
    assert.deepEqual(await shop.deliveriesOf(orderId), ['order_paid exhausted'])
    assert.equal((await shop.getOrder({ bearer: jwt }, orderId)).status, 'paid')

    const [delivery] = (await shop.story(orderId)).deliveries
    const resend = async () => bodyOf(await shop.own('POST', `/deliveries/${delivery?.id}/resend`), 200)
    const failed = await resend()
    assert.deepEqual([failed.attempt, failed.outcome, failed.has_ended_delivery], [21, 'retry', false])
    assert.deepEqual(await shop.deliveriesOf(orderId), ['order_paid exhausted'])
    game.answer('order_paid', null)
    const accepted = await resend()
    assert.deepEqual([accepted.attempt, accepted.outcome, accepted.has_ended_delivery], [22, 'accepted', true])
    await watcher.reached(orderId, 'done')
    assert.deepEqual(watcher.statusesOf(orderId), ['new', 'paid', 'done'])

    game.answer('order_canceled', 503)
    await shop.refund(orderId)
    await shop.skip(DAY_MS)
    assert.deepEqual(await attemptMinutes(shop, orderId, 'order_canceled'), ORDER_MINUTES)
    assert.deepEqual(await shop.deliveriesOf(orderId), ['order_paid accepted', 'order_canceled exhausted'])
    const refused = await shop.own('POST', `/deliveries/${delivery?.id}/resend`)
    assert.deepEqual([refused.status, (refused.body as Json).code], [409, 'resend_order_canceled'])
  })

  test(`${store}: payment is tried 12 times, and order_paid does not follow`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ webhook_mode: 'separate' })
    game.answer('payment', 503)
    const { orderId } = await shop.sell({ bearer: await shop.tokenOf('player-1') })
    await shop.skip(DAY_MS)
    assert.deepEqual(await attemptMinutes(shop, orderId, 'payment'), PAYMENT_MINUTES)
    assert.deepEqual(await shop.deliveriesOf(orderId), ['payment exhausted', 'order_paid held'])
    assert.equal(heardOf(game, 'order_paid'), 0)
  })

  test(`${store}: minute by minute nothing is sent between two attempts`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    game.answer('order_paid', 503)
    await shop.sell({ bearer: await shop.tokenOf('player-1') })
    await shop.settle()
    const heardAt = async (ms: number): Promise<number> => {
      await shop.skip(ms)
      return heardOf(game, 'order_paid')
    }
    assert.deepEqual(
      [await heardAt(4 * MINUTE_MS), await heardAt(MINUTE_MS), await heardAt(4 * MINUTE_MS), await heardAt(MINUTE_MS)],
      [1, 2, 2, 3],
    )
  })
})

test('an answer that says no for good ends the attempts, and one that is unknown does not', async (t) => {
  const { shop, game } = await givenShopAndGame(t)
  const as = { bearer: await shop.tokenOf('player-1') }
  const seen: Record<number, readonly string[]> = {}
  for (const status of [200, 201, 202, 204, 400, 401, 402, 403, 404, 405, 409, 410, 415, 422, 429, 500, 503]) {
    game.answer('order_paid', status)
    const { orderId } = await shop.sell(as)
    await shop.settle()
    seen[status] = await shop.deliveriesOf(orderId)
  }
  const outcome = (state: string, statuses: readonly number[]) =>
    statuses.map((status) => [status, [`order_paid ${state}`]] as const)
  assert.deepEqual(
    seen,
    Object.fromEntries([
      ...outcome('accepted', [200, 201, 204]),
      ...outcome('rejected', [400, 401, 402, 403, 404, 409, 415, 422]),
      ...outcome('due', [202, 405, 410, 429, 500, 503]),
    ]),
  )
})
