// Tests of endpoints against real listeners.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createWebhookListener } from '@ordertrail/webhooks'
import { toNodeHandler } from '@ordertrail/webhooks/node'
import { documentedAs } from '../../notifications/testing/body-cases.ts'
import { complaintsAbout } from '../../notifications/testing/check-body.ts'
import { silentLogger } from '../../platform/logger.ts'
import { openTestStore, seedRows } from '../../platform/store/testing/index.ts'
import { type ProjectSettings, putWebhookSettings } from '../../projects/index.ts'
import type { HeardRequest } from '../testing/misbehaving-listener.ts'
import { openStage, PROJECT_ID, SECRET, type Stage } from '../testing/stage.ts'
import { CHECK_NAMES, DEFAULT_CHECKS, type EndpointTestWish, isNotification } from './checks.ts'
import { testEndpoint } from './run-checks.ts'

async function givenStage(t: TestContext, settings: Partial<ProjectSettings> = {}) {
  const stage = await openStage(t, (options) => openTestStore('sqlite memory', options), {
    settings,
    isDispatching: false,
  })
  const run = (wish: Partial<EndpointTestWish> = {}) => {
    const { store, directory, sender } = stage
    const deps = { store, directory, sender, catalogSender: sender, logger: silentLogger, deadlineMs: 5_000 }
    const whole = {
      projectId: PROJECT_ID,
      userId: 'ann',
      publicId: null,
      checks: DEFAULT_CHECKS,
      sku: null,
      transactionId: null,
    }
    return testEndpoint(deps, { ...whole, ...wish })
  }
  return { stage, run }
}

/** Puts the listener of our own library where webhooks go. */
async function putOwnListener(t: TestContext, { store }: Stage, isEnabled = true): Promise<readonly string[]> {
  const called: string[] = []
  const note = (what: string) => (notice: object) =>
    void called.push('orderId' in notice ? `${what} ${notice.orderId}` : what)
  const listener = createWebhookListener({
    secret: SECRET,
    userExists: (userId) => userId === 'ann',
    onPaid: note('paid'),
    onCanceled: note('canceled'),
    onPayment: note('payment'),
    onRefund: note('refund'),
    onPartialRefund: note('partial refund'),
    onDeclined: note('declined'),
    onError: () => undefined,
    onUserSearch: ({ userId, publicId }) => (userId === 'ann' || publicId === 'Ann#7' ? { id: 'ann' } : null),
    onPartnerCatalog: ({ userId }) => (userId === 'ann' ? [{ sku: 'sword' }] : null),
  })
  const server = createServer(toNodeHandler(listener))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await putUrl(store, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, isEnabled)
  return called
}

async function putUrl(store: Stage['store'], url: string, isEnabled = true): Promise<void> {
  const settings = { projectId: PROJECT_ID, url, secret: null, isEnabled, version: null, overlapMs: 0, actor: 'test' }
  await store.run(putWebhookSettings, settings)
}

test('our own listener passes every check, also while webhooks are disabled', async (t) => {
  const { stage, run } = await givenStage(t)
  const called = await putOwnListener(t, stage, false)
  for (const publicId of [null, 'Ann#7']) {
    const { isPassed, checks } = await run({ checks: CHECK_NAMES, publicId })
    assert.deepEqual(
      checks.map(({ name, advice }) => [name, advice]),
      CHECK_NAMES.map((name) => [name, null]),
    )
    assert.equal(isPassed, true)
  }
  // Each test has an order of its own, so nothing of the second one is taken for a repeat.
  assert.equal(called.filter((what) => what.startsWith('paid')).length, 2)
  assert.equal(new Set(called.filter((what) => what.startsWith('paid'))).size, 2)
})

test('what is asked for runs in its order, each once, and the default ones give nobody anything', async (t) => {
  const { stage, run } = await givenStage(t)
  const { checks } = await run({ checks: ['order_paid', 'bad_signature', 'order_paid', 'user_validation'] })
  assert.deepEqual(
    checks.map(({ name }) => name),
    ['user_validation', 'bad_signature', 'order_paid'],
  )
  await run()
  const types = stage.listener.heard.slice(3).map(({ body }) => JSON.parse(body).notification_type)
  assert.deepEqual(types, ['user_validation', 'user_validation', 'user_validation'])
})

for (const mode of ['combined', 'separate'] as const) {
  for (const toggles of [false, true]) {
    test(`bodies are the documented ones in ${mode} mode, with all toggles ${toggles ? 'on' : 'off'}`, async (t) => {
      const { run } = await givenStage(t, { webhookMode: mode, toggles: allToggles(toggles) })
      const { checks } = await run({ checks: CHECK_NAMES, transactionId: 77 })
      for (const { name, body } of checks) {
        const question = name === 'unknown_user' || name === 'bad_signature' ? 'user_validation' : name
        const documented = isNotification(question) ? documentedAs(question, mode) : question
        assert.deepEqual(complaintsAbout(documented, body), [], name)
      }
      const paid = JSON.parse(checks.find(({ name }) => name === 'order_paid')?.body ?? '')
      const { order } = paid
      assert.deepEqual([order.mode, order.invoice_id, 'billing' in paid], ['sandbox', '77', mode === 'combined'])
      assert.ok(order.id <= 10_000_000, 'no real order has an id as small')
      const payment = JSON.parse(checks.find(({ name }) => name === 'payment')?.body ?? '')
      assert.deepEqual([payment.transaction.id, payment.transaction.dry_run], [77, 1])
    })
  }
}

function allToggles(isOn: boolean): ProjectSettings['toggles'] {
  return {
    paymentAccount: isOn,
    savedPaymentMethods: isOn,
    orderObject: isOn,
    onlyNecessaryUser: isOn,
    customParameters: isOn,
    cardDetails: isOn,
    cardBrand: isOn,
    partialRefund: isOn,
    psDeclined: isOn,
  }
}

test('the sample is an item of the catalog where there is one, else made up', async (t) => {
  const { stage, run } = await givenStage(t)
  const boughtSku = async (sku: string | null): Promise<unknown> => {
    const { checks } = await run({ checks: ['order_paid'], sku })
    return JSON.parse(checks[0]?.body ?? '').items.map((line: { sku: string; amount: string }) => [
      line.sku,
      line.amount,
    ])
  }
  assert.deepEqual(await boughtSku(null), [['ordertrail_test_item', '1.9900']])
  await stage.store.run(seedRows, {
    table: 'catalog_items',
    rows: [catalogRow('gift', 1, []), catalogRow('sword', 2, [499])],
  })
  assert.deepEqual(await boughtSku(null), [['sword', '4.9900']])
  assert.deepEqual(await boughtSku('sword'), [['sword', '4.9900']])
  assert.deepEqual(await boughtSku('gift'), [['gift', '1.9900']])
  assert.deepEqual(await boughtSku('unknown'), [['unknown', '1.9900']])
})

function catalogRow(sku: string, itemId: number, amounts: readonly number[]) {
  const prices = amounts.map((amount) => ({ currency: 'USD', amount, amountWithoutDiscount: amount, countries: null }))
  const texts = { name: sku, description: '', longDescription: null }
  const details = {
    bundleType: null,
    virtualItemType: null,
    usagesCount: null,
    expirationPeriod: null,
    texts,
    mediaList: [],
    attributes: [],
  }
  return {
    project_id: PROJECT_ID,
    sku,
    item_id: itemId,
    type: 'virtual_good',
    name: sku,
    description: '',
    image_url: null,
    is_free: amounts.length === 0 ? 1 : 0,
    is_enabled: 1,
    is_pre_order: 0,
    prices: JSON.stringify(prices),
    virtual_prices: '[]',
    custom_attributes: null,
    groups: '[]',
    details: JSON.stringify(details),
    sort_order: itemId,
    updated_at: 0,
  }
}

test('a listener as the official PHP SDK makes them is told what to change', async (t) => {
  const { stage, run } = await givenStage(t)
  stage.listener.behave(({ body, headers }) => {
    const isOwn = headers.authorization === stage.listener.heard[0]?.headers.authorization
    if (body.includes('"ann"'))
      return isOwn ? 204 : { status: 401, body: { error: { code: 'INVALID_SIGNATURE', message: 'Bad' } } }
    return { status: 422, body: { error: { code: 'INVALID_USER', message: 'Bad' } } }
  })
  const { isPassed, checks } = await run()
  assert.deepEqual(
    [isPassed, ...checks.map(({ name, isPassed: passed, meaning }) => `${name} ${passed} ${meaning}`)],
    [false, 'user_validation true accepted', 'unknown_user false rejected', 'bad_signature false rejected'],
  )
  for (const check of checks.slice(1)) assert.match(check.advice ?? '', /official PHP SDK/)
})

test('nothing shows a secret or a good signature, whatever the listener answers', async (t) => {
  const { stage, run } = await givenStage(t)
  const echo = ({ headers, body }: HeardRequest) => ({
    status: 400,
    body: { error: { code: `${headers.authorization} ${SECRET}`, body } },
  })
  stage.listener.behave(echo)
  const shown = JSON.stringify(await run({ checks: CHECK_NAMES }))
  assert.equal(shown.includes(SECRET), false)
  for (const { headers } of stage.listener.heard) {
    const [, hex = ''] = String(headers.authorization).split(' ')
    assert.match(hex, /^[0-9a-f]{40}$/)
    assert.equal(shown.includes(hex), false)
  }
})

for (const behaviour of ['close early', 'garbage', 'redirect', 'drip headers', 'drip body', 'hang'] as const) {
  test(`a listener that does ${behaviour} fails every check`, async (t) => {
    const { stage, run } = await givenStage(t, { userValidationDeadlineMs: 100 })
    stage.listener.behave(behaviour)
    const { isPassed, checks } = await run()
    assert.deepEqual([isPassed, ...checks.map((check) => check.isPassed)], [false, false, false, false])
    assert.ok(checks.every(({ advice }) => advice !== null))
  })
}

test('what real sends may not reach, a test may not either', async (t) => {
  const { stage, run } = await givenStage(t)
  for (const url of ['http://169.254.169.254/latest', 'https://10.0.0.1/', 'ftp://127.0.0.1/']) {
    await putUrl(stage.store, url)
    const { checks } = await run({ checks: ['user_validation'] })
    const exchange = checks[0]?.exchange
    assert.match(exchange?.kind === 'no_answer' ? exchange.reason : 'reached', /^(url|address)_refused$/)
  }
  assert.deepEqual(stage.listener.heard, [])
})

test('a secret that cannot be opened is told as that, and nothing is sent', async (t) => {
  const { stage, run } = await givenStage(t)
  const settings = { url: stage.listener.url, isEnabled: true, version: null, overlapMs: 0, actor: 'test' }
  await stage.store.run(putWebhookSettings, { ...settings, projectId: PROJECT_ID, secret: 'v1.none.AAAA.AAAA' })
  await assert.rejects(run(), { code: 'secret_unreadable' })
  assert.deepEqual(stage.listener.heard, [])
})

test('without webhook settings, or without a URL, there is nothing to test', async (t) => {
  const { stage, run } = await givenStage(t)
  await putUrl(stage.store, '')
  await assert.rejects(run(), { code: 'webhook_settings_absent' })
  await assert.rejects(run({ projectId: 7 }), { code: 'project_not_found' })
})
