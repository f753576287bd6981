// The directory: what it knows, how soon it hears of changes, and what it never keeps.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { eachStore, openTestStore, type TestStore } from '../platform/store/testing/index.ts'
import { changeProjectSettings } from './change-settings.ts'
import { putWebhookSettings, rotateWebhookSecret } from './change-webhook-settings.ts'
import { projectCommands } from './project-commands.ts'
import { createProjectDirectory, type ProjectDirectory } from './project-directory.ts'
import { webhookSecretContext } from './secret-contexts.ts'
import { givenProject, notedCallbacks, testClock, testSeal } from './testing/given-project.ts'

const HOOK = { url: 'https://game.example/hook', secret: 'first' }
const HOUR_MS = 3_600_000

async function givenDirectory(
  t: TestContext,
  { store, stop }: TestStore,
): Promise<{ directory: ProjectDirectory; clock: ReturnType<typeof testClock> }> {
  const clock = testClock()
  const directory = createProjectDirectory({ store, seal: testSeal(), clock })
  await directory.start()
  t.after(async () => {
    await directory.stop()
    await stop()
  })
  return { directory, clock }
}

eachStore((name, open) => {
  test(`${name}: hears of a change made here at once`, async (t) => {
    const opened = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    const { store } = opened
    const { directory } = await givenDirectory(t, opened)
    const { projectId } = await givenProject(store, testSeal())
    assert.equal((await directory.find(projectId))?.settings.fulfilment, 'acknowledged')
    await store.run(changeProjectSettings, { projectId, patch: { fulfilment: 'api' }, actor: 'test' })
    assert.equal((await directory.find(projectId))?.settings.fulfilment, 'api')
  })

  test(`${name}: finds projects by their login project`, async (t) => {
    const opened = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    const { store } = opened
    const { directory } = await givenDirectory(t, opened)
    await givenProject(store, testSeal(), { projectId: 2, settings: { loginProjectId: 'login-1' } })
    await givenProject(store, testSeal(), { projectId: 1, settings: { loginProjectId: 'login-1' } })
    await givenProject(store, testSeal(), { projectId: 3, settings: { loginProjectId: 'login-10' } })
    const found = async (id: string): Promise<readonly number[]> =>
      (await directory.findByLoginProject(id)).map(({ projectId }) => projectId)
    assert.deepEqual(await found('login-1'), [1, 2])
    assert.deepEqual(await found('login-%'), [])
    assert.deepEqual(await found('login-2'), [])
  })

  test(`${name}: signs with the new secret first and with the old one while it overlaps`, async (t) => {
    const opened = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    const { store } = opened
    const { directory } = await givenDirectory(t, opened)
    const seal = testSeal()
    const { projectId } = await givenProject(store, seal, { webhook: HOOK })
    const secret = seal.seal('second', webhookSecretContext(projectId))
    await store.run(rotateWebhookSecret, { projectId, secret, overlapMs: HOUR_MS, actor: 'test' })
    const target = { url: HOOK.url, isEnabled: true }
    assert.deepEqual(await directory.webhookTarget(projectId), { ...target, secrets: ['second', 'first'] })
    await store.skipTime(HOUR_MS + 60_000)
    assert.deepEqual(await directory.webhookTarget(projectId), { ...target, secrets: ['second'] })
  })
})

test('hears of a change made by another node within a second', async (t) => {
  const opened = await openTestStore('sqlite memory', { commands: projectCommands(notedCallbacks().callbacks) })
  const { store } = opened
  const clock = testClock()
  // A directory that was not started hears of nothing, as one on another node.
  const directory = createProjectDirectory({ store, seal: testSeal(), clock })
  t.after(() => opened.stop())
  const { projectId } = await givenProject(store, testSeal())
  await directory.find(projectId)
  await store.run(changeProjectSettings, { projectId, patch: { fulfilment: 'api' }, actor: 'test' })
  clock.advance(999)
  assert.equal((await directory.find(projectId))?.settings.fulfilment, 'acknowledged')
  clock.advance(1)
  assert.equal((await directory.find(projectId))?.settings.fulfilment, 'api')
})

test('what does not exist is undefined, and null for webhooks', async (t) => {
  const opened = await openTestStore('sqlite memory', { commands: projectCommands(notedCallbacks().callbacks) })
  const { directory } = await givenDirectory(t, opened)
  const { projectId } = await givenProject(opened.store, testSeal())
  assert.equal(await directory.find(9), undefined)
  assert.equal(await directory.webhookTarget(projectId), null)
})

test('facts hold no secret', async (t) => {
  const opened = await openTestStore('sqlite memory', { commands: projectCommands(notedCallbacks().callbacks) })
  const { directory } = await givenDirectory(t, opened)
  const { projectId } = await givenProject(opened.store, testSeal(), {
    webhook: { url: HOOK.url, secret: 'canary' },
    loginSecret: 'canary-login',
  })
  assert.doesNotMatch(JSON.stringify(await directory.find(projectId)), /canary/)
})

test('a directory can be stopped twice, and before it was started', async () => {
  const opened = await openTestStore('sqlite memory')
  const directory = createProjectDirectory({ store: opened.store, seal: testSeal(), clock: testClock() })
  await directory.stop()
  await directory.stop()
  await opened.stop()
})

test('a URL that was saved is the one that is sent to', async (t) => {
  const opened = await openTestStore('sqlite memory', { commands: projectCommands(notedCallbacks().callbacks) })
  const { directory } = await givenDirectory(t, opened)
  const { projectId } = await givenProject(opened.store, testSeal(), { webhook: HOOK })
  await directory.webhookTarget(projectId)
  const input = {
    projectId,
    url: 'https://new.example/',
    secret: null,
    isEnabled: false,
    version: null,
    overlapMs: 0,
    actor: 'test',
  }
  await opened.store.run(putWebhookSettings, input)
  assert.deepEqual(await directory.webhookTarget(projectId), {
    url: 'https://new.example/',
    secrets: ['first'],
    isEnabled: false,
  })
})
