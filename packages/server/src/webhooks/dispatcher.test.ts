// The dispatcher against real listeners on every store: schedules on skipped time, bad answers, chains, stops.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { SCHEDULES } from '@ordertrail/core'
import { MISBEHAVIOURS, type Misbehaviour, startWrongListener } from '../platform/http/testing/index.ts'
import type { Row } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { skipTime } from '../skip-time.ts'
import { openStage, SECRET } from './testing/stage.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** The outcome as the log tells it: a status, with a remark where the body was cut, or a reason and its sentence. */
function isLoggedAs({ status, failure }: Row<'attempts'>, { outcome }: Misbehaviour): boolean {
  if (typeof outcome === 'number') return status === outcome && failure === null
  if (outcome.endsWith(' cut')) return status === Number.parseInt(outcome, 10) && failure !== null
  return status === null && outcome.split(' or ').some((reason) => failure?.startsWith(`${reason}: `))
}

/** A listener that answers the first request 503 and hangs up, so that each request looks its name up; later ones 204. */
async function givenRefusingThenAccepting(): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  let answered = 0
  const server = createServer((request, response) => {
    request.resume()
    answered += 1
    response.writeHead(answered === 1 ? 503 : 204, { connection: 'close' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { port: (server.address() as AddressInfo).port, stop }
}

eachStore((name, open) => {
  test(`${name}: sends order_paid once, signed, and tells that it ended`, async (t) => {
    const stage = await openStage(t, open)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    assert.deepEqual(await stage.line(orderId), ['order_paid accepted'])
    const [request, ...others] = stage.listener.heard
    const signature = createHash('sha1').update(`${request?.body}${SECRET}`).digest('hex')
    assert.equal(request?.headers.authorization, `Signature ${signature}`)
    assert.equal(others.length, 0)
    const [delivery] = await stage.deliveries(orderId)
    assert.deepEqual(stage.ended, [
      {
        projectId: 44056,
        deliveryId: delivery?.id,
        orderId,
        type: 'order_paid',
        mode: 'combined',
        outcome: 'accepted',
        by: 'automatic',
        status: 204,
      },
    ])
  })

  const walks = [
    { type: 'order_paid', settings: {}, minutes: SCHEDULES.order_paid },
    { type: 'payment', settings: { webhookMode: 'separate' }, minutes: SCHEDULES.payment },
  ] as const
  for (const { type, settings, minutes } of walks) {
    test(`${name}: makes all ${minutes.length} attempts of ${type} at their times and no more`, async (t) => {
      const stage = await openStage(t, open, { settings })
      stage.listener.behave(503)
      const orderId = await stage.giveOrder()
      await stage.announce(orderId, 'paid')
      await skipTime({ store: stage.store, work: [stage.dispatcher] }, 48 * HOUR_MS)

      const [delivery] = await stage.deliveries(orderId)
      const attempts = await stage.attempts(orderId)
      const startedAt = delivery?.first_attempt_at ?? 0
      const offsets = attempts.map((attempt) => Math.floor((attempt.started_at - startedAt) / MINUTE_MS))
      assert.deepEqual(offsets, minutes)
      assert.ok(attempts.every((attempt, index) => attempt.number === index + 1 && attempt.position === index))
      assert.ok(attempts.every(({ is_late: isLate, outcome }) => isLate === 0 && outcome === 'retry'))
      assert.equal(stage.listener.heard.length, minutes.length)
      assert.equal(new Set(stage.listener.heard.map(({ headers }) => headers['webhook-id'])).size, 1)
      assert.equal(delivery?.state, 'exhausted')
      assert.deepEqual(
        stage.ended.map(({ outcome, status }) => [outcome, status]),
        [['exhausted', 503]],
      )
    })
  }

  for (const isSlow of [false, true])
    test(`${name}: ways of a listener to go wrong${isSlow ? ' slowly' : ''} stand in the attempt log`, async (t) => {
      const ofPace = MISBEHAVIOURS.filter((way) => way.isSlow === isSlow)
      const ways = [...ofPace.filter(({ saysMore }) => !saysMore), ...ofPace.filter(({ saysMore }) => saysMore)]
      const listener = await startWrongListener(ways[0] as Misbehaviour)
      t.after(() => listener.stop())
      const stage = await openStage(t, open, {
        url: listener.url,
        dispatcher: { deadlineMs: isSlow ? 200 : 10_000 },
      })
      for (const way of ways) {
        listener.arm(way)
        const orderId = await stage.giveOrder()
        await stage.announce(orderId, 'paid')
        await stage.dispatcher.settle()
        const [attempt, ...others] = await stage.attempts(orderId)
        assert.equal(others.length, 0, way.what)
        assert.ok(attempt !== undefined && isLoggedAs(attempt, way), `${way.what}: ${attempt?.failure}`)
        const [delivery] = await stage.deliveries(orderId)
        const isAccepted = attempt.status !== null && [200, 201, 204].includes(attempt.status)
        const dueAt = isAccepted ? null : (delivery?.first_attempt_at ?? 0) + 5 * MINUTE_MS
        assert.deepEqual([delivery?.state, delivery?.due_at], [isAccepted ? 'accepted' : 'due', dueAt], way.what)
      }
    })

  test(`${name}: a name that changes its addresses between attempts is judged anew each time`, async (t) => {
    const answers: readonly (readonly string[])[] = [
      ['127.0.0.1'],
      ['127.0.0.1', '10.0.0.1'],
      ['169.254.169.254'],
      [],
      ['127.0.0.1'],
    ]
    let asked = 0
    const lookup = async () => {
      asked += 1
      return answers[asked - 1] ?? []
    }
    const { port, stop } = await givenRefusingThenAccepting()
    t.after(stop)
    const policy = { allowLoopbackHttp: false, networksAllowed: ['127.0.0.0/8'] }
    const stage = await openStage(t, open, { url: `http://game.test:${port}/`, sender: { policy, lookup } })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await skipTime({ store: stage.store, work: [stage.dispatcher] }, 60 * MINUTE_MS)
    assert.deepEqual(
      (await stage.attempts(orderId)).map(({ status, failure }) => status ?? failure),
      [
        503,
        'address_refused: game.test: 10.0.0.1 is a private address; webhooks go to public addresses only.',
        'address_refused: game.test: 169.254.169.254 is a link-local address; webhooks go to public addresses only.',
        'name_not_found: The host name game.test was not found.',
        204,
      ],
    )
    assert.deepEqual(await stage.line(orderId), ['order_paid accepted'])
  })

  for (const status of [302, 418, 503])
    test(`${name}: tries again after ${status}`, async (t) => {
      const stage = await openStage(t, open)
      stage.listener.behave(status === 302 ? 'redirect' : status)
      const orderId = await stage.giveOrder()
      await stage.announce(orderId, 'paid')
      await stage.dispatcher.settle()
      const attempts = await stage.attempts(orderId)
      assert.deepEqual(
        attempts.map((attempt) => [attempt.status, attempt.failure]),
        [[status, null]],
      )
      assert.deepEqual(await stage.line(orderId), ['order_paid due'])
    })

  test(`${name}: a 400 ends the delivery for good`, async (t) => {
    const stage = await openStage(t, open)
    stage.listener.behave(400)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await skipTime({ store: stage.store, work: [stage.dispatcher] }, 24 * HOUR_MS)
    assert.deepEqual(await stage.line(orderId), ['order_paid rejected'])
    assert.equal(stage.listener.heard.length, 1)
  })

  test(`${name}: separate mode sends payment, order_paid, refund and order_canceled one after the other`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' } })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    await stage.announce(orderId, 'canceled')
    await stage.dispatcher.settle()
    const types = stage.listener.heard.map(
      ({ body }) => (JSON.parse(body) as { notification_type: string }).notification_type,
    )
    assert.deepEqual(types, ['payment', 'order_paid', 'refund', 'order_canceled'])
    assert.deepEqual(await stage.line(orderId), [
      'payment accepted',
      'order_paid accepted',
      'refund accepted',
      'order_canceled accepted',
    ])
  })

  test(`${name}: order_paid is held where the payment was refused`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' } })
    stage.listener.behave(422)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    assert.deepEqual(await stage.line(orderId), ['payment rejected', 'order_paid held'])
    assert.equal(stage.listener.heard.length, 1)
  })

  test(`${name}: order_canceled waits until order_paid has ended`, async (t) => {
    const stage = await openStage(t, open)
    stage.listener.behave(503)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    await stage.announce(orderId, 'canceled')
    assert.deepEqual(await stage.line(orderId), ['order_paid due', 'order_canceled blocked'])
    stage.listener.behave(200)
    await skipTime({ store: stage.store, work: [stage.dispatcher] }, 6 * MINUTE_MS)
    assert.deepEqual(await stage.line(orderId), ['order_paid accepted', 'order_canceled accepted'])
  })

  test(`${name}: an order_paid that was never tried is void after a cancellation`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.announce(orderId, 'canceled')
    await stage.dispatcher.start()
    await stage.dispatcher.settle()
    assert.deepEqual(await stage.line(orderId), ['order_paid void'])
    assert.equal(stage.listener.heard.length, 0)
  })

  test(`${name}: positions that passed while nobody was there are skipped, the others kept`, async (t) => {
    const stage = await openStage(t, open)
    stage.listener.behave(503)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    await stage.store.skipTime(60 * MINUTE_MS)
    await stage.dispatcher.settle()
    await skipTime({ store: stage.store, work: [stage.dispatcher] }, 11 * MINUTE_MS)
    assert.deepEqual(
      (await stage.attempts(orderId)).map(({ number, position }) => [number, position]),
      [
        [1, 0],
        [2, 6 - 1],
        [3, 6],
      ],
    )
  })

  test(`${name}: after the whole window one late attempt is made`, async (t) => {
    const stage = await openStage(t, open)
    stage.listener.behave(503)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    await stage.store.skipTime(30 * HOUR_MS)
    await stage.dispatcher.settle()
    assert.deepEqual(
      (await stage.attempts(orderId)).map(({ position, is_late: isLate }) => [position, isLate]),
      [
        [0, 0],
        [19, 1],
      ],
    )
    assert.deepEqual(await stage.line(orderId), ['order_paid exhausted'])
  })

  test(`${name}: stopping waits for the answer that is under way and records it`, async (t) => {
    const stage = await openStage(t, open)
    const orderId = await stage.giveOrder()
    const gate = Promise.withResolvers<201>()
    stage.listener.behave(() => gate.promise)
    await stage.announce(orderId, 'paid')
    await stage.listener.heardAtLeast(1)
    const stopped = stage.dispatcher.stop()
    assert.deepEqual(await stage.line(orderId), ['order_paid claimed'])
    gate.resolve(201)
    await stopped
    assert.deepEqual(await stage.line(orderId), ['order_paid accepted'])
    assert.equal(await stage.dispatcher.nextDueAt(), null)
  })

  test(`${name}: a lease lasts for the deadline of the exchange and its margin`, async (t) => {
    const stage = await openStage(t, open, { dispatcher: { deadlineMs: 30_000, leaseMarginMs: 1_300 } })
    const orderId = await stage.giveOrder()
    const gate = Promise.withResolvers<201>()
    stage.listener.behave(() => gate.promise)
    await stage.announce(orderId, 'paid')
    await stage.listener.heardAtLeast(1)
    const [delivery] = await stage.deliveries(orderId)
    gate.resolve(201)
    // No time was skipped, so both clocks read the same.
    assert.equal((delivery?.lease_until ?? 0) - (delivery?.first_attempt_at ?? 0), 31_300)
  })

  test(`${name}: tells the trail each attempt with its time and the next one's`, async (t) => {
    const stage = await openStage(t, open)
    stage.listener.behave(503)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    const [delivery] = await stage.deliveries(orderId)
    assert.deepEqual(
      stage.trail.map((event) => ('durationMs' in event ? { ...event, durationMs: 0 } : event)),
      [
        {
          kind: 'delivery.attempted',
          projectId: 44056,
          orderId,
          deliveryId: delivery?.id,
          type: 'order_paid',
          attempt: 1,
          attemptsMax: 20,
          by: 'automatic',
          status: 503,
          failure: null,
          outcome: 'retry',
          durationMs: 0,
          nextDueAt: delivery?.due_at,
          offsetMinutes: 0,
          body: stage.listener.heard[0]?.body,
        },
      ],
    )
  })
})
