// Asking a real listener: ours, and those that go wrong.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWebhookListener, type PartnerCatalogQuery } from '@ordertrail/webhooks'
import { toNodeHandler } from '@ordertrail/webhooks/node'
import { createSignedSender, type SignedSender } from '../../platform/http/index.ts'
import { createLogger, silentLogger } from '../../platform/logger.ts'
import { createMetrics, noMetrics } from '../../platform/metrics.ts'
import { type Behaviour, startListener } from '../../webhooks/testing/misbehaving-listener.ts'
import { type AskGame, makeAskGame, OFFERS_BYTES_MAX, QUESTIONS_PER_PROJECT } from './ask-game.ts'
import { questionOf } from './catalog-question.ts'

const SECRET = 'a_webhook_secret_of_32_characters'
const QUESTION = questionOf(
  { projectId: 1, party: { kind: 'user', id: '12345' }, country: 'us', currency: null, locale: 'en' },
  { defaultCurrency: 'USD', currencyByCountry: {} },
)

async function givenAsker(t: TestContext) {
  const lines: string[] = []
  const sender = createSignedSender({ policy: { allowLoopbackHttp: true }, answerBytesMax: OFFERS_BYTES_MAX })
  const metrics = await createMetrics({ isOn: true })
  const logger = createLogger({ level: 'warn', format: 'json', write: (line) => lines.push(line) })
  t.after(() => sender.stop())
  return { ask: makeAskGame({ sender, logger, metrics }), lines, metrics }
}

async function givenListener(t: TestContext, behaviour: Behaviour) {
  const listener = await startListener()
  t.after(() => listener.stop())
  listener.behave(behaviour)
  return listener
}

function asked(ask: AskGame, url: string, deadlineMs = 5_000) {
  return ask({ url, secrets: [SECRET], deadlineMs }, QUESTION, 'shown')
}

test('our own listener hears who it is and is understood', async (t) => {
  const { ask } = await givenAsker(t)
  const heard: PartnerCatalogQuery[] = []
  const listener = createWebhookListener({
    secret: SECRET,
    userExists: () => true,
    onPaid: () => undefined,
    onCanceled: () => undefined,
    onPartnerCatalog: (query) => {
      heard.push(query)
      return query.userId === '12345' ? [{ sku: 'sword', quantity: 2 }] : null
    },
  })
  const server = createServer(toNodeHandler(listener))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const answer = await asked(ask, url)
  assert.ok(answer.kind === 'offers')
  assert.deepEqual([...answer.offers.bySku], [['sword', { quantity: 2, from: null, until: null }]])
  const stranger = await ask({ url, secrets: [SECRET], deadlineMs: 5_000 }, { ...QUESTION, userId: null }, 'shown')
  assert.equal(stranger.kind === 'offers' && stranger.offers.bySku.size, 0)
  assert.deepEqual(heard, [
    { userId: '12345', country: 'US', currency: 'USD', locale: 'en' },
    { userId: null, country: 'US', currency: 'USD', locale: 'en' },
  ])
})

test('the body is the documented one, compact', async (t) => {
  const { ask } = await givenAsker(t)
  const listener = await givenListener(t, { status: 200, body: [] })
  await asked(ask, listener.url)
  assert.equal(
    listener.heard[0]?.body,
    '{"notification_type":"partner_side_catalog","user":{"user_id":"12345","country":"US","currency":"USD","locale":"en"}}',
  )
})

const INVALID_USER = { error: { code: 'INVALID_USER', message: 'Invalid user' } }
const ANSWERS: readonly (readonly [name: string, behaviour: Behaviour, outcome: string])[] = [
  ['a list', { status: 200, body: [{ sku: 'a' }] }, 'answered'],
  ['404', 404, 'unknown_user'],
  ['400 INVALID_USER', { status: 400, body: INVALID_USER }, 'unknown_user'],
  ['422 INVALID_USER', { status: 422, body: INVALID_USER }, 'unknown_user'],
  ['400 for something else', { status: 400, body: { error: { code: 'INVALID_PARAMETER' } } }, 'failed'],
  ['401', { status: 401, body: { error: { code: 'INVALID_SIGNATURE' } } }, 'failed'],
  ['204', 204, 'failed'],
  ['201 with a list', { status: 201, body: [{ sku: 'a' }] }, 'failed'],
  ['500', 500, 'failed'],
  ['429', 429, 'failed'],
  ['no JSON', { status: 200, body: '<html>' }, 'failed'],
  ['no list', { status: 200, body: { items: [] } }, 'failed'],
  [
    'a list over the cap',
    { status: 200, body: JSON.stringify([{ sku: 'a', name: 'x'.repeat(OFFERS_BYTES_MAX) }]) },
    'failed',
  ],
  ['a list that goes on over the cap as space', { status: 200, body: `[]${' '.repeat(OFFERS_BYTES_MAX)}` }, 'failed'],
  ['a redirect', 'redirect', 'failed'],
  ['garbage', 'garbage', 'failed'],
  ['an early close', 'close early', 'failed'],
]
for (const [name, behaviour, outcome] of ANSWERS) {
  test(`${name}: ${outcome}`, async (t) => {
    const { ask, lines, metrics } = await givenAsker(t)
    const listener = await givenListener(t, behaviour)
    const answer = await asked(ask, listener.url)
    assert.equal(answer.kind, outcome === 'failed' ? 'failed' : 'offers')
    assert.match(
      await metrics.text(),
      new RegExp(`partner_catalog_questions_total\\{purpose="shown",outcome="${outcome}"\\} 1`),
    )
    assert.equal(lines.length, outcome === 'failed' ? 1 : 0)
    assert.equal(lines.join('').includes(SECRET), false)
  })
}

for (const behaviour of ['hang', 'drip headers', 'drip body'] as const) {
  test(`the deadline ends a question to a listener that does ${behaviour}`, async (t) => {
    const { ask } = await givenAsker(t)
    const listener = await givenListener(t, behaviour)
    assert.equal((await asked(ask, listener.url, 100)).kind, 'failed')
  })
}

test('entries that do not count are logged and counted', async (t) => {
  const { ask, lines, metrics } = await givenAsker(t)
  const body = [{ sku: 'a' }, { sku: 'a' }, { sku: 7 }, 'b']
  const listener = await givenListener(t, { status: 200, body })
  assert.equal((await asked(ask, listener.url)).kind, 'offers')
  const text = await metrics.text()
  assert.match(text, /partner_catalog_entries_ignored_total\{reason="invalid"\} 2/)
  assert.match(text, /partner_catalog_entries_ignored_total\{reason="duplicate"\} 1/)
  assert.match(lines.join(''), /"count":3.*Entry 1 does not count/)
})

test('few questions of a project are under way at once, and the others wait', async () => {
  let [underWay, most] = [0, 0]
  const sender: Pick<SignedSender, 'send'> = {
    async send() {
      underWay += 1
      most = Math.max(most, underWay)
      await nextTurn()
      underWay -= 1
      return {
        kind: 'response',
        status: 200,
        headers: {},
        body: '[]',
        truncated: false,
        durationMs: 1,
        requestHeaders: {},
      }
    },
  }
  const ask = makeAskGame({ sender, logger: silentLogger, metrics: noMetrics })
  const answers = await Promise.all(
    Array.from({ length: 3 * QUESTIONS_PER_PROJECT }, () => asked(ask, 'https://game.example')),
  )
  assert.deepEqual([most, answers.every(({ kind }) => kind === 'offers')], [QUESTIONS_PER_PROJECT, true])
})
