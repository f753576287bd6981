// Who may call what: every operation of the route table by everybody, in a server that runs as in production.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { CallAnswer } from './testing/call-server.ts'
import { eachAcceptanceStore, givenServer } from './testing/given-server.ts'
import { bodyOf, type Json, shopOf } from './testing/given-shop.ts'
import { CALLER_KINDS, CANARY, type CallerKind, type RightsCast, startRightsCast } from './testing/rights-cast.ts'
import { LET_IN, OPERATIONS, type Right } from './testing/route-rights.ts'
import { changedTables } from './testing/store-content.ts'

/** One operation of the document of the route table. */
interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
}

/** One try: somebody calls an operation. */
interface Try {
  readonly operation: Operation
  readonly by: CallerKind
}

const RIGHTS: ReadonlyMap<string, Right> = new Map(
  Object.entries(OPERATIONS).flatMap(([right, ids]) => ids.map((id) => [id, right as Right] as const)),
)

/** Whose answers may hold the canary: the order's buyer, and staff of its project. */
const INSIDERS: readonly CallerKind[] = [
  'player',
  'payment token',
  'key of this project',
  'key of the merchant',
  'admin',
]

function lettingIn(right: Right): readonly CallerKind[] {
  if (right === 'anyone') return CALLER_KINDS
  return right === 'payment link' || right === 'absent' ? [] : LET_IN[right]
}

async function operationsOf({ server }: RightsCast): Promise<readonly Operation[]> {
  const { paths } = bodyOf(await server.call('GET', '/openapi.json'), 200)
  return Object.entries(paths as Readonly<Record<string, Readonly<Record<string, Json>>>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ id: String(operationId), method, path })),
  )
}

eachAcceptanceStore((store) => {
  describe(`${store}: rights`, () => {
    let cast: RightsCast
    let operations: readonly Operation[]

    before(async () => {
      cast = await startRightsCast(store)
      operations = await operationsOf(cast)
    })
    after(() => cast.server.stop())

    test('every operation has been thought about, and none is thought about that is not there', () => {
      assert.deepEqual(operations.map(({ id }) => id).toSorted(), [...RIGHTS.keys()].toSorted())
    })

    test('whoever is not let in is told 401 and nothing else, and changes nothing', async () => {
      const contentBefore = await cast.server.content()
      const wrong: string[] = []
      for (const each of tries((right, by) => !['payment link', 'absent'].includes(right) && !isLetIn(right, by))) {
        const answer = await call(each)
        if (answer.status !== 401) wrong.push(`${nameOf(each)}: ${answer.status}`)
        if (answer.text.includes(CANARY)) wrong.push(`${nameOf(each)} reads what is not theirs`)
      }
      assert.deepEqual(wrong, [])
      assert.deepEqual(changedTables(contentBefore, await cast.server.content()), [])
    })

    test('tools of the emulator are not there', async () => {
      const statuses = new Set<number>()
      for (const each of tries((right) => right === 'absent')) statuses.add((await call(each)).status)
      assert.deepEqual([...statuses], [404])
    })

    test('a payment link counts by itself: whoever sends none is answered alike', async () => {
      const told = new Map<string, Set<number>>()
      for (const each of tries((right) => right === 'payment link')) {
        const { status } = await call(each)
        told.set(each.operation.id, (told.get(each.operation.id) ?? new Set()).add(status))
      }
      for (const [id, statuses] of told) {
        assert.equal(statuses.size, 1, id)
        assert.ok([401, 422].includes([...statuses][0] ?? 0), id)
      }
    })

    test('whoever is let in is answered, and outsiders never read what is not theirs', async () => {
      const wrong: string[] = []
      for (const each of tries(isLetIn)) {
        const { status, text } = await call(each)
        if (status === 401 || status === 403 || status >= 500) wrong.push(`${nameOf(each)}: ${status}`)
        if (text.includes(CANARY) && !INSIDERS.includes(each.by)) wrong.push(`${nameOf(each)} reads what is not theirs`)
      }
      assert.deepEqual(wrong, [])
    })

    test('of all players only the buyer sees the order', async () => {
      const seen: Record<string, number> = {}
      for (const by of LET_IN.buyer) seen[by] = (await call({ operation: operationNamed('get-order'), by })).status
      assert.deepEqual(seen, { player: 200, 'other player': 404, 'payment token': 200, visitor: 404 })
    })

    function operationNamed(id: string): Operation {
      const found = operations.find((operation) => operation.id === id)
      if (found === undefined) throw new Error(`There is no operation ${id}.`)
      return found
    }

    function tries(isWanted: (right: Right, by: CallerKind) => boolean): readonly Try[] {
      return operations.flatMap((operation) => {
        const right = RIGHTS.get(operation.id)
        const wanted = right === undefined ? [] : CALLER_KINDS.filter((by) => isWanted(right, by))
        return wanted.map((by) => ({ operation, by }))
      })
    }

    function call({ operation: { method, path }, by }: Try): Promise<CallAnswer> {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => cast.pathValues[name] ?? 'MISSING')
      const query = path.startsWith('/events') ? `?project_id=${cast.pathValues.project_id}` : ''
      const body = method === 'get' || method === 'delete' ? {} : { body: {} }
      return cast.server.call(method.toUpperCase(), filled + query, { as: cast.callers[by], ...body })
    }
  })
})

function isLetIn(right: Right, by: CallerKind): boolean {
  return lettingIn(right).includes(by)
}

function nameOf({ operation, by }: Try): string {
  return `${operation.id} by ${by}`
}

test('in dev, pages of other origins and names have no rights of this machine', async (t) => {
  const server = await givenServer(t)
  const skip = (headers: Readonly<Record<string, string>>) =>
    server.call('POST', '/v1/dev/time:skip', { body: { ms: 1 }, headers })
  assert.equal((await skip({})).status, 200)
  assert.equal((await skip({ origin: 'https://evil.example' })).status, 403)
  assert.equal((await skip({ origin: 'null' })).status, 403)
  const merchant = await server.call('POST', '/v1/merchants', {
    body: { name: 'Evil' },
    headers: { origin: 'https://evil.example' },
  })
  assert.equal(merchant.status, 401)
})

test('a key that was revoked opens nothing any more', async (t) => {
  const server = await givenServer(t)
  const shop = shopOf(server, 44056, 'project')
  const { key } = bodyOf(await shop.own('POST', '/keys', { name: 'short-lived' }), 201)
  const settings = () => server.call('GET', '/v1/projects/44056/settings', { as: { basic: `44056:${key}` } })
  assert.equal((await settings()).status, 200)
  assert.equal((await shop.own('DELETE', '/keys/short-lived')).status, 204)
  assert.equal((await settings()).status, 401)
})
