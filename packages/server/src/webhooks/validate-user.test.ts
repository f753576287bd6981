// The question before a payment: who is asked about, and what an answer means.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import { noMetrics } from '../platform/metrics.ts'
import { openTestStore } from '../platform/store/testing/index.ts'
import type { TrailEvent } from '../platform/trail.ts'
import { changeProjectSettings, type ProjectSettings, putWebhookSettings } from '../projects/index.ts'
import type { Behaviour } from './testing/misbehaving-listener.ts'
import { givenOrder, openStage, PROJECT_ID, type Stage } from './testing/stage.ts'
import {
  makeUserValidation,
  PLACES_PER_PROJECT,
  type UserValidation,
  type UserValidationOrder,
} from './validate-user.ts'

async function openShop(t: TestContext, settings: Partial<ProjectSettings> = {}) {
  const stage = await openStage(t, (options) => openTestStore('sqlite memory', options), {
    settings,
    isDispatching: false,
  })
  const trail: TrailEvent[] = []
  const { directory, sender } = stage
  const validateUser = makeUserValidation({
    directory,
    sender,
    logger: silentLogger,
    metrics: noMetrics,
    observe: (event) => trail.push(event),
  })
  const ask = (changes: Partial<UserValidationOrder> = {}): Promise<UserValidation> =>
    validateUser({ projectId: PROJECT_ID, order: { ...givenOrder(0), ...changes }, stage: 'pay_pressed' })
  return { stage, trail, ask }
}

const UNKNOWN = 'The game does not accept a payment for this account. Nothing was charged.'
const SILENT = 'The game could not confirm your account just now. Nothing was charged; please try again later.'

const answers: readonly (readonly [behaviour: Behaviour, result: UserValidation])[] = [
  [200, { kind: 'accepted' }],
  [201, { kind: 'accepted' }],
  [204, { kind: 'accepted' }],
  [202, { kind: 'refused', sentence: SILENT }],
  [400, { kind: 'refused', sentence: UNKNOWN }],
  [404, { kind: 'refused', sentence: UNKNOWN }],
  [500, { kind: 'refused', sentence: SILENT }],
  ['redirect', { kind: 'refused', sentence: SILENT }],
  ['close early', { kind: 'refused', sentence: SILENT }],
  ['garbage', { kind: 'refused', sentence: SILENT }],
]
for (const [behaviour, result] of answers) {
  test(`the answer ${behaviour} is ${result.kind}, and is asked for once`, async (t) => {
    const { stage, ask } = await openShop(t)
    stage.listener.behave(behaviour)
    assert.deepEqual(await ask(), result)
    assert.equal(stage.listener.heard.length, 1)
  })
}

test('the deadline of the project ends a question that nobody answers', async (t) => {
  const { stage, ask } = await openShop(t, { userValidationDeadlineMs: 100 })
  stage.listener.behave('hang')
  assert.deepEqual(await ask(), { kind: 'refused', sentence: SILENT })
})

test('the body names the user and the notification', async (t) => {
  const { stage, ask } = await openShop(t)
  await ask()
  assert.deepEqual(JSON.parse(stage.listener.heard[0]?.body ?? ''), {
    notification_type: 'user_validation',
    settings: { project_id: PROJECT_ID, merchant_id: 1001 },
    user: { id: 'player-1', email: 'player@example.com', country: 'US' },
  })
})

test('tells the trail', async (t) => {
  const { stage, trail, ask } = await openShop(t)
  stage.listener.behave(400)
  await ask({ id: 10_000_077 })
  assert.deepEqual(
    trail.map((event) => ({ ...event, durationMs: 0 })),
    [
      {
        kind: 'user.validated',
        projectId: PROJECT_ID,
        orderId: 10_000_077,
        userId: 'player-1',
        stage: 'pay_pressed',
        status: 400,
        isAccepted: false,
        failure: null,
        durationMs: 0,
        body: stage.listener.heard[0]?.body,
      },
    ],
  )
})

const unasked: readonly (readonly [who: string, order: Partial<UserValidationOrder>])[] = [
  ['a visitor', { party_kind: 'visitor' }],
  ['a free order', { currency_kind: 'free' }],
  ['an order in virtual currency', { currency_kind: 'virtual' }],
]
for (const [who, order] of unasked) {
  test(`nobody is asked about ${who}`, async (t) => {
    const { stage, ask } = await openShop(t)
    stage.listener.behave(400)
    assert.deepEqual(await ask(order), { kind: 'skipped' })
    assert.equal(stage.listener.heard.length, 0)
  })
}

const silenced: readonly (readonly [how: string, act: (stage: Stage) => Promise<unknown>])[] = [
  [
    'webhooks are disabled',
    ({ store, listener: { url } }) =>
      store.run(putWebhookSettings, {
        projectId: PROJECT_ID,
        url,
        secret: null,
        isEnabled: false,
        version: null,
        overlapMs: 0,
        actor: 'test',
      }),
  ],
  [
    'the events API is on',
    ({ store }) =>
      store.run(changeProjectSettings, { projectId: PROJECT_ID, patch: { isEventsApiOn: true }, actor: 'test' }),
  ],
]
for (const [how, act] of silenced) {
  test(`nobody is asked where ${how}`, async (t) => {
    const { stage, ask } = await openShop(t)
    stage.listener.behave(400)
    await act(stage)
    assert.deepEqual(await ask(), { kind: 'skipped' })
  })
}

test('a game that hangs takes its own places only until the deadline, and one more question waits for one', async (t) => {
  const { stage, ask } = await openShop(t)
  const gate = Promise.withResolvers<204>()
  stage.listener.behave(() => gate.promise)
  const first = Array.from({ length: PLACES_PER_PROJECT }, () => ask())
  const waiting = ask()
  await stage.listener.heardAtLeast(8)
  gate.resolve(204)
  assert.deepEqual(await Promise.all([...first, waiting]), Array(PLACES_PER_PROJECT + 1).fill({ kind: 'accepted' }))
})
