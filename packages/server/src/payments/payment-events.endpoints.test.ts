// The payment-events API over real HTTP: one effect per key, whatever the sender repeats.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { givenRoute, givenServer } from '../platform/http/testing/index.ts'
import { eachStore, openTestStore, type TestStore, type TestStoreOptions } from '../platform/store/testing/index.ts'
import { keepAnswer, openKey } from './keep-answer.ts'
import { makePaymentEventEndpoints } from './payment-events.endpoints.ts'
import { type GivenPayments, ORDER_ID, openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

const HOUR_MS = 3_600_000

interface Seen {
  readonly status: number
  readonly replayed: string | null
  readonly type: string | null
  readonly body: Readonly<Record<string, unknown>>
}

/** Sends `body` with an Idempotency-Key; null: without one. */
type Send = (body: object, key: string | null, path?: string) => Promise<Seen>

type Open = (options?: TestStoreOptions) => Promise<TestStore>

async function serve(
  t: TestContext,
  open: Open,
  given: GivenPayments = {},
): Promise<{ readonly shop: Payments; readonly send: Send }> {
  const shop = await openPayments(t, open, given)
  const endpoints = makePaymentEventEndpoints({ store: shop.store })
  const path = '/v1/projects/{project_id}/payment-events'
  const row = { method: 'POST', access: 'project' } as const
  const routes = [
    givenRoute(endpoints.record, { ...row, path }),
    givenRoute(endpoints.recordBatch, { ...row, path: `${path}:batch` }),
  ]
  const { url } = await givenServer(t, routes)
  const send: Send = async (body, key, name = 'payment-events') => {
    const response = await fetch(`${url}/v1/projects/${PROJECT_ID}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === null ? {} : { 'idempotency-key': key }) },
      body: JSON.stringify(body),
    })
    const { headers, status } = response
    const seen = { status, replayed: headers.get('idempotent-replayed'), type: headers.get('content-type') }
    return { ...seen, body: (await response.json()) as Seen['body'] }
  }
  return { shop, send }
}

const memory: Open = (options) => openTestStore('sqlite memory', options)

function event(changes: object = {}): object {
  return {
    type: 'payment.succeeded',
    order: { id: ORDER_ID },
    amount: { value: 199, currency: 'USD' },
    provider: 'acme',
    provider_reference: 'pay-1',
    method: 'card/visa',
    occurred_at: '2026-01-02T03:04:05+01:00',
    ...changes,
  }
}

eachStore((name, open) => {
  test(`${name}: a success pays the order and is answered 201`, async (t) => {
    const { shop, send } = await serve(t, open)
    const { status, replayed, body } = await send(event({ metadata: { shop: 'eu' } }), 'key-1')
    assert.deepEqual([status, replayed], [201, null])
    const { event_id, ...told } = body
    assert.deepEqual(told, { applied: true, order: { id: ORDER_ID, status: 'paid' }, note: 'applied' })
    assert.ok(Number.isSafeInteger(event_id))
    const payment = await shop.store.read.selectFrom('payments').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual(
      [payment.provider, payment.provider_reference, payment.method_name, payment.occurred_at],
      ['acme', 'pay-1', 'card/visa', Date.UTC(2026, 0, 2, 2, 4, 5)],
    )
  })

  test(`${name}: the same key and body is answered as before, and has no second effect`, async (t) => {
    const { shop, send } = await serve(t, open)
    const [first, again] = [await send(event(), 'key-1'), await send(event(), 'key-1')]
    assert.deepEqual(again, { ...first, replayed: 'true' })
    assert.deepEqual([(await shop.records()).length, await shop.told()], [1, ['order_paid']])
  })

  test(`${name}: the same key with another body is refused`, async (t) => {
    const { shop, send } = await serve(t, open)
    await send(event(), 'key-1')
    const { status, type, body } = await send(event({ provider_reference: 'pay-2' }), 'key-1')
    assert.deepEqual([status, body.code], [422, 'idempotency_key_reused'])
    assert.match(type ?? '', /^application\/problem\+json/)
    assert.equal((await shop.records()).length, 1)
  })

  test(`${name}: the same event under another key is a duplicate where it has an id of its own`, async (t) => {
    const { send } = await serve(t, open)
    const first = await send(event({ event_id: 'evt-9' }), 'key-1')
    const { status, body } = await send(event({ event_id: 'evt-9' }), 'key-2')
    const order = { id: ORDER_ID, status: 'paid' }
    assert.deepEqual([status, body], [201, { event_id: first.body.event_id, applied: false, order, note: 'duplicate' }])
  })

  test(`${name}: twenty requests with one key at once have one effect`, async (t) => {
    const { shop, send } = await serve(t, open)
    const seen = await Promise.all(Array.from({ length: 20 }, () => send(event(), 'key-1')))
    const applied = seen.filter(({ status, replayed }) => status === 201 && replayed === null)
    assert.equal(applied.length, 1)
    for (const { status, body } of seen.filter((each) => !applied.includes(each))) {
      assert.ok(status === 409 ? body.code === 'idempotency_in_progress' : status === 201)
    }
    assert.deepEqual([(await shop.records()).length, await shop.told()], [1, ['order_paid']])
  })

  test(`${name}: successes that come otherwise than most are kept and answered again as they came`, async (t) => {
    const { shop, send } = await serve(t, open)
    const events = [
      event({ amount: { value: 1, currency: 'USD' }, provider_reference: 'pay-0' }),
      event(),
      event({ provider_reference: 'pay-2' }),
      event({ provider_reference: 'pay-3', order: { id: ORDER_ID + 1 } }),
    ]
    for (const [index, each] of events.entries()) {
      const [first, again] = [await send(each, `key-${index}`), await send(each, `key-${index}`)]
      assert.deepEqual(again, { ...first, replayed: 'true' })
    }
    assert.deepEqual(
      (await shop.records()).map(({ state, note }) => [state, note]),
      [
        ['needs_review', 'amount_mismatch'],
        ['applied', 'applied'],
        ['applied', 'second_payment'],
        ['parked', 'parked'],
      ],
    )
  })

  test(`${name}: a key is kept for 72 hours at least`, async (t) => {
    const { shop, send } = await serve(t, open)
    await send(event(), 'key-1')
    await shop.store.skipTime(72 * HOUR_MS)
    assert.equal((await send(event(), 'key-1')).replayed, 'true')
  })

  test(`${name}: a batch tells its events in their order, each with its own result`, async (t) => {
    const { send } = await serve(t, open)
    const events = [
      event({ type: 'payment.authorized' }),
      event(),
      event({ type: 'payment.authorized' }),
      event({ order: { external_id: 'nobody' }, provider_reference: 'pay-2' }),
    ]
    const { status, body } = await send({ events }, 'key-1', 'payment-events:batch')
    const results = body.results as readonly Record<string, unknown>[]
    assert.equal(status, 201)
    assert.deepEqual(
      results.map(({ applied, note, order }) => [applied, note, (order as { status: string } | null)?.status]),
      [
        [true, 'recorded', 'new'],
        [true, 'applied', 'paid'],
        [false, 'late', 'paid'],
        [false, 'parked', undefined],
      ],
    )
    assert.equal((await send({ events }, 'key-1', 'payment-events:batch')).replayed, 'true')
  })
})

test('a single event and a batch never take each other for a repeat', async (t) => {
  const { send } = await serve(t, memory)
  await send({ events: [event()] }, 'key', 'payment-events:batch')
  const second = await send(event({ provider_reference: 'pay-2' }), 'key:0')
  assert.equal(second.body.note, 'second_payment')
})

const FAILING = [
  ['payment-events', 'payments.record-event', event()],
  ['payment-events:batch', 'payments.record-fact', { events: [event()] }],
] as const
for (const [name, failing, sent] of FAILING) {
  test(`${name}: a request that failed frees its key, and its repeat goes through`, async (t) => {
    const shop = await openPayments(t, memory)
    let isAway = true
    const store = {
      ...shop.store,
      run: (async (command, input) => {
        if (isAway && command.name === failing) throw new Error('store away')
        return shop.store.run(command, input)
      }) as typeof shop.store.run,
    }
    const { record, recordBatch } = makePaymentEventEndpoints({ store })
    const row = { method: 'POST', access: 'project', path: `/v1/projects/{project_id}/${name}` } as const
    const { url } = await givenServer(t, [givenRoute(name === 'payment-events' ? record : recordBatch, row)])
    const send = () =>
      fetch(`${url}/v1/projects/${PROJECT_ID}/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
        body: JSON.stringify(sent),
      })
    assert.equal((await send()).status, 500)
    isAway = false
    assert.equal((await send()).status, 201)
    assert.equal(await shop.status(), 'paid')
  })
}

test('a repeat that comes while the first is under way waits for its answer and gets the same', async (t) => {
  const { shop, send } = await serve(t, memory)
  const other = event({ order: { id: ORDER_ID + 1 }, provider_reference: 'pay-2' })
  const answers = await Promise.all([send(event(), 'key-1'), send(other, 'key-2'), send(event(), 'key-1')])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201],
  )
  const [one, apart, twin] = answers.map(({ replayed }) => replayed)
  // Each has a connection of its own, and either twin may come first.
  assert.deepEqual([new Set([one, twin]), apart], [new Set([null, 'true']), null])
  assert.deepEqual(answers[2]?.body, answers[0]?.body)
  assert.equal(await shop.status(), 'paid')
})

test('a key whose process died is free again after a minute', async (t) => {
  const { shop, send } = await serve(t, memory)
  await send(event(), 'key-1')
  const { request_hash } = await shop.store.read.selectFrom('idempotency_keys').selectAll().executeTakeFirstOrThrow()
  const dead = { projectId: PROJECT_ID, scope: 'payment-events', key: 'key-2', requestHash: request_hash }
  assert.deepEqual(await shop.store.run(openKey, dead), { kind: 'first' })
  assert.deepEqual((await send(event(), 'key-2')).body.code, 'idempotency_in_progress')
  await shop.store.skipTime(60_000)
  assert.equal((await send(event(), 'key-2')).status, 201)
})

test('an answer that is kept is given with its own status', async (t) => {
  const { shop } = await serve(t, memory)
  const request = { projectId: PROJECT_ID, scope: 'x', key: 'k', requestHash: 'h' }
  await shop.store.run(openKey, request)
  await shop.store.run(keepAnswer, { ...request, status: 201, body: '{}' })
  assert.deepEqual(await shop.store.run(openKey, request), { kind: 'answered', status: 201, body: '{}' })
  assert.deepEqual(await shop.store.run(openKey, { ...request, projectId: 1 }), { kind: 'first' })
  assert.deepEqual(await shop.store.run(openKey, { ...request, scope: 'y' }), { kind: 'first' })
})

test('a missing, empty or endless key is refused', async (t) => {
  const { shop, send } = await serve(t, memory)
  for (const key of [null, '', 'k'.repeat(256)]) {
    const { status, body } = await send(event(), key)
    assert.deepEqual([status, body.code], [400, 'idempotency_key_missing'])
  }
  assert.deepEqual(await shop.records(), [])
})

const REFUSED: readonly (readonly [what: string, changes: object])[] = [
  ['digits that JPY does not have', { amount: { value: 199, currency: 'JPY', exponent: 2 } }],
  ['digits that KWD has more of', { amount: { value: 199, currency: 'KWD', exponent: 2 } }],
  ['a fraction', { amount: { value: 1.99, currency: 'USD' } }],
  ['a decimal text', { amount: { value: '1.99', currency: 'USD' } }],
  ['a negative sum', { amount: { value: -1, currency: 'USD' } }],
  ['a sum beyond exact numbers', { amount: { value: 10 ** 16, currency: 'USD' } }],
  ['a currency in small letters', { amount: { value: 199, currency: 'usd' } }],
  ['a time without a zone', { occurred_at: '2026-01-02T03:04:05' }],
  ['a time that is none', { occurred_at: 'yesterday' }],
  ['an unknown type', { type: 'payment.maybe' }],
  ['no order', { order: {} }],
  ['an order named twice', { order: { id: ORDER_ID, external_id: 'x' } }],
  ['the built-in provider', { provider: 'sandbox' }],
  ['a payment that names a payment', { payment_reference: 'pay-0' }],
  ['an unknown member', { surprise: 1 }],
  ['too much metadata', { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) }],
]

for (const [what, changes] of REFUSED) {
  test(`${what} is refused, and leaves the key free`, async (t) => {
    const { shop, send } = await serve(t, memory)
    const { status, body } = await send(event(changes), 'key-1')
    assert.deepEqual([status, body.code], [422, 'unprocessable'])
    assert.deepEqual(await shop.records(), [])
    assert.equal((await send(event(), 'key-1')).status, 201)
  })
}

for (const [currency, exponent] of [
  ['JPY', 0],
  ['KRW', 0],
  ['VND', 0],
  ['USD', 2],
  ['KWD', 3],
  ['BHD', 3],
  ['JOD', 3],
] as const) {
  test(`amounts of ${currency} are minor units with ${exponent} digits`, async (t) => {
    const { send } = await serve(t, memory, { order: { currency, amount: 1234 } })
    const { body } = await send(event({ amount: { value: 1234, currency, exponent } }), 'key-1')
    assert.equal(body.note, 'applied')
  })
}

test('one wrong event refuses the whole batch, and says which', async (t) => {
  const { shop, send } = await serve(t, memory)
  const events = [event(), event({ amount: { value: 1, currency: 'JPY', exponent: 2 } })]
  const { status, body } = await send({ events }, 'key-1', 'payment-events:batch')
  assert.deepEqual([status, await shop.records()], [422, []])
  assert.match(String(body.detail), /^events\[1\]: amount\.exponent is 2/)
})

test('a batch holds 1 to 100 events', async (t) => {
  const { send } = await serve(t, memory)
  const many = Array.from({ length: 101 }, () => event())
  for (const events of [[], many]) {
    assert.equal((await send({ events }, 'key-1', 'payment-events:batch')).status, 422)
  }
})

test('test money never pays a live order, nor the other way round', async (t) => {
  const { send } = await serve(t, memory)
  assert.equal((await send(event({ sandbox: true }), 'key-1')).body.note, 'sandbox_mismatch')
})

const details = {
  payment_method_order_id: '178547818170513111',
  agreement: 1_536_354,
  card: { bin: '411111', suffix: '1111', brand: 'visa' },
  saved_payment_method: 2,
  payment_type: 1,
  payment_account: { id: 7, name: '411111******1111', payment_method: 1380, country: 'US', type: 'card' },
  payment_method_fee: 11,
  vat: { amount: 20, percent: 10 },
  sales_tax: { amount: 0, percent: 0.5 },
}

test('details of a payment are kept for its webhooks, and later facts add to them', async (t) => {
  const { shop, send } = await serve(t, memory)
  await send(event({ type: 'payment.authorized', details }), 'key-1')
  const succeeded = await send(event({ details: { card: { suffix: '2222' } } }), 'key-2')
  assert.deepEqual([succeeded.status, succeeded.body.applied], [201, true])
  const payment = await shop.store.read.selectFrom('payments').select('details').executeTakeFirstOrThrow()
  assert.deepEqual(JSON.parse(payment.details), {
    paymentMethodOrderId: '178547818170513111',
    agreement: 1_536_354,
    card: { suffix: '2222' },
    savedMethod: 2,
    paymentType: 1,
    paymentAccount: details.payment_account,
    paymentMethodFee: 11,
    vat: details.vat,
    salesTax: details.sales_tax,
  })
})

test('details that webhooks could not tell are refused', async (t) => {
  const { shop, send } = await serve(t, memory)
  const refused: readonly object[] = [
    { card: { bin: '4111111111111111' } },
    { card: { suffix: '111' } },
    { card: { number: '4111111111111111' } },
    { agreement: 0 },
    { agreement: 1.5 },
    { saved_payment_method: 3 },
    { payment_type: 0 },
    { payment_account: { id: 1 } },
    { payment_account: { id: 1, name: 'visa', cvv: '123' } },
    { payment_method_fee: -1 },
    { payment_method_fee: 200 },
    { vat: { amount: 1 } },
    { vat: { amount: 1, percent: 101 } },
    { colour: 'red' },
  ]
  for (const [index, some] of refused.entries()) {
    const { status } = await send(event({ details: some }), `key-${index}`)
    assert.equal(status, 422, JSON.stringify(some))
  }
  const refund = event({ type: 'refund.succeeded', provider_reference: 're-1', details: { agreement: 1 } })
  assert.equal((await send(refund, 'key-refund')).status, 422)
  assert.deepEqual(await shop.store.read.selectFrom('payments').select('id').execute(), [])
})
