// The test of a project's endpoint, from the outside.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startListener } from '../webhooks/testing/misbehaving-listener.ts'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShop, givenShopAndGame, type Json, type Shop } from './testing/given-shop.ts'

const ALL = [
  'user_validation',
  'unknown_user',
  'bad_signature',
  'user_search',
  'partner_side_catalog',
  'payment',
  'order_paid',
  'partial_refund',
  'refund',
  'order_canceled',
  'ps_declined',
]

interface Checks {
  readonly is_passed: boolean
  readonly checks: readonly (Json & { readonly request: Json })[]
}

async function tested(shop: Shop, body: Json): Promise<Checks> {
  return bodyOf(await shop.own('POST', '/webhooks/test', body), 200) as unknown as Checks
}

async function refusalOf(shop: Shop, body: Json): Promise<readonly unknown[]> {
  const answer = await shop.own('POST', '/webhooks/test', body)
  return [answer.status, (answer.body as Json).code]
}

const OPTIONS = { knows: (userId: string) => userId === 'ann', offers: () => [{ sku: 'sword_1' }] }

eachAcceptanceStore((store) => {
  test(`${store}: every check passes a good listener, and nothing is kept of it`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store, isReadable: true, ...OPTIONS })
    await shop.setWebhook(game.url, { is_enabled: false })
    const before = await shop.server.content()
    const { is_passed, checks } = await tested(shop, { user_id: 'ann', checks: ALL, sku: 'sword_1' })
    assert.deepEqual(
      checks.map(({ check, advice }) => [check, advice]),
      ALL.map((name) => [name, null]),
    )
    assert.equal(is_passed, true)
    assert.deepEqual(await shop.server.content(), before)
    assert.deepEqual(
      game.heard.map(({ type }) => type),
      ['user_validation', 'user_validation', 'user_validation', ...ALL.slice(3)],
    )
    const paid = JSON.parse(String(checks[6]?.request.body))
    assert.deepEqual([paid.items[0].sku, paid.order.mode, paid.billing.transaction.dry_run], ['sword_1', 'sandbox', 1])
  })
})

test('a listener that checks nothing fails where it matters, with advice', async (t) => {
  const shop = await givenShop(t)
  const listener = await startListener()
  t.after(() => listener.stop())
  await shop.setWebhook(listener.url)
  const { is_passed, checks } = await tested(shop, { user_id: 'ann' })
  assert.equal(is_passed, false)
  assert.deepEqual(
    checks.map(({ check, is_passed: passed, meaning }) => [check, passed, meaning]),
    [
      ['user_validation', true, 'accepted'],
      ['unknown_user', false, 'accepted'],
      ['bad_signature', false, 'accepted'],
    ],
  )
  assert.match(String(checks[2]?.advice), /signatures are not checked/)
  const headers = (checks[0]?.request.headers ?? {}) as Json
  assert.deepEqual([headers.Authorization, headers['webhook-signature']], ['Signature (hidden)', 'v1,(hidden)'])
  assert.equal(((checks[0]?.answer ?? {}) as Json).status, 204)
})

test('a long answer is cut, and an endpoint that is gone says so', async (t) => {
  const shop = await givenShop(t)
  const listener = await startListener()
  listener.behave({ status: 500, body: 'x'.repeat(10_000) })
  await shop.setWebhook(listener.url)
  const [cut] = (await tested(shop, { user_id: 'ann', checks: ['user_validation'] })).checks
  const answer = (cut?.answer ?? {}) as Json
  assert.deepEqual([String(answer.body).length, answer.is_cut], [4_096, true])
  await listener.stop()
  const [gone] = (await tested(shop, { user_id: 'ann', checks: ['user_validation'] })).checks
  assert.deepEqual([gone?.answer, gone?.is_passed, gone?.meaning], [null, false, 'retry'])
  assert.match(String(gone?.failure), /^connect_failed: /)
})

test('there is nothing to test without webhook settings; a bad wish is refused; turns run out', async (t) => {
  const shop = await givenShop(t)
  assert.deepEqual(await refusalOf(shop, { user_id: 'ann' }), [404, 'webhook_settings_absent'])
  const wishes: readonly Json[] = [
    {},
    { user_id: '' },
    { user_id: 7 },
    { user_id: 'x'.repeat(256) },
    { user_id: 'ann', checks: [] },
    { user_id: 'ann', checks: ['dispute'] },
    { user_id: 'ann', transaction_id: 0 },
    { user_id: 'ann', transaction_id: 1_000_000_001 },
    { user_id: 'ann', sku: '' },
    { user_id: 'ann', secret: 'x' },
  ]
  for (const wish of wishes) assert.deepEqual(await refusalOf(shop, wish), [422, 'unprocessable'], JSON.stringify(wish))
  for (let count = 1; count < 10; count += 1) await refusalOf(shop, { user_id: 'ann' })
  const limited = await shop.own('POST', '/webhooks/test', { user_id: 'ann' })
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '6'])
})
