// The published description of the API is that of the routes, and every schema of theirs can be used.
import { test } from 'node:test'
import { createApp } from '../app.ts'
import { openStore } from '../open-store.ts'
import { assertOpenApiIsFresh } from '../openapi-file.ts'
import { readConfig } from '../platform/config/index.ts'
import { compileSchemas } from '../platform/http/index.ts'

test('docs/openapi.json is what the routes say, and all their schemas compile', async (t) => {
  const { config } = await readConfig({ mode: 'dev', env: {}, overrides: { storePath: ':memory:', logLevel: 'error' } })
  const app = await createApp(config, await openStore(config, { isDev: true }))
  t.after(() => app.store.stop())
  await compileSchemas(app.routes)
  await assertOpenApiIsFresh(app.routes)
})
