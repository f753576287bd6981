// An order that is bought, paid, watched and delivered by three processes, of which each has one role.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ROLES } from '../platform/config/index.ts'
import { TEST_DATABASE_URL } from '../platform/store/testing/index.ts'
import { callServer } from './testing/call-server.ts'
import { givenGame } from './testing/given-game.ts'
import { givenRoles, ROLES_ADMIN_KEY } from './testing/given-roles.ts'
import { bodyOf, type Json, placedOf } from './testing/given-shop.ts'
import { watchStatuses } from './testing/watch-statuses.ts'

const postgres = { skip: TEST_DATABASE_URL === undefined && 'TEST_DATABASE_URL is not set' }
const SECRET = 'webhook secret of these tests, long enough'
const CATALOG = { items: [{ sku: 'sword_1', type: 'virtual_good', name: 'Sword', prices: { USD: 4.99 } }] }
/** Less than a gateway lets pass before it compares positions, which would find the status, too. */
const WAIT_MS_MAX = 20_000

const as = { bearer: ROLES_ADMIN_KEY }

test('each process does its part, and what one commits wakes the others', postgres, async (t) => {
  const urls = await givenRoles(t)
  const game = await givenGame(t, { secret: SECRET })
  for (const role of ROLES) {
    const told = await callServer(urls[role], 'GET', '/healthz')
    assert.deepEqual(told.body, { status: 'alive', roles: [role] })
  }
  const api = async (method: string, path: string, body: Json, status = 200): Promise<Json> =>
    bodyOf(await callServer(urls.api, method, path, { as, body }), status)

  const { merchant_id } = await api('POST', '/v1/merchants', { name: 'Studio' }, 201)
  const made = await api('POST', `/v1/merchants/${merchant_id}/projects`, { name: 'Game' }, 201)
  const projectId = Number(made.project_id)
  const own = `/v1/projects/${projectId}`
  await api('PUT', `${own}/catalog`, CATALOG)
  await api('PUT', `${own}/webhook-settings`, { url: game.url, secret: SECRET, is_enabled: true })
  const auth = String((await api('POST', `${own}/user-tokens`, { user_id: 'ann' }, 201)).token)
  const watcher = await watchStatuses(t, { url: urls.gateway, auth, projectId })

  const path = `/api/v2/project/${projectId}/payment/item/sword_1`
  const order = { as: { bearer: auth }, body: { sandbox: true } }
  const { orderId, token } = placedOf(bodyOf(await callServer(urls.api, 'POST', path, order), 200))
  await api('POST', '/paystation4/api/pay', { token, outcome: 'paid' })
  await inTime(watcher.reached(orderId, 'done'))

  assert.deepEqual(watcher.statusesOf(orderId), ['new', 'paid', 'done'])
  assert.deepEqual(
    game.heard.filter(({ type }) => type !== 'user_validation').map(({ type, status }) => [type, status]),
    [['order_paid', 204]],
  )
  const misplaced = await callServer(urls.gateway, 'POST', path, order)
  assert.deepEqual([misplaced.status, String(misplaced.text).includes('the role api')], [404, true])
  // Not only by its own looks: the word of the api came, too.
  const end = performance.now() + WAIT_MS_MAX
  while ((await hintsHeard(urls.dispatcher)) === 0) {
    assert.ok(performance.now() < end, 'the dispatcher is told')
    await nextTurn()
  }
})

async function inTime(told: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`Not told within ${WAIT_MS_MAX} ms.`)), WAIT_MS_MAX)
  await Promise.race([told, late]).finally(() => clearTimeout(timer))
}

async function hintsHeard(url: string): Promise<number> {
  const { text } = await callServer(url, 'GET', '/metrics', { as })
  return Number(/^ordertrail_work_hints_heard_total (\d+)$/m.exec(text)?.[1] ?? 0)
}
