// Changing settings: what is written, what is told to the floors above, and what is refused.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { WakeUp } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { changeProjectSettings } from './change-settings.ts'
import { projectCommands } from './project-commands.ts'
import { readProjectFacts } from './project-facts.ts'
import { givenProject, notedCallbacks, testSeal } from './testing/given-project.ts'

eachStore((name, open) => {
  test(`${name}: writes what was changed and keeps the rest`, async (t) => {
    const { calls, callbacks } = notedCallbacks()
    const { store, stop } = await open({ commands: projectCommands(callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal(), { settings: { isExpiredShown: true } })
    const result = await store.run(changeProjectSettings, {
      projectId,
      patch: { fulfilment: 'api', toggles: { cardBrand: true } },
      actor: 'key:project',
    })
    assert.equal(result.kind, 'changed')
    const settings = (await readProjectFacts(store.read, [projectId])).get(projectId)?.settings
    assert.deepEqual(
      [settings?.fulfilment, settings?.isExpiredShown, settings?.toggles.cardBrand, settings?.toggles.orderObject],
      ['api', true, true, false],
    )
    assert.deepEqual(calls, [])
  })

  test(`${name}: turning the events API on and off changes the route, each once`, async (t) => {
    const { calls, callbacks } = notedCallbacks()
    const { store, stop } = await open({ commands: projectCommands(callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    for (const isEventsApiOn of [true, true, false]) {
      await store.run(changeProjectSettings, { projectId, patch: { isEventsApiOn }, actor: 'test' })
    }
    assert.deepEqual(calls, [
      ['route', { projectId, from: 'webhook', to: 'events' }],
      ['route', { projectId, from: 'events', to: 'webhook' }],
    ])
  })

  test(`${name}: a switch whose consequence fails is not turned`, async (t) => {
    const { callbacks } = notedCallbacks()
    const failing = { ...callbacks, onRouteChanged: () => Promise.reject(new Error('no')) }
    const { store, stop } = await open({ commands: projectCommands(failing) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    await assert.rejects(store.run(changeProjectSettings, { projectId, patch: { isEventsApiOn: true }, actor: 'test' }))
    assert.equal((await readProjectFacts(store.read, [projectId])).get(projectId)?.settings.isEventsApiOn, false)
  })

  test(`${name}: settings that make no sense together change nothing`, async (t) => {
    const { store, stop } = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    const patch = { fulfilment: 'api', schedules: { order_paid: [5] } } as const
    const result = await store.run(changeProjectSettings, { projectId, patch, actor: 'test' })
    assert.deepEqual(result, {
      kind: 'refused',
      faults: [{ path: '/schedules/order_paid', sentence: 'The schedule of order_paid is refused: first not zero.' }],
    })
    assert.equal((await readProjectFacts(store.read, [projectId])).get(projectId)?.settings.fulfilment, 'acknowledged')
  })

  test(`${name}: tells caches and the audit log, without the secret`, async (t) => {
    const { store, stop } = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    t.after(stop)
    const { projectId } = await givenProject(store, testSeal())
    const wakeUps: WakeUp[] = []
    store.onWakeUp((some) => wakeUps.push(...some))
    const patch = { jwt: { algorithm: 'HS256', secret: 'sealed-text' } } as const
    await store.run(changeProjectSettings, { projectId, patch, actor: 'key:project' })
    assert.deepEqual(wakeUps, [{ kind: 'project_changed', projectId }])
    const [entry] = await store.read
      .selectFrom('audit_log')
      .where('action', '=', 'settings.changed')
      .selectAll()
      .execute()
    assert.deepEqual(
      [entry?.actor, entry?.target, entry?.details],
      ['key:project', `project:${projectId}`, '{"members":["jwt"]}'],
    )
  })

  test(`${name}: a project that does not exist has no settings`, async (t) => {
    const { store, stop } = await open({ commands: projectCommands(notedCallbacks().callbacks) })
    t.after(stop)
    assert.deepEqual(await store.run(changeProjectSettings, { projectId: 9, patch: {}, actor: 'test' }), {
      kind: 'absent',
    })
  })
})
