// Facts of projects: what they are, which mode follows from them, and that a switch waits for transitions.
import assert from 'node:assert/strict'
import test from 'node:test'
import { bind, oneByOne, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { projectCommands } from './project-commands.ts'
import {
  COMBINED_FROM_MS,
  isWebhookRoute,
  loadProjectFacts,
  lockProjectAlone,
  type ProjectFacts,
  webhookModeOf,
} from './project-facts.ts'
import { defaultProjectSettings } from './project-settings.ts'
import { givenProject, notedCallbacks, REGISTERED_AT, testSeal } from './testing/given-project.ts'

const loadFacts = rareCommand<readonly number[], readonly ProjectFacts[]>('test.load-facts')
const lockAlone = rareCommand<number, null>('test.lock-alone')
const commands = [
  ...projectCommands(notedCallbacks().callbacks),
  bind(
    loadFacts,
    oneByOne(async (tx, ids) => [...(await loadProjectFacts(tx, ids)).values()]),
  ),
  bind(
    lockAlone,
    oneByOne(async (tx, projectId) => {
      await lockProjectAlone(tx, projectId)
      return null
    }),
  ),
]

eachStore((name, open) => {
  test(`${name}: loads the facts of the projects that exist`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const seal = testSeal()
    await givenProject(store, seal, {
      projectId: 2,
      webhook: { url: 'https://game.example/hook', secret: 's', isEnabled: false, version: 2 },
    })
    await givenProject(store, seal, { projectId: 1 })
    const facts = await store.run(loadFacts, [2, 1, 3, 2])
    const byId = facts
      .map(({ settings, ...rest }) => ({ ...rest, fulfilment: settings.fulfilment }))
      .sort((a, b) => a.projectId - b.projectId)
    const common = {
      merchantId: 1001,
      name: 'Test project',
      merchantRegisteredAt: REGISTERED_AT,
      fulfilment: 'acknowledged',
    }
    assert.deepEqual(byId, [
      { projectId: 1, ...common, webhook: null },
      { projectId: 2, ...common, webhook: { url: 'https://game.example/hook', isEnabled: false, version: 2 } },
    ])
  })

  test(`${name}: a project can be locked alone`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    assert.equal(await store.run(lockAlone, 1), null)
    assert.deepEqual(await store.run(loadFacts, []), [])
  })
})

const FACTS: ProjectFacts = {
  projectId: 1,
  merchantId: 1,
  name: 'P',
  merchantRegisteredAt: 0,
  settings: defaultProjectSettings,
  webhook: { url: 'https://game.example', isEnabled: true, version: 1 },
}

test('merchants registered before 23 January 2025 have separate webhooks, later ones combined', () => {
  assert.equal(COMBINED_FROM_MS, Date.parse('2025-01-23T00:00:00Z'))
  assert.equal(webhookModeOf({ ...FACTS, merchantRegisteredAt: COMBINED_FROM_MS - 1 }), 'separate')
  assert.equal(webhookModeOf({ ...FACTS, merchantRegisteredAt: COMBINED_FROM_MS }), 'combined')
})

test('the mode that a project chose outranks the registration date', () => {
  const settings = { ...defaultProjectSettings, webhookMode: 'separate' } as const
  assert.equal(webhookModeOf({ ...FACTS, merchantRegisteredAt: COMBINED_FROM_MS, settings }), 'separate')
})

test('disabled webhooks are still the route; absent settings and the events API are not', () => {
  const off = { ...FACTS, webhook: { url: 'https://game.example', isEnabled: false, version: 1 } } as const
  const events = { ...FACTS, settings: { ...defaultProjectSettings, isEventsApiOn: true } }
  assert.deepEqual([FACTS, off, events, { ...FACTS, webhook: null }].map(isWebhookRoute), [true, true, false, false])
})
