// An emulator in the hands of a test, with a real listener behind it; and how emulators start, end and leave no trace.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createOrderTrail, type OrderTrail, type Payment } from '@ordertrail/client'
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './start-emulator.ts'
import { type GivenGame, givenGame } from './testing/given-game.ts'

let store: Emulator
let game: GivenGame

/** What was sent about an order: type, attempt, outcome. */
function sentAbout(orderId: number): readonly string[] {
  return store
    .webhooks()
    .filter((webhook) => webhook.orderId === orderId && webhook.type !== 'user_validation')
    .map(({ type, attempt, outcome }) => `${type} ${attempt} ${outcome}`)
}

/** Calls the store as the game's client does. */
async function callAsGame(token: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(`${store.endpoints.store}/v2/project/${store.projectId}${path}`, { ...init, headers })
}

describe('an emulator', () => {
  before(async () => {
    game = await givenGame(DEV_PROJECT.webhookSecret)
    // Long enough for a machine that does much else.
    store = await startEmulator({ webhookUrl: game.url, timeoutMs: 60_000 })
  })
  after(async () => {
    await store.stop()
    await game[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    game.granted.length = 0
  })

  describe('orders', () => {
    test('a paid order is granted once, also when its webhook is sent again', async () => {
      const { orderId, userId } = await store.createOrder({ userId: 'ann' })
      await store.pay(orderId)
      const trail = await store.waitFor(orderId, 'done')
      await store.resend(orderId)
      assert.deepEqual(trail, { orderId, status: 'done', statuses: ['new', 'paid', 'done'] })
      assert.deepEqual([userId, game.granted], ['ann', [orderId]])
      const { body, status, failure } = await store.waitForWebhook({ type: 'order_paid', attempt: 2 })
      assert.deepEqual([status, failure], [204, null])
      assert.equal('order' in body && body.order.id, orderId)
      assert.deepEqual(sentAbout(orderId), ['order_paid 1 accepted', 'order_paid 2 accepted'])
    })

    test('an order that the game created is paid by its number alone', async () => {
      const token = await store.userToken('bob', { email: 'bob@example.com', country: 'DE', lifeSeconds: 60 })
      const answer = await callAsGame(token, '/payment/item/sword_1', { method: 'POST', body: '{}' })
      const { order_id: orderId } = (await answer.json()) as { readonly order_id: number }
      await store.pay(orderId)
      await store.waitFor(orderId, 'done')
      const { body } = await store.waitForWebhook({ type: 'user_validation', orderId })
      assert.equal(
        'user' in body && body.user !== undefined && 'email' in body.user && body.user.email,
        'bob@example.com',
      )
    })

    test('several lines, virtual currency and free items', async () => {
      const pack = await store.createOrder({
        items: [{ sku: 'gold_1000' }, { sku: 'sword_1', quantity: 2 }],
        isSandbox: true,
        customParameters: { level: 7 },
      })
      await store.pay(pack.orderId)
      const virtual = await store.createOrder({ sku: 'banner_1', virtualCurrency: 'gold' })
      const free = await store.createOrder({ sku: 'daily_gift', isFree: true })
      for (const { orderId } of [pack, virtual, free]) await store.waitFor(orderId, 'done')
      assert.deepEqual([virtual.token, virtual.payUrl, free.token], [null, null, null])
      const { body } = await store.waitForWebhook({ type: 'order_paid', orderId: pack.orderId })
      assert.ok('order' in body)
      assert.deepEqual([body.order.mode, body.custom_parameters], ['sandbox', { level: 7 }])
      const orders = await store.orders()
      assert.deepEqual(
        orders.slice(0, 3).map(({ order_id, status }) => [order_id, status]),
        [free, virtual, pack].map(({ orderId }) => [orderId, 'done']),
      )
    })

    test('a payment that was declined may be made again', async () => {
      const { orderId } = await store.createOrder()
      await store.decline(orderId)
      assert.deepEqual(await store.tryToPay(orderId, 'closed'), { result: 'closed', status: 'new', message: null })
      assert.equal((await store.tryToPay(orderId, 'paid_later')).result, 'pending')
      await store.skipTime('1h')
      assert.equal((await store.waitFor(orderId, 'done')).status, 'done')
    })

    test('says who stopped a payment', async () => {
      const { orderId } = await store.createOrder({ userId: 'stranger' })
      await assert.rejects(store.pay(orderId), {
        name: 'EmulatorError',
        message: `The payment of order ${orderId} was refused, not paid. The game does not accept a payment for this account. Nothing was charged.`,
      })
      assert.equal((await store.waitForWebhook({ type: 'user_validation', orderId })).status, 400)
    })

    test('refunds in part and whole, and cancels what is unpaid', async (t) => {
      t.after(() => store.reset())
      await store.changeSettings({ toggles: { partial_refund: true } })
      const { orderId } = await store.createOrder()
      await store.pay(orderId)
      await store.waitFor(orderId, 'done')
      await store.refund(orderId, { amount: 50, code: 9, reason: 'Half a sword' })
      const { body } = await store.waitForWebhook({ type: 'partial_refund', orderId })
      assert.ok('refund_details' in body)
      assert.equal('payment_details' in body && body.payment_details.payment.amount, 0.5)
      assert.equal(body.refund_details?.reason_detail, 'Half a sword')
      await store.refund(orderId)
      await store.waitFor(orderId, 'canceled')
      await store.settle()
      const unpaid = await store.createOrder()
      await store.cancel(unpaid.orderId)
      await store.waitFor(unpaid.orderId, 'canceled')
      assert.deepEqual(game.granted, [orderId, -orderId])
    })

    test('is done when the game says so, where the project wants that', async (t) => {
      t.after(() => store.reset())
      await store.changeSettings({ fulfilment: 'api' })
      const { orderId } = await store.createOrder()
      await store.pay(orderId)
      await store.settle()
      assert.equal((await store.waitFor(orderId, 'paid')).status, 'paid')
      await store.fulfil(orderId)
      await store.waitFor(orderId, 'done')
    })

    test('events wait for the game that asks for them', async (t) => {
      t.after(() => store.reset())
      await store.changeSettings({ is_events_api_on: true })
      const { orderId, userId } = await store.createOrder()
      await store.pay(orderId)
      await store.waitFor(orderId, 'paid')
      const [event, ...more] = await store.events(userId)
      assert.deepEqual([event?.data.notification_type, more], ['order_paid', []])
      assert.deepEqual(await store.events('somebody else'), [])
    })
  })

  describe('the client of a game', () => {
    /** A client of `userId` that keeps what it was told. */
    async function givenClient(userId: string): Promise<{ readonly trail: OrderTrail; readonly lines: string[] }> {
      const lines: string[] = []
      const trail = createOrderTrail({
        projectId: store.projectId,
        token: await store.userToken(userId),
        endpoints: store.endpoints,
        debug: (line) => lines.push(line),
      })
      return { trail, lines }
    }

    test('buys and hears of the end', async () => {
      const { trail } = await givenClient('carl')
      const openPayment = ({ orderId }: Payment): undefined => void store.pay(orderId)
      const outcome = await trail.purchase({ sku: 'sword_1' }, { openPayment })
      assert.equal(outcome.kind, 'done')
      assert.deepEqual(game.granted, [outcome.orderId])
      trail.close()
    })

    test('hears of the end although calls fail, pushes are lost and the socket is cut', async () => {
      const { trail, lines } = await givenClient('dora')
      const { orderId } = await store.createOrder({ userId: 'dora' })
      await store.failCalls({ path: '/connection/', answer: 503 })
      await store.failCalls({ path: '/order/', answer: 'drop' })
      const statuses: string[] = []
      const tracking = trail.trackOrder(orderId, {
        pollMs: 20,
        onStatus: ({ status, via }) => {
          statuses.push(`${status} ${via}`)
          if (status === 'new')
            void store
              .losePushes()
              .then(() => store.pay(orderId))
              .then(() => store.dropConnections())
        },
      })
      assert.equal((await tracking).kind, 'done')
      assert.ok(statuses[0]?.startsWith('new') && statuses.at(-1)?.startsWith('done'), statuses.join())
      assert.ok(lines.length > 0)
      trail.close()
    })
  })

  describe('bad behaviour', () => {
    test('webhooks fail and are sent again when the emulator’s time has come', async () => {
      await store.failNext({ times: 2, status: 'timeout' })
      await store.failNext({ type: 'user_validation', status: 500 })
      const { orderId } = await store.createOrder()
      await assert.rejects(store.pay(orderId), /was refused/)
      await store.pay(orderId)
      const first = await store.waitForWebhook({ orderId, type: 'order_paid', outcome: 'retry' })
      assert.match(first.failure ?? '', /injected/)
      assert.ok(first.nextAttemptAt !== null && first.nextAttemptAt > first.at)
      const now = await store.skipTime('25m')
      await store.waitFor(orderId, 'done')
      assert.deepEqual(sentAbout(orderId), ['order_paid 1 retry', 'order_paid 2 retry', 'order_paid 3 accepted'])
      assert.ok(now > first.at)
    })

    test('calls of the game go wrong, those of the test do not', async () => {
      const token = await store.userToken()
      const { orderId } = await store.createOrder()
      const look = () => callAsGame(token, `/order/${orderId}`)
      await store.failCalls({ path: '/payment/item/', method: 'POST' })
      await store.createOrder()
      await store.stopFailing()
      await store.failCalls({ path: '/order/', answer: 429, retryAfterSeconds: 3, times: 2 })
      await store.failCalls({ method: 'GET', answer: 'drop' })
      const refused = await look()
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '3'])
      assert.equal((await look()).status, 429)
      await assert.rejects(look(), TypeError)
      await store.failCalls({ answer: 'none', delayMs: 1 })
      assert.equal((await look()).status, 200)
      await store.failCalls({ times: 1_000 })
      await store.stopFailing()
      assert.equal((await look()).status, 200)
    })

    test('connections are dropped, pushes are lost', async () => {
      const socket = new WebSocket(store.endpoints.socket)
      await new Promise((resolve) => socket.addEventListener('open', resolve))
      const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
      await store.losePushes()
      assert.equal(await store.dropConnections(), 1)
      assert.equal((await closed).wasClean, false)
    })
  })
})

describe('how emulators start and end', () => {
  const PRICE = { currency: 'EUR', is_virtual_currency: false }

  test('several run side by side, each with a store of its own', async () => {
    const stores = await Promise.all([startEmulator(), startEmulator(), startEmulator()])
    const [first, second, third] = stores
    assert.equal(new Set(stores.map(({ url }) => url)).size, 3)
    const { orderId } = await first.createOrder()
    await first.pay(orderId)
    await first.waitFor(orderId, 'done')
    const counts = await Promise.all(stores.map(async (store) => (await store.orders()).length))
    assert.deepEqual(counts, [1, 0, 0])
    await assert.rejects(second.waitFor(orderId, 'done'), { message: `There is no order ${orderId}.` })
    await Promise.all([...stores, third].map((store) => store.stop()))
  })

  test('starts with the settings and the catalog of the test, and has them again after a reset', async () => {
    const lines: string[] = []
    const catalog = 'items:\n  - { sku: cookie, type: virtual_good, name: { en: Cookie }, prices: { EUR: 2.50 } }\n'
    await using store = await startEmulator({
      catalog,
      settings: { default_currency: 'EUR' },
      logger: (line) => lines.push(line),
      timeoutMs: 60_000,
    })
    const ids: number[] = []
    for (let round = 0; round < 2; round += 1) {
      const { orderId } = await store.createOrder({ sku: 'cookie', quantity: 2 })
      await store.pay(orderId)
      await store.waitFor(orderId, 'done')
      const [order] = await store.orders()
      assert.deepEqual(order?.price, { ...PRICE, amount: '5', amount_without_discount: '5' })
      await assert.rejects(store.createOrder(), /gold_100/)
      ids.push(orderId)
      await store.reset()
      assert.deepEqual([await store.orders(), store.webhooks()], [[], []])
    }
    // A listener that remembers the first store must not take an order of the second one for a repeat.
    assert.notEqual(ids[0], ids[1])
    assert.match(lines[0] ?? '', new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}order ${ids[0]} {2}new {2}order created$`))
  })

  test('a start that fails leaves nothing behind and says why', async () => {
    await assert.rejects(startEmulator({ settings: { no_such_setting: 1 } }), /no_such_setting/)
    await assert.rejects(startEmulator({ webhookUrl: 'ftp://127.0.0.1/' }), /url/i)
    await assert.rejects(startEmulator({ catalog: 'items: 7' }), /refused with 4/)
  })

  test('after a stop nothing keeps the process alive, and waits end', async () => {
    const script = fileURLToPath(new URL('./testing/stop-and-end.ts', import.meta.url))
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--conditions=ordertrail-source', script],
      // A process that does not end by itself is killed, and that fails the test.
      { timeout: 60_000 },
    )
    assert.deepEqual(
      [stdout, stderr],
      ['stopped: The emulator was stopped while a test waited for order 10000001 to be paid.\n', ''],
    )
  })
})
