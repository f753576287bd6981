// Settings of webhooks that are out of range: each is refused with a stable code, says where, and changes nothing.
import assert from 'node:assert/strict'
import test from 'node:test'
import { SCHEDULE_MINUTES_MAX, SCHEDULE_POSITIONS_MAX } from '@ordertrail/core'
import { TOGGLE_NAMES } from './settings-names.ts'
import { givenProjectApi } from './testing/project-api.ts'

const SETTINGS = '/v1/projects/44056/settings'
const OWN = '/v1/projects/44056/webhook-settings'
const DOCUMENTED = '/api/v2/project/44056/admin/webhook'
const WEBHOOK = { url: 'https://game.example/', secret: 'a-secret-of-at-least-32-characters' }

const growing = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

const schedule = (offsets: unknown) => ({ schedules: { order_paid: offsets } })

const PATCHES: readonly (readonly [code: string, bodies: readonly object[]])[] = [
  [
    'webhook_schedule_invalid',
    [
      schedule([5]),
      schedule([0, 5, 5]),
      schedule([0, 10, 5]),
      { schedules: { user_validation: [0, 5] } },
      { fulfilment: 'api', schedules: { payment: [1] } },
    ],
  ],
  [
    'unprocessable',
    [
      schedule([]),
      schedule([0, 0.5]),
      schedule([-1, 0]),
      schedule([0, '5']),
      schedule([0, null]),
      schedule('0 5 10'),
      schedule(growing(SCHEDULE_POSITIONS_MAX + 1)),
      schedule([0, SCHEDULE_MINUTES_MAX + 1]),
      { schedules: { order_lost: [0] } },
      { schedules: null },
      { webhook_mode: 'both' },
      { webhook_mode: 1 },
      { is_events_api_on: 'true' },
      { is_bundle_content_sent: 1 },
      { is_auto_refund_on: null },
      { toggles: [] },
      { toggles: { colour: true } },
      ...Object.values(TOGGLE_NAMES).map((toggle) => ({ toggles: { [toggle]: 'yes' } })),
      { user_validation_deadline_ms: 99 },
      { user_validation_deadline_ms: 60_001 },
      { fulfilment: '' },
      { version: 2 },
    ],
  ],
]

test('settings out of range are refused with their code and change nothing', async (t) => {
  const { call, projectAuth: auth, callbackCalls } = await givenProjectApi(t)
  const before = (await call('GET', SETTINGS, { auth })).text
  for (const [code, bodies] of PATCHES)
    for (const body of bodies) {
      const refused = await call('PATCH', SETTINGS, { auth, body })
      assert.deepEqual([refused.status, refused.body.code], [422, code], JSON.stringify(body).slice(0, 200))
      assert.equal((await call('GET', SETTINGS, { auth })).text, before)
    }
  assert.deepEqual(callbackCalls, [])
})

test('schedules at their bounds are kept', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t)
  for (const offsets of [[0], growing(SCHEDULE_POSITIONS_MAX), [0, SCHEDULE_MINUTES_MAX]]) {
    const kept = await call('PATCH', SETTINGS, { auth, body: schedule(offsets) })
    assert.deepEqual([kept.status, kept.body.schedules], [200, { order_paid: offsets }])
  }
})

/** URLs with the rule that refuses them, and a word of the sentence that says so. */
const URLS: readonly (readonly [url: string, refusal: string, sentence: RegExp])[] = [
  ['http://game.example/', 'scheme_not_allowed', /must begin with https/],
  ['ftp://game.example/', 'scheme_not_allowed', /must begin with https/],
  ['https://user:pass@game.example/', 'credentials_in_url', /user name or password/],
  ['https://game.example/#part', 'fragment_in_url', /behind #/],
  ['https://game.example:8080/', 'port_not_allowed', /port must be 443, got 8080/],
  ['https://game.example./', 'host_spelling', /plainly/],
  ['https://0177.0.0.1/', 'host_spelling', /means 127\.0\.0\.1/],
  ['https://127.1/', 'host_spelling', /means 127\.0\.0\.1/],
  ['https://0x7f000001/', 'host_spelling', /means 127\.0\.0\.1/],
  ['https://[::ffff:127.0.0.1]/', 'address_not_public', /stands for another one/],
  ['https://[fe80::1%25eth0]/', 'url_malformed', /must read/],
  ['https://10.0.0.1/', 'address_not_public', /private address/],
  ['https://game.example/ ', 'url_malformed', /without blanks/],
  ['https://game.example/\t', 'url_malformed', /without blanks/],
  ['https://game.example/\nx', 'url_malformed', /without blanks/],
  ['https://game.example\\@evil.example/', 'url_malformed', /without blanks/],
]

test('URLs in odd spellings are refused alike by both calls, which say which rule it was, and change nothing', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t, { webhook: WEBHOOK })
  const before = (await call('GET', OWN, { auth })).text
  for (const [url, refusal, sentence] of URLS) {
    const own = await call('PUT', OWN, { auth, body: { url, is_enabled: true } })
    const { refusal: told } = own.body.details as { readonly refusal?: string }
    assert.deepEqual([own.status, own.body.code, told], [422, 'webhook_url_refused', refusal], url)
    assert.match(own.text, sentence)
    const documented = await call('PUT', DOCUMENTED, { auth, body: { url, secret: 'x', is_enabled: true } })
    assert.deepEqual([documented.status, documented.body.errorCode], [422, 1102], url)
    assert.match(documented.text, sentence)
    assert.equal((await call('GET', OWN, { auth })).text, before)
  }
})

const long = (length: number): string => 'x'.repeat(length)

test('the other members of webhook settings have bounds, alike in both calls', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t, { webhook: WEBHOOK })
  const before = (await call('GET', OWN, { auth })).text
  const valid = { url: WEBHOOK.url, secret: WEBHOOK.secret, is_enabled: true }
  const bodies: readonly object[] = [
    { ...valid, url: `https://game.example/${long(2_048)}` },
    { ...valid, url: 5 },
    { ...valid, secret: '' },
    { ...valid, secret: long(1_001) },
    { ...valid, secret: 5 },
    { ...valid, is_enabled: 1 },
    { ...valid, version: 0 },
    { ...valid, version: 3 },
    { ...valid, version: '2' },
    { url: valid.url, secret: valid.secret },
  ]
  for (const body of bodies) {
    const own = await call('PUT', OWN, { auth, body })
    assert.equal(own.status, 422, JSON.stringify(body).slice(0, 100))
    assert.match(String(own.body.code), /^(unprocessable|webhook_\w+)$/)
    const documented = await call('PUT', DOCUMENTED, { auth, body })
    assert.deepEqual([documented.status, documented.body.errorCode], [422, 1102], JSON.stringify(body).slice(0, 100))
    assert.equal((await call('GET', OWN, { auth })).text, before)
  }
  for (const overlapHours of [-1, 169, 0.5, '24'])
    for (const [method, path] of [
      ['PUT', OWN],
      ['POST', `${OWN}:rotate-secret`],
    ] as const) {
      const body = { ...(method === 'PUT' ? valid : {}), overlap_hours: overlapHours }
      const refused = await call(method, path, { auth, body })
      assert.deepEqual([refused.status, refused.body.code], [422, 'unprocessable'], `${path} ${overlapHours}`)
    }
  assert.equal((await call('GET', OWN, { auth })).text, before)
})
