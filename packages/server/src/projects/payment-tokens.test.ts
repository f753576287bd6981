// Payment tokens: their form, what they open, and when they stop.
import assert from 'node:assert/strict'
import test from 'node:test'
import { bind, oneByOne, type Row, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { findPaymentToken, insertPaymentTokens, newPaymentToken, projectOfPaymentToken } from './payment-tokens.ts'

const PROJECT_ID = 44_056
const keepTokens = rareCommand<readonly Row<'payment_tokens'>[], null>('test.keep-tokens')
const commands = [
  bind(
    keepTokens,
    oneByOne(async (tx, rows) => {
      await insertPaymentTokens(tx, rows)
      return null
    }),
  ),
]

test('a token names its project in 32 more letters', () => {
  const { token } = newPaymentToken(PROJECT_ID)
  assert.match(token, /^pxzst[0-9A-Za-z]{32}$/)
  assert.equal(projectOfPaymentToken(token), PROJECT_ID)
})

for (const text of [
  '',
  'p1t',
  'a.b.c',
  'pxzst',
  `pxzst${'a'.repeat(31)}`,
  `pxzst${'a'.repeat(33)}`,
  `PXZST${'a'.repeat(32)}`,
  `pxzst${'-'.repeat(32)}`,
]) {
  test(`${JSON.stringify(text)} has no token's form`, () => assert.equal(projectOfPaymentToken(text), undefined))
}

eachStore((name, open) => {
  test(`${name}: opens what a token was made for until its wall time comes`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const { token, tokenHash } = newPaymentToken(PROJECT_ID)
    const row = {
      project_id: PROJECT_ID,
      token_hash: tokenHash,
      order_id: 7,
      party_kind: 'user',
      party_id: 'player-1',
      created_at: 0,
      expires_at: 1_000,
    }
    await store.run(keepTokens, [row])
    const opened = { projectId: PROJECT_ID, orderId: 7, party: { projectId: PROJECT_ID, kind: 'user', id: 'player-1' } }
    assert.deepEqual(await findPaymentToken(store.read, token, 999), { kind: 'found', ...opened, expiresAt: 1_000 })
    assert.deepEqual(await findPaymentToken(store.read, token, 1_000), { kind: 'expired', ...opened })
  })

  test(`${name}: knows no token that was never kept`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    assert.deepEqual(await findPaymentToken(store.read, newPaymentToken(PROJECT_ID).token, 0), { kind: 'unknown' })
    assert.deepEqual(await findPaymentToken(store.read, 'x'.repeat(5_000), 0), { kind: 'unknown' })
  })
})
