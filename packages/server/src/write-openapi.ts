// Writes docs/openapi.json from the route table. Run it after a change of routes or schemas: npm run node -- packages/server/src/write-openapi.ts
import { createApp } from './app.ts'
import { openStore } from './open-store.ts'
import { OPENAPI_FILE, writeOpenApiFile } from './openapi-file.ts'
import { readConfig } from './platform/config/index.ts'

const { config } = await readConfig({ mode: 'dev', env: {}, overrides: { storePath: ':memory:' } })
const app = await createApp(config, await openStore(config, { isDev: true }))
await writeOpenApiFile(app.routes)
await app.store.stop()
process.stdout.write(`Wrote ${OPENAPI_FILE.pathname}\n`)
