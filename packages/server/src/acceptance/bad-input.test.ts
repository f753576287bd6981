// Requests that cannot be answered as they were meant: each has its documented status and code, and leaves nothing behind.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  ABSENT,
  type BadCall,
  type Callers,
  CREDENTIALS,
  MALFORMED,
  NUL_BYTES,
  OWN_CALLS,
  WRONG_VALUES,
} from './testing/bad-calls.ts'
import { eachAcceptanceStore, type GivenServer, startGivenServer } from './testing/given-server.ts'
import { type Json, shopOf } from './testing/given-shop.ts'
import { VISITOR_ID } from './testing/sale-kinds.ts'
import { changedTables } from './testing/store-content.ts'

const TABLES_OF_CALLS = { MALFORMED, WRONG_VALUES, ABSENT, OWN_CALLS, NUL_BYTES, CREDENTIALS }

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
  let server: GivenServer
  let callers: Callers

  before(async () => {
    server = await startGivenServer({ store, isReadable: true })
    const shop = shopOf(server, 44056, 'project')
    const player = { bearer: await shop.tokenOf('player-1') }
    callers = { player, visitor: { visitor: VISITOR_ID }, project: 'project', admin: 'admin', nobody: null }
    // The only order: unpaid, number 10000001.
    await shop.buy(player)
  })
  after(() => server.stop())

  for (const [table, calls] of Object.entries(TABLES_OF_CALLS)) {
    test(`${store}: ${table.toLowerCase().replaceAll('_', ' ')}: every call is refused as documented`, async (t) => {
      const before = await server.content()
      for (const bad of calls) {
        await t.test(bad.name, async () => assert.deepEqual(await answerTo(bad), { status: bad.status, code: bad.code }))
      }
      assert.deepEqual(changedTables(before, await server.content()), [])
    })
  }

  async function answerTo({ method, path, as, options }: BadCall): Promise<Json> {
    return refusalOf(await server.call(method, path, { as: callers[as], ...options }))
  }
})
