// Buying over a fake store: what is asked of it, what the player sees, and how it ends.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ordertrailEndpoints } from './all-endpoints.ts'
import type { Basket } from './create-order.ts'
import { createOrderTrail, type OrderTrail } from './create-order-trail.ts'
import type { Outcome } from './outcome.ts'
import type { Payment } from './payment-window.ts'
import type { PurchaseOptions } from './purchase.ts'
import { contentOf, type FakeStore, fakeStore } from './testing/fake-store.ts'

const endpoints = ordertrailEndpoints('https://shop.example/')
const trailOf = (store: FakeStore): OrderTrail => createOrderTrail({ ...store.options, endpoints })

interface Buying {
  readonly purchase: Promise<Outcome>
  readonly payments: readonly Payment[]
  readonly window: { closed: boolean }
  outcome(): Outcome | undefined
}

function buy(store: FakeStore, options: PurchaseOptions = {}, basket: Basket = { sku: 'sword' }): Buying {
  const payments: Payment[] = []
  const window = { closed: false }
  let outcome: Outcome | undefined
  const openPayment = (payment: Payment): typeof window => {
    payments.push(payment)
    return window
  }
  const purchase = trailOf(store).purchase(basket, { openPayment, ...options })
  void purchase.then((ended) => {
    outcome = ended
  })
  return { purchase, payments, window, outcome: () => outcome }
}

/** Makes this process have browser windows for one test; `open` gives what window.open gives. */
function givenWindows(t: TestContext, open: (url: string) => unknown): void {
  const world = globalThis as { open?: unknown }
  world.open = open
  t.after(() => {
    delete world.open
  })
}

test('an order is created, its payment page shown, and the outcome delivered with its content', async () => {
  const store = fakeStore({})
  const created: unknown[] = []
  const { payments, outcome } = buy(store, { onCreated: (order) => created.push(order), sandbox: true, locale: 'de' })
  await store.clock.settle()
  assert.deepEqual(store.requests[0], {
    url: 'https://shop.example/api/v2/project/44056/payment/item/sword',
    authorization: 'Bearer token-1',
    body: { sandbox: true, locale: 'de' },
  })
  assert.deepEqual(created, [{ orderId: 11, token: 'pay-11' }])
  assert.deepEqual(payments, [{ orderId: 11, token: 'pay-11', url: 'https://shop.example/paystation4/?token=pay-11' }])
  assert.equal(store.openSockets, 1, 'the socket opens with the payment page')
  store.move(11, 'paid')
  store.move(11, 'done')
  await store.clock.settle()
  const order = { orderId: 11, status: 'done', content: contentOf(11) }
  assert.deepEqual(outcome(), { kind: 'done', orderId: 11, status: 'done', order })
  await store.clock.advance(500)
  assert.deepEqual([store.clock.pending, store.openSockets], [0, 0])
})

const PLACES: readonly (readonly [basket: Basket, options: PurchaseOptions, path: string, body: object])[] = [
  [{ sku: 'a b/c', quantity: 3, promoCode: 'X' }, {}, 'payment/item/a%20b%2Fc', { quantity: 3, promo_code: 'X' }],
  [{ cart: true }, { currency: 'EUR' }, 'payment/cart', { currency: 'EUR' }],
  [
    { cart: 'mine/1' },
    { settings: { return_url: 'https://game' } },
    'payment/cart/mine%2F1',
    { settings: { return_url: 'https://game' } },
  ],
  [
    { sku: 'gift' },
    { payWith: 'nothing', customParameters: { level: 7 } },
    'free/item/gift',
    { custom_parameters: { level: 7 } },
  ],
  [{ cart: true }, { payWith: 'nothing' }, 'free/cart', {}],
  [{ sku: 'sword' }, { payWith: { virtualCurrency: 'gold' } }, 'payment/item/sword/virtual/gold', {}],
]

for (const [basket, options, path, body] of PLACES) {
  test(`${JSON.stringify(basket)} with ${JSON.stringify(options)} goes to ${path}`, async () => {
    const store = fakeStore({})
    buy(store, options, basket)
    await store.clock.settle()
    const [request] = store.requests
    assert.equal(request?.url, `https://shop.example/api/v2/project/44056/${path}`)
    assert.deepEqual(request?.body, body)
  })
}

test('what costs no money is followed without a window and without a socket', async () => {
  const store = fakeStore({})
  const { payments, outcome } = buy(store, { payWith: { virtualCurrency: 'gold' } })
  await store.clock.settle()
  assert.equal(outcome()?.kind, 'done')
  assert.deepEqual([payments.length, store.sockets.length], [0, 0])
})

const REFUSALS = [
  [{ status: 422, body: { statusCode: 422, errorCode: 1411, errorMessage: 'no' } }, 'purchase_refused'],
  [{ status: 404, body: { statusCode: 404, errorCode: 4001, errorMessage: 'no' } }, 'purchase_refused'],
  [{ status: 200, body: undefined }, 'purchase_refused'],
  ['fails', 'unreachable'],
] as const

for (const [answer, code] of REFUSALS) {
  test(`an order that is not created (${JSON.stringify(answer)}) is the outcome failed with ${code}`, async (t) => {
    const windows: { closed: boolean }[] = []
    givenWindows(t, () => {
      const opened = {
        closed: false,
        close: () => {
          opened.closed = true
        },
      }
      windows.push(opened)
      return opened
    })
    const store = fakeStore({})
    store.answers.push(answer)
    const outcome = await trailOf(store).purchase({ sku: 'sword' })
    assert.ok(outcome.kind === 'failed')
    assert.deepEqual([outcome.orderId, outcome.code], [null, code])
    assert.deepEqual(
      windows.map(({ closed }) => closed),
      [true],
      'the empty window is gone',
    )
  })
}

test('a player whose token is refused is unauthorized', async () => {
  const store = fakeStore({})
  store.answers.push({ status: 401 }, { status: 401 })
  const outcome = await buy(store).purchase
  assert.equal(outcome.kind === 'failed' && outcome.code, 'unauthorized')
})

test('a closed window is looked after at once; who paid is done, although the socket was silent', async () => {
  const store = fakeStore({})
  let closings = 0
  const { window, outcome } = buy(store, {
    onWindowClosed: () => {
      closings += 1
    },
  })
  await store.clock.settle()
  store.moveSilently(11, 'done')
  window.closed = true
  await store.clock.advance(500)
  assert.deepEqual([closings, outcome()?.kind], [1, 'done'])
})

test('who closed the window and pays within half a minute is done; who does not has aborted', async () => {
  for (const pays of [true, false]) {
    const store = fakeStore({})
    const { window, outcome } = buy(store)
    await store.clock.settle()
    window.closed = true
    await store.clock.advance(500 + 29_999)
    assert.equal(outcome(), undefined)
    if (pays) store.moveSilently(11, 'done')
    await store.clock.advance(1)
    if (pays) assert.equal(outcome()?.kind, 'done')
    else assert.deepEqual(outcome(), { kind: 'aborted', orderId: 11, status: 'new', reason: 'window_closed' })
  }
})

test('who had paid before closing the window is waited for, and so is who paid at the last moment', async () => {
  for (const isEarly of [true, false]) {
    const store = fakeStore({})
    const { window, outcome } = buy(store)
    await store.clock.settle()
    if (isEarly) store.move(11, 'paid')
    window.closed = true
    await store.clock.advance(30_499)
    if (!isEarly) store.moveSilently(11, 'paid')
    await store.clock.advance(100_000)
    assert.equal(outcome(), undefined)
    store.moveSilently(11, 'done')
    await store.clock.advance(40_000)
    assert.equal(outcome()?.kind, 'done')
  }
})

test('graceMs Infinity takes no notice of the window', async () => {
  const store = fakeStore({})
  const { window, outcome } = buy(store, { graceMs: Number.POSITIVE_INFINITY })
  await store.clock.settle()
  window.closed = true
  await store.clock.advance(599_000)
  assert.equal(outcome(), undefined)
  await store.clock.advance(2_000)
  assert.equal(outcome()?.kind, 'timeout')
})

test('without openPayment a window is opened before anything is asked, and led to the payment page', async (t) => {
  const opened = { closed: false, location: '', opener: 'game' as unknown, close: () => undefined }
  const store = fakeStore({})
  const urls: string[] = []
  givenWindows(t, (url) => {
    assert.equal(store.requests.length, 0)
    urls.push(url)
    return opened
  })
  void trailOf(store).purchase({ sku: 'sword' })
  assert.deepEqual(urls, ['about:blank'], 'while the click is still being handled')
  await store.clock.settle()
  assert.deepEqual([opened.location, opened.opener], ['https://shop.example/paystation4/?token=pay-11', null])
})

test('a window that is blocked, and a place without windows, fail before an order is made', async (t) => {
  const store = fakeStore({})
  const first = await trailOf(store).purchase({ sku: 'sword' })
  givenWindows(t, () => null)
  const second = await trailOf(store).purchase({ sku: 'sword' })
  const codes = [first, second].map((outcome) => (outcome.kind === 'failed' ? outcome.code : outcome.kind))
  assert.deepEqual(codes, ['no_window', 'window_blocked'])
  assert.equal(store.requests.length, 0)
})

test('a payment page that cannot be shown ends the purchase with its order', async () => {
  const store = fakeStore({})
  const openPayment = async (): Promise<never> => {
    throw new Error('no browser on this console')
  }
  const outcome = await trailOf(store).purchase({ sku: 'sword' }, { openPayment })
  assert.ok(outcome.kind === 'failed')
  assert.deepEqual([outcome.code, outcome.orderId], ['window_blocked', 11])
  await store.clock.advance(500)
  assert.deepEqual([store.clock.pending, store.openSockets], [0, 0])
})

test('a signal ends a purchase while it is paid, and before', async () => {
  const store = fakeStore({})
  const controller = new AbortController()
  const { purchase } = buy(store, { signal: controller.signal })
  await store.clock.settle()
  controller.abort()
  assert.deepEqual(await purchase, { kind: 'aborted', orderId: 11, status: 'new', reason: 'signal' })
  const early = buy(store, { signal: AbortSignal.abort() })
  assert.equal((await early.purchase).kind, 'aborted')
  assert.equal(early.payments.length, 0)
})

test('callbacks that throw are reported and stop nothing', async (t) => {
  const reported = t.mock.method(console, 'error', () => undefined)
  const store = fakeStore({})
  const bug = (): void => {
    throw new Error('bug of the game')
  }
  const { window, outcome } = buy(store, { onCreated: bug, onWindowClosed: bug })
  await store.clock.settle()
  window.closed = true
  store.moveSilently(11, 'done')
  await store.clock.advance(500)
  assert.equal(outcome()?.kind, 'done')
  assert.equal(reported.mock.callCount(), 2)
})

test('checkOrder looks once and says what is there, or why nothing is', async () => {
  const store = fakeStore({ 1: 'paid' })
  const trail = trailOf(store)
  const order = { orderId: 1, status: 'paid', content: contentOf(1) }
  assert.deepEqual(await trail.checkOrder(1), { kind: 'found', order })
  const absent = await trail.checkOrder(2)
  store.answers.push('fails')
  const broken = await trail.checkOrder(1)
  const codes = [absent, broken].map((result) => (result.kind === 'failed' ? result.code : result.kind))
  assert.deepEqual(codes, ['order_not_found', 'unreachable'])
  assert.deepEqual([store.requests.length, store.sockets.length], [3, 0])
})

test('checkPendingOrder uses the socket when the player takes part, and else only polls', async () => {
  for (const userInvolved of [true, false, undefined]) {
    const store = fakeStore({ 1: 'paid' })
    const tracking = trailOf(store).checkPendingOrder(1, userInvolved === undefined ? {} : { userInvolved })
    await store.clock.settle()
    assert.equal(store.openSockets, userInvolved === false ? 0 : 1)
    store.move(1, 'done')
    await store.clock.advance(3_000)
    assert.equal((await tracking).kind, 'done')
  }
})
