// Webhook settings: made, changed, switched, and their secret rotated.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Store } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { type PutWebhookSettingsInput, putWebhookSettings, rotateWebhookSecret } from './change-webhook-settings.ts'
import { projectCommands } from './project-commands.ts'
import { givenProject, notedCallbacks, testSeal } from './testing/given-project.ts'

const DAY_MS = 86_400_000

function put(
  store: Store,
  projectId: number,
  input: Partial<PutWebhookSettingsInput>,
): ReturnType<typeof store.run<PutWebhookSettingsInput, unknown>> {
  const base = {
    url: 'https://game.example/hook',
    secret: 'first',
    isEnabled: true,
    version: null,
    overlapMs: DAY_MS,
    actor: 'test',
  }
  return store.run(putWebhookSettings, { projectId, ...base, ...input })
}

async function rowOf(store: Store): Promise<Record<string, unknown>> {
  const row = await store.read.selectFrom('webhook_settings').selectAll().executeTakeFirst()
  const {
    created_at,
    updated_at,
    previous_secret_until: until,
    failing_told_at: _told,
    ...rest
  } = row ?? { created_at: 0, updated_at: 0, previous_secret_until: null, failing_told_at: null }
  return { ...rest, overlapMs: until === null ? null : until - updated_at }
}

eachStore((name, open) => {
  test(`${name}: makes settings, version 1 unless said otherwise`, async (t) => {
    const { calls, callbacks } = notedCallbacks()
    const { store, stop } = await open({ commands: projectCommands(callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    assert.deepEqual(await put(store, projectId, {}), { kind: 'created', version: 1, previousSecretUntil: null })
    assert.deepEqual(await rowOf(store), {
      project_id: projectId,
      url: 'https://game.example/hook',
      secret: 'first',
      previous_secret: null,
      is_enabled: 1,
      version: 1,
      overlapMs: null,
    })
    assert.deepEqual(calls, [['enabled', projectId]])
  })

  test(`${name}: keeps the version that is not sent and the secret that stays`, async (t) => {
    const { store, stop } = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    await put(store, projectId, { version: 2 })
    await put(store, projectId, { url: 'https://game.example/new', secret: null })
    const { url, secret, previous_secret, version } = await rowOf(store)
    assert.deepEqual([url, secret, previous_secret, version], ['https://game.example/new', 'first', null, 2])
  })

  test(`${name}: a replaced secret goes on beside the new one for the overlap`, async (t) => {
    const { store, stop } = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    await put(store, projectId, {})
    await put(store, projectId, { secret: 'second' })
    const { secret, previous_secret, overlapMs } = await rowOf(store)
    assert.deepEqual([secret, previous_secret, overlapMs], ['second', 'first', DAY_MS])
  })

  test(`${name}: tells of enabling and disabling, not of staying so`, async (t) => {
    const { calls, callbacks } = notedCallbacks()
    const { store, stop } = await open({ commands: projectCommands(callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    for (const isEnabled of [false, true, true, false, false]) await put(store, projectId, { isEnabled })
    assert.deepEqual(calls, [
      ['enabled', projectId],
      ['disabled', projectId],
    ])
  })

  test(`${name}: rotation without overlap forgets the old secret at once`, async (t) => {
    const { store, stop } = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    await put(store, projectId, {})
    const result = await store.run(rotateWebhookSecret, { projectId, secret: 'second', overlapMs: 0, actor: 'test' })
    assert.deepEqual(result, { kind: 'rotated', previousSecretUntil: null })
    const { secret, previous_secret } = await rowOf(store)
    assert.deepEqual([secret, previous_secret], ['second', null])
  })

  test(`${name}: what is not there cannot be changed`, async (t) => {
    const { store, stop } = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    assert.deepEqual(await put(store, 9, {}), { kind: 'absent' })
    assert.deepEqual(await put(store, projectId, { secret: null }), { kind: 'secret_missing' })
    assert.deepEqual(await store.run(rotateWebhookSecret, { projectId, secret: 's', overlapMs: 0, actor: 'test' }), {
      kind: 'absent',
    })
  })

  test(`${name}: the audit log holds no secret`, async (t) => {
    const { store, stop } = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    await put(store, projectId, { secret: 'canary-1' })
    await store.run(rotateWebhookSecret, { projectId, secret: 'canary-2', overlapMs: 0, actor: 'test' })
    const entries = await store.read.selectFrom('audit_log').selectAll().execute()
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['project.seeded', 'project.seeded', 'webhook_settings.created', 'webhook_secret.rotated'],
    )
    assert.doesNotMatch(JSON.stringify(entries), /canary/)
  })
})
