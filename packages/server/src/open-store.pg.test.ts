import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from './open-store.ts'
import { readConfig } from './platform/config/index.ts'
import { openTestDatabase, TEST_DATABASE_URL } from './platform/store/testing/index.ts'

const postgres = { skip: TEST_DATABASE_URL === undefined && 'TEST_DATABASE_URL is not set' }

test('time is skipped only by a process that does what is due on the way', postgres, async (t) => {
  const database = await openTestDatabase(TEST_DATABASE_URL ?? '')
  t.after(() => database.drop())
  const outcomes = new Map<string, string>()
  for (const role of ['api,gateway', 'all']) {
    const { config } = await readConfig({ mode: 'dev', env: {}, overrides: { databaseUrl: database.url, role } })
    const store = await openStore(config, { isDev: true })
    t.after(() => store.stop())
    await store.skipTime(1).then(
      () => outcomes.set(role, 'skipped'),
      ({ code }: { readonly code: string }) => outcomes.set(role, code),
    )
    await store.stop()
  }
  assert.deepEqual(Object.fromEntries(outcomes), { 'api,gateway': 'time_skip_refused', all: 'skipped' })
})
