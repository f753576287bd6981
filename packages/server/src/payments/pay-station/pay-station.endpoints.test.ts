// The pay station over real HTTP: every step and ending, and what a token opens.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openTestStore } from '../../platform/store/testing/index.ts'
import {
  type GivenPayStation,
  type PayStation,
  REFUSAL,
  type SeenPage,
  servePayStation,
} from '../testing/pay-station.ts'
import { ORDER_ID } from '../testing/payment-store.ts'

const DAY_MS = 86_400_000

function serve(t: TestContext, given: GivenPayStation = {}): Promise<PayStation> {
  return servePayStation(t, (options) => openTestStore('sqlite memory', options), given)
}

function title({ text }: SeenPage): string | undefined {
  return /<h1>(.*?)<\/h1>/.exec(text)?.[1]
}

function alert({ text }: SeenPage): string | undefined {
  return /role="alert">(.*?)<\/p>/.exec(text)?.[1]
}

const returning = (return_url: string) => ({
  order: { settings: JSON.stringify({ return_url }), external_id: 'shop-7' },
})

test('leads from the order over method and data to Pay, and asks the game at every stage', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  const start = await station.page(token)
  assert.deepEqual([start.status, title(start)], [200, 'Choose how to pay'])
  assert.match(start.text, /Sword of Dawn.*1.99 USD/s)
  const data = await station.send('method', { token })
  assert.deepEqual([data.status, title(data)], [200, 'Your details'])
  assert.match(data.text, /value="player@example.com"/)
  const pay = await station.send('data', { token, email: 'ann@example.com' })
  assert.deepEqual([pay.status, title(pay)], [200, 'Pay'])
  const paid = await station.send('pay', { token, outcome: 'paid' })
  assert.deepEqual([paid.status, title(paid)], [200, 'Paid'])
  assert.equal(await station.shop.status(), 'paid')
  assert.deepEqual(station.asked, ['method_chosen', 'data_entered', 'pay_pressed', 'before_capture'])
})

test('the method that was chosen is the one that pays', async (t) => {
  const station = await serve(t)
  await station.send('pay', { token: await station.token(), outcome: 'paid', method: 'wallet' })
  const payment = await station.shop.store.read.selectFrom('payments').selectAll().executeTakeFirstOrThrow()
  assert.deepEqual([payment.provider, payment.method, payment.method_name], ['sandbox', 24, 'Online wallet'])
})

test('a declined payment may be tried again', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  const declined = await station.send('pay', { token, outcome: 'declined' })
  assert.deepEqual([declined.status, title(declined)], [422, 'Pay'])
  assert.match(alert(declined) ?? '', /declined/)
  assert.equal(await station.shop.status(), 'new')
  await station.send('pay', { token, outcome: 'paid' })
  assert.equal(await station.shop.status(), 'paid')
  assert.deepEqual(
    (await station.shop.payments()).map(({ state }) => state),
    ['failed', 'succeeded'],
  )
})

test('a payment left for later waits on the page, and is completed by its button', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  assert.equal(title(await station.send('pay', { token, outcome: 'paid_later' })), 'Payment pending')
  assert.equal(title(await station.page(token)), 'Payment pending')
  assert.equal(await station.shop.status(), 'new')
  assert.equal(title(await station.send('complete', { token })), 'Paid')
  assert.equal(await station.shop.status(), 'paid')
})

test('nothing waits where nothing was left for later', async (t) => {
  const station = await serve(t)
  const page = await station.send('complete', { token: await station.token() })
  assert.deepEqual([page.status, title(page)], [409, 'Nothing to complete'])
})

test('closing the page pays nothing and asks nobody', async (t) => {
  const station = await serve(t)
  const closed = await station.send('pay', { token: await station.token(), outcome: 'closed' })
  assert.deepEqual([closed.status, title(closed)], [200, 'Nothing was paid'])
  assert.deepEqual([await station.shop.payments(), station.asked], [[], []])
})

test('the same press of Pay sent twice is one payment', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  const { text } = await station.send('data', { token })
  const attempt = /name="attempt" value="(.*?)"/.exec(text)?.[1] ?? ''
  assert.match(attempt, /^[0-9a-f-]{36}$/)
  const press = () => station.send('pay', { token, attempt, outcome: 'paid' })
  for (const page of await Promise.all([press(), press()])) assert.equal(title(page), 'Paid')
  assert.equal((await station.shop.payments()).length, 1)
  assert.deepEqual(await station.shop.refunds(), [])
})

for (const [stage, step, page, states] of [
  ['method_chosen', 'method', 'Choose how to pay', []],
  ['data_entered', 'data', 'Your details', []],
  ['pay_pressed', 'pay', 'Pay', []],
  ['before_capture', 'pay', 'Pay', ['canceled']],
] as const) {
  test(`a player the game refuses at ${stage} sees why, and the payment stops`, async (t) => {
    const station = await serve(t, { refuseAt: [stage] })
    const seen = await station.send(step, { token: await station.token(), outcome: 'paid' })
    assert.deepEqual([seen.status, title(seen), alert(seen)], [422, page, REFUSAL])
    const { shop } = station
    assert.deepEqual(
      (await shop.payments()).map(({ state }) => state),
      states,
    )
    assert.deepEqual([await shop.status(), await shop.told()], ['new', []])
  })
}

test('an unknown method leads back to the choice', async (t) => {
  const station = await serve(t)
  for (const step of ['method', 'data', 'pay'] as const) {
    const page = await station.send(step, { token: await station.token(), method: 'gold bars', outcome: 'paid' })
    assert.deepEqual([page.status, title(page)], [422, 'Choose how to pay'])
  }
  assert.equal(await station.shop.status(), 'new')
})

test('an unknown token opens nothing', async (t) => {
  const station = await serve(t)
  for (const token of ['', 'unknown', 'py00t0000', `${await station.token()}x`, 'x'.repeat(5_000), '<script>']) {
    const pages = [await station.page(token), await station.send('pay', { token, outcome: 'paid' })]
    for (const page of pages) {
      assert.deepEqual([page.status, title(page)], [401, 'Payment not possible'])
      assert.doesNotMatch(page.text, /Sword/)
    }
  }
  assert.equal(await station.shop.status(), 'new')
})

test('an expired token opens nothing', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  await station.shop.store.skipTime(DAY_MS)
  for (const page of [await station.page(token), await station.send('pay', { token, outcome: 'paid' })]) {
    assert.deepEqual(
      [page.status, alert(page)],
      [410, 'This payment link has expired. Start the purchase again in the game.'],
    )
    assert.doesNotMatch(page.text, /Error 2002/)
  }
})

test('the token of an expired order says error 2002, even when the token has expired with it', async (t) => {
  const station = await serve(t, { order: { status: 'expired' } })
  const token = await station.token()
  for (const skip of [0, DAY_MS]) {
    if (skip > 0) await station.shop.store.skipTime(skip)
    const page = await station.page(token)
    assert.deepEqual([page.status, alert(page)], [410, 'This order has expired and can no longer be paid.'])
    assert.match(page.text, /Error 2002/)
    const { status, body } = await station.call('pay', { token, outcome: 'paid' })
    assert.deepEqual([status, body.code], [422, 'order_expired'])
  }
})

test('a canceled order cannot be paid', async (t) => {
  const station = await serve(t, { order: { status: 'canceled' } })
  const token = await station.token()
  assert.equal((await station.page(token)).status, 410)
  const { status, body } = await station.call('pay', { token, outcome: 'paid' })
  assert.deepEqual([status, body.code], [409, 'order_not_payable'])
})

test('a token that names no order pays nothing', async (t) => {
  const station = await serve(t)
  assert.equal((await station.page(await station.token({ order_id: null }))).status, 422)
})

test("a token of one player never opens another's order", async (t) => {
  const station = await serve(t)
  await station.shop.addOrder({ id: ORDER_ID + 1, party_id: 'player-2', user_email: 'other@example.com' })
  const token = await station.token({ order_id: ORDER_ID + 1, party_id: 'player-2' })
  // Fields that name the other order are not even looked at.
  const fields = { token, order_id: String(ORDER_ID), order: String(ORDER_ID) }
  const data = await station.send('method', fields)
  assert.match(data.text, /other@example.com/)
  await station.send('pay', { ...fields, outcome: 'paid' })
  assert.deepEqual([await station.shop.status(), await station.shop.status(ORDER_ID + 1)], ['new', 'paid'])
})

test('a token of another project opens nothing, though the order ids are the same', async (t) => {
  const station = await serve(t)
  const token = await station.token({ project_id: 7 })
  assert.equal((await station.page(token)).status, 401)
})

test('a paid order says so, and is not paid again', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  await station.send('pay', { token, outcome: 'paid' })
  assert.equal(title(await station.page(token)), 'Already paid')
  assert.equal(title(await station.send('pay', { token, outcome: 'paid' })), 'Paid')
  assert.equal((await station.shop.payments()).length, 1)
})

test('leads back to the game with the documented parameters', async (t) => {
  const station = await serve(t, returning('https://game.example/back?level=7#top'))
  const token = await station.token()
  const { status, headers } = await station.send('pay', { token, outcome: 'paid' })
  const { id } = await station.shop.store.read.selectFrom('payments').select('id').executeTakeFirstOrThrow()
  const query = `level=7&user_id=player-1&invoice_id=${id}&status=done&foreigninvoice=shop-7`
  assert.deepEqual([status, headers.get('location')], [303, `https://game.example/back?${query}#top`])
  assert.equal(headers.get('cache-control'), 'no-store')
  const { text } = await station.page(token)
  assert.match(text, /href="https:\/\/game\.example\/back\?level=7&amp;user_id=player-1&amp;invoice_id=/)
})

test('leads back without an invoice when the page was closed', async (t) => {
  const station = await serve(t, returning('https://game.example/back'))
  const { headers } = await station.send('pay', { token: await station.token(), outcome: 'closed' })
  assert.equal(headers.get('location'), 'https://game.example/back?user_id=player-1&invoice_id=')
})

test('the way back from a waiting payment says that it waits', async (t) => {
  const station = await serve(t, returning('https://game.example/back'))
  const { text } = await station.send('pay', { token: await station.token(), outcome: 'paid_later' })
  assert.match(text, /href="https:\/\/game\.example\/back\?user_id=player-1&amp;invoice_id=\d+&amp;status=invoice/)
})

for (const url of [
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'game://back',
  '//game.example',
  '',
]) {
  test(`never leads to ${JSON.stringify(url)}`, async (t) => {
    const station = await serve(t, returning(url))
    const token = await station.token()
    const page = await station.send('pay', { token, outcome: 'paid' })
    assert.deepEqual([page.status, title(page), page.headers.get('location')], [200, 'Paid', null])
    assert.doesNotMatch((await station.page(token)).text, /href=/)
  })
}

test('hostile names are shown as text', async (t) => {
  const name = `"><script>alert('x')</script><img src=x onerror=alert(1)>&amp;`
  const station = await serve(t, { items: [{ name }], order: { user_email: '"><script>1</script>@x' } })
  const token = await station.token()
  const pages = [await station.page(token), await station.send('method', { token })]
  for (const { text } of pages) {
    assert.doesNotMatch(text, /<script|<img/)
    assert.ok(
      text.includes(
        '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;',
      ),
    )
  }
  const back = await station.send('data', { token, method: '"><script>' })
  assert.doesNotMatch(back.text, /<script/)
})

test('what belongs to a bundle is not a line of its own', async (t) => {
  const items = [{ name: 'Hero set' }, { name: 'Helmet', is_bundle_content: 1, amount: null }]
  const station = await serve(t, { items })
  const { text } = await station.page(await station.token())
  assert.match(text, /Hero set/)
  assert.doesNotMatch(text, /Helmet/)
})

test('prices have the digits of their currency', async (t) => {
  for (const [currency, amount, shown] of [
    ['JPY', 1200, '1200 JPY'],
    ['KWD', 1250, '1.250 KWD'],
    ['USD', 200, '2.00 USD'],
  ] as const) {
    const station = await serve(t, { order: { currency, amount }, items: [{ amount }] })
    assert.ok((await station.page(await station.token())).text.includes(`<td>${shown}</td>`))
  }
})

test('every page forbids scripts and strange content, and keeps the token to itself', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  const pages = [
    await station.page(token),
    await station.page('unknown'),
    await station.send('method', { token }),
    await station.send('pay', { token, outcome: 'closed' }),
  ]
  for (const { headers, text } of pages) {
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; form-action 'self' http: https:; base-uri 'none'/,
    )
    assert.deepEqual(
      ['content-type', 'referrer-policy', 'cache-control', 'x-content-type-options'].map((name) => headers.get(name)),
      ['text/html; charset=utf-8', 'no-referrer', 'no-store', 'nosniff'],
    )
    assert.doesNotMatch(text, /<script| style=| on[a-z]+=/)
  }
})

test('outside dev the page takes no order for real money, and says so', async (t) => {
  const station = await serve(t, { takesLiveOrders: false })
  const token = await station.token()
  for (const page of [await station.page(token), await station.send('pay', { token, outcome: 'paid' })]) {
    assert.deepEqual([page.status, title(page)], [409, 'No payment provider'])
  }
  const { status, body } = await station.call('pay', { token, outcome: 'paid' })
  assert.deepEqual([status, body.code], [502, 'payment_provider_unavailable'])
  assert.equal(await station.shop.status(), 'new')
})

test('outside dev the page takes sandbox orders, as test money', async (t) => {
  const station = await serve(t, { takesLiveOrders: false, order: { mode: 'sandbox' } })
  assert.equal(title(await station.send('pay', { token: await station.token(), outcome: 'paid' })), 'Paid')
  const { is_sandbox } = await station.shop.store.read.selectFrom('payments').selectAll().executeTakeFirstOrThrow()
  assert.equal(is_sandbox, 1)
})

test('a form that is too long is refused', async (t) => {
  const station = await serve(t)
  const { status } = await station.send('data', { token: await station.token(), email: 'x'.repeat(9_000) })
  assert.equal(status, 413)
})
