// What nobody came back for is let go: carts of visitors and payment tokens; what users have stays.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sql } from 'kysely'
import { changeCart, loadCart, retirableCarts } from './catalog/index.ts'
import type { Party } from './platform/http/index.ts'
import { eachStore, openTestStore, seedRows } from './platform/store/testing/index.ts'
import { defaultProjectSettings, findPaymentToken, newPaymentToken, retirablePaymentTokens } from './projects/index.ts'
import { retireOnce } from './testing/retire-once.ts'
import { composeWriteSide } from './write-side.ts'

const DAY_MS = 24 * 3_600_000
const USER: Party = { projectId: 1, kind: 'user', id: 'ann' }
const VISITOR: Party = { projectId: 1, kind: 'visitor', id: 'a-visitor-of-the-shop' }
const LINES = [{ sku: 'sword_1', quantity: 1 }]

eachStore((name, open) => {
  test(`${name}: carts of visitors and tokens that are over go after 30 days`, async (t) => {
    const { store, stop } = await open({ commands: composeWriteSide({ isDev: true }) })
    t.after(stop)
    await store.run(seedRows, { table: 'merchants', rows: [{ id: 1, name: 'M', registered_at: 0, created_at: 0 }] })
    const settings = JSON.stringify(defaultProjectSettings)
    const project = { id: 1, merchant_id: 1, name: 'Game', settings, created_at: 0, updated_at: 0 }
    await store.run(seedRows, { table: 'projects', rows: [project] })
    const put = (party: Party, cartId: string | null) =>
      store.run(changeCart, { party, cartId, change: { kind: 'put', lines: LINES } })
    const carts = [
      [USER, null],
      [USER, 'second'],
      [VISITOR, null],
      [VISITOR, 'second'],
    ] as const
    const sizes = async () => {
      const found = await Promise.all(carts.map(([party, cartId]) => loadCart(store.read, party, cartId)))
      return found.map(({ lines }) => lines.length)
    }
    const tokens = [-1, 0, 29].map((days) => ({ ...newPaymentToken(1), expiresAt: store.now() + days * DAY_MS }))
    const rows = tokens.map(({ tokenHash, expiresAt }) => {
      const whose = { project_id: 1, order_id: null, party_kind: 'user', party_id: 'ann' }
      return { ...whose, token_hash: tokenHash, created_at: 0, expires_at: expiresAt }
    })
    await store.run(seedRows, { table: 'payment_tokens', rows })
    const kinds = async () =>
      Promise.all(tokens.map(async ({ token }) => (await findPaymentToken(store.read, token, store.now())).kind))
    const retirables = [retirablePaymentTokens, retirableCarts]
    const pass = async (leftovers = 30) => {
      const counts = await retireOnce(store, retirables, { leftovers })
      return [counts.get('payment_tokens') ?? 0, counts.get('carts') ?? 0]
    }

    for (const [party, cartId] of carts) await put(party, cartId)
    await store.skipTime(29 * DAY_MS - 60_000)
    assert.deepEqual(await pass(), [0, 0])
    await put(VISITOR, 'second')
    await store.skipTime(DAY_MS + 60_000)
    assert.deepEqual(
      [await pass(0), await kinds()],
      [
        [0, 0],
        ['expired', 'expired', 'expired'],
      ],
    )
    assert.deepEqual(
      [await pass(), await pass()],
      [
        [2, 1],
        [0, 0],
      ],
    )
    assert.deepEqual(
      [await sizes(), await kinds()],
      [
        [1, 1, 0, 1],
        ['unknown', 'unknown', 'expired'],
      ],
    )
    await put(VISITOR, null)
    assert.deepEqual(await sizes(), [1, 1, 1, 1])
  })
})

test('both are found by their age', async (t) => {
  const { store, stop } = await openTestStore('sqlite memory')
  t.after(stop)
  const plans = [
    `select 1 from carts where project_id = ? and party_kind = 'visitor' and updated_at <= ? order by updated_at limit ?`,
    'select 1 from payment_tokens where project_id = ? and expires_at <= ? order by expires_at limit ?',
    'delete from carts where project_id = ? and party_kind = ? and (party_id, cart_id) in (values (?, ?), (?, ?))',
  ].map((text) => sql.raw<{ readonly detail: string }>(`explain query plan ${text}`).execute(store.read))
  const details = (await Promise.all(plans)).map(({ rows }) =>
    rows[0]?.detail.replace(/^SEARCH \w+ USING .*INDEX /, ''),
  )
  assert.deepEqual(details, [
    'carts_of_visitors (project_id=? AND updated_at<?)',
    'payment_tokens_expiry (project_id=? AND expires_at<?)',
    'sqlite_autoindex_carts_1 (project_id=? AND party_kind=? AND party_id=? AND cart_id=?)',
  ])
})
