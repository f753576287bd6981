import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createApp } from './app.ts'
import { openStore } from './open-store.ts'
import { readConfig } from './platform/config/index.ts'
import { givenServer, sendRaw } from './platform/http/testing/index.ts'
import type { TableRoute } from './routes.ts'
import { refusingUpgrades, servedRoutes } from './served-routes.ts'

/** Everything that is not the api's: what the guide for production tells a reverse proxy. */
const ELSEWHERE: Readonly<Record<string, TableRoute['role']>> = {
  'POST /connection/http_stream': 'gateway',
  'GET /connection/sse': 'gateway',
  'POST /connection/sse': 'gateway',
  'POST /emulation': 'gateway',
  'GET /healthz': 'every',
  'GET /readyz': 'every',
  'GET /metrics': 'every',
  'GET /openapi.json': 'every',
}

async function givenTable(t: TestContext): Promise<readonly TableRoute[]> {
  const { config } = await readConfig({ mode: 'dev', env: {}, overrides: { storePath: ':memory:', logLevel: 'error' } })
  const app = await createApp(config, await openStore(config, { isDev: true }))
  t.after(() => app.store.stop())
  return app.routes
}

const nameOf = ({ method, path }: TableRoute): string => `${method} ${path}`

test('every route has one role: players connect to the gateway, all else asks the api', async (t) => {
  const table = await givenTable(t)
  assert.deepEqual(
    Object.fromEntries(table.map((route) => [nameOf(route), route.role])),
    Object.fromEntries(table.map((route) => [nameOf(route), ELSEWHERE[nameOf(route)] ?? 'api'])),
  )
  assert.equal(new Set(table.map(nameOf)).size, table.length)
})

test('what a process does not serve is answered with the role that does, whoever asks and whatever they send', async (t) => {
  const table = await givenTable(t)
  const { url } = await givenServer(t, servedRoutes(table, ['dispatcher']))
  const misplaced = table.filter(({ role }) => role !== 'every')
  const kinds = Map.groupBy(misplaced, ({ method, access, errors, role }) => `${method} ${access} ${errors} ${role}`)
  for (const [route] of kinds.values()) {
    assert.ok(route !== undefined)
    const path = route.path.replaceAll(/\{\w+\}/g, '1')
    const response = await fetch(url + path, { method: route.method, ...(route.method === 'GET' ? {} : BODY) })
    const text = await response.text()
    const told = `${nameOf(route)}: answered by processes with the role ${route.role}; this one has dispatcher.`
    assert.deepEqual([response.status, text.includes(told)], [404, true], text)
    assert.equal(text.includes('"code":"not_served_here"'), route.errors === 'problem', text)
  }
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  assert.equal((await fetch(`${url}/v1/projects/1/settings`, { method: 'DELETE' })).status, 405)
})

const BODY = { body: 'nonsense', headers: { 'content-type': 'application/json' } }

test('a WebSocket is refused where the role gateway is not, with the same word', async (t) => {
  const { url } = await givenServer(t, [], { onUpgrade: refusingUpgrades(['api', 'dispatcher']) })
  const { port } = new URL(url)
  const head = 'GET /connection/websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
  const answer = await sendRaw(Number(port), head)
  assert.match(answer, /^HTTP\/1\.1 404 Not Found\r\n/)
  assert.match(
    answer,
    /\r\n\r\nWebSockets: answered by processes with the role gateway; this one has api, dispatcher\.$/,
  )
})
