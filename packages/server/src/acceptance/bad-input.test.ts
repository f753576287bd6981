// Requests that cannot be answered as they were meant: each has its documented status and code, and leaves nothing behind.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ABSENT } from './testing/bad-calls/absent-things.ts'
import type { BadCall, Callers } from './testing/bad-calls/bad-call.ts'
import { MALFORMED } from './testing/bad-calls/malformed-bodies.ts'
import { NUL_BYTES } from './testing/bad-calls/nul-texts.ts'
import { OWN_CALLS } from './testing/bad-calls/own-calls.ts'
import { CREDENTIALS } from './testing/bad-calls/wrong-credentials.ts'
import { WRONG_VALUES } from './testing/bad-calls/wrong-values.ts'
import { eachAcceptanceStore, type GivenServer, startGivenServer } from './testing/given-server.ts'
import { bodyOf, type Json, placedOf, shopOf } from './testing/given-shop.ts'
import { VISITOR_ID } from './testing/sale-kinds.ts'
import { changedTables } from './testing/store-content.ts'

const KINDS: Readonly<Record<string, readonly BadCall[]>> = {
  'bodies that are no JSON, too large or too deep': MALFORMED,
  'values of a wrong type or out of bounds': WRONG_VALUES,
  'what is not there or cannot be bought': ABSENT,
  'our own calls': OWN_CALLS,
  'texts with a NUL': NUL_BYTES,
  'credentials that are absent or wrong': CREDENTIALS,
}

/** A refusal as far as clients decide by it, and whether its body has the documented shape. */
function refusalOf(answer: { readonly status: number; readonly body: unknown }): Json {
  const body = answer.body as Json
  if (body !== null && typeof body === 'object' && 'statusCode' in body) {
    const { statusCode, errorCode, errorMessage, transactionId } = body
    assert.equal(statusCode, answer.status)
    assert.equal(typeof errorMessage, 'string')
    assert.equal(typeof transactionId, 'string')
    return { status: answer.status, code: errorCode }
  }
  return { status: answer.status, code: body?.code }
}

eachAcceptanceStore((store) => {
  describe(`${store}: every call is refused as documented and leaves nothing behind`, () => {
    let server: GivenServer
    let callers: Callers

    before(async () => {
      server = await startGivenServer({ store, isReadable: true })
      const shop = shopOf(server, 44056, 'project')
      const player = { bearer: await shop.tokenOf('player-1') }
      callers = { player, visitor: { visitor: VISITOR_ID }, project: 'project', admin: 'admin', nobody: null }
      // An unpaid order with the number 10000001, and a hundred gold.
      await shop.buy(player)
      await shop.sell(player, 'gold_100')
    })
    after(() => server.stop())

    test('an e-mail of a visitor that cannot be one is left out of the order', async () => {
      const shop = shopOf(server, 44056, 'project')
      for (const email of ['a\0@example.com', 'nobody', `${'a'.repeat(300)}@example.com`]) {
        const headers = { 'x-user': Buffer.from(email).toString('base64') }
        const call = (method: string, path: string, body: unknown) =>
          server.call(method, `/api/v2/project/44056${path}`, { as: callers.visitor, headers, body })
        await call('PUT', '/cart/fill', { items: [{ sku: 'sword_1', quantity: 1 }] })
        const { orderId } = placedOf(bodyOf(await call('POST', '/payment/cart', {}), 200))
        assert.equal((await shop.story(orderId)).order.user_email, null)
      }
    })

    for (const [kind, calls] of Object.entries(KINDS)) {
      test(kind, async () => {
        const contentBefore = await server.content()
        const answers: Record<string, Json> = {}
        for (const { name, method, path, as, options } of calls) {
          answers[name] = refusalOf(await server.call(method, path, { as: callers[as], ...options }))
        }
        assert.deepEqual(answers, expectedOf(calls))
        assert.deepEqual(changedTables(contentBefore, await server.content()), [])
      })
    }
  })
})

function expectedOf(calls: readonly BadCall[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(calls.map(({ name, status, code }) => [name, { status, code }]))
}
