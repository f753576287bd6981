// Two whole servers on one PostgreSQL: what is paid on one reaches an official client on the other, whatever becomes of the broker.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DEV_PROJECT, startServer } from '@ordertrail/server'
import { devSession } from 'ordertrail'
import pg from 'pg'
import { openTestDatabase, TEST_DATABASE_URL } from '../../packages/server/src/platform/store/testing/index.ts'
import { makePrivateNats } from '../../packages/server/src/realtime/brokers/testing/private-nats.ts'
import { type WatchingClient, watchPlayer } from './watching-client.ts'

/** Positions are compared after 25 s at the earliest: what is there sooner came over the broker, or because it came back. */
const SOONER_MS = 20_000
const withoutDatabase = TEST_DATABASE_URL === undefined ? 'TEST_DATABASE_URL is not set' : false
const nats = makePrivateNats()

/** Two nodes with a client of ann on the second one. */
interface Given {
  readonly watcher: WatchingClient
  /** Buys on the first node and resolves when the client on the second one knows that it is done. */
  buy(): Promise<void>
  /** The same in two steps: what is bought, and that it is known. */
  begin(): Promise<number>
  known(orderId: number): Promise<void>
  /** Sends a request to the first node for a client whose stream is held by the second, and gives what that client is told. */
  emulate(): Promise<unknown>
}

/** Undone in reverse at the end of the test. */
function undoing(t: TestContext): (undo: () => unknown) => void {
  const undoes: (() => unknown)[] = []
  t.after(async () => {
    for (const undo of undoes.toReversed()) await undo()
  })
  return (undo) => void undoes.push(undo)
}

async function givenNodes(
  after: (undo: () => unknown) => void,
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<Given> {
  const overrides = { port: 0, databaseUrl, rateLimits: 'off', logLevel: 'error', ...settings }
  const [first, second] = [
    await startServer({ mode: 'dev', env: {}, overrides }),
    await startServer({ mode: 'dev', env: {}, overrides }),
  ]
  after(() => Promise.all([first.stop(), second.stop()]))
  const session = devSession(first.url)
  const token = await session.userToken('ann')
  const watcher = watchPlayer(`${second.url.replace('http', 'ws')}/connection/websocket`, 'ann', token)
  after(() => watcher.stop())
  await until('the client is connected', () => watcher.connections === 1)
  const begin = async (): Promise<number> => {
    const order = await session.placeOrder(token, 'gold_100')
    await session.pay(order.token, 'paid')
    return order.orderId
  }
  const known = (orderId: number) => until('done is known', () => watcher.statuses.includes(`${orderId} done`))
  const emulate = () => answerThroughOther(first.url, second.url, token)
  return { watcher, begin, known, buy: async () => known(await begin()), emulate }
}

/** What a client knows of its place after its connect reply, and what is told it afterwards. */
interface Told {
  readonly id?: number
  readonly connect?: { readonly session: string; readonly node: string }
}

async function answerThroughOther(firstUrl: string, secondUrl: string, auth: string): Promise<unknown> {
  const signal = AbortSignal.timeout(SOONER_MS)
  const body = JSON.stringify({ connect: { data: { auth, project_id: DEV_PROJECT.projectId } }, id: 1 })
  const stream = await fetch(`${secondUrl}/connection/http_stream`, { method: 'POST', body, signal })
  for await (const told of messagesOf(stream)) {
    if (told.id === 2) return told
    if (told.connect === undefined) continue
    const { session, node } = told.connect
    const data = JSON.stringify({ presence: { channel: 'any' }, id: 2 })
    const sent = JSON.stringify({ session, node, data })
    assert.equal((await fetch(`${firstUrl}/emulation`, { method: 'POST', body: sent, signal })).status, 204)
  }
  return null
}

async function* messagesOf({ body }: Response): AsyncGenerator<Told> {
  let text = ''
  for await (const bytes of body ?? []) {
    const lines = `${text}${Buffer.from(bytes as Uint8Array).toString()}`.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
}

/** The gateway answers so for any channel; that it does shows that the request came, and came to its client. */
const NOT_AVAILABLE = { id: 2, error: { code: 108, message: 'not available' } }

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const end = performance.now() + SOONER_MS
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`Not within ${SOONER_MS} ms: ${what}.`)
    await nextTurn()
  }
}

/** Three orders, each new, paid, done, over one connection. */
function assertWhole({ statuses, violations, connections }: WatchingClient, orders: number): void {
  assert.deepEqual([violations, connections], [[], 1])
  const words = statuses.map((status) => status.split(' ')[1])
  assert.deepEqual(words, Array(orders).fill(['new', 'paid', 'done']).flat())
}

test('NATS: statuses reach the other node; what is paid while NATS is dead or frozen is known when it is back', {
  skip: withoutDatabase || (nats === undefined ? 'there is no nats-server on this machine' : false),
}, async (t) => {
  const server = nats as NonNullable<typeof nats>
  await server.start()
  const after = undoing(t)
  after(() => server.kill())
  const { url, drop } = await openTestDatabase(TEST_DATABASE_URL ?? '')
  after(drop)
  const { watcher, buy, begin, known, emulate } = await givenNodes(after, url, {
    broker: 'nats',
    natsServers: server.url,
  })
  await buy()
  assert.deepEqual(await emulate(), NOT_AVAILABLE)
  await server.kill()
  const whileDead = await begin()
  await server.start()
  await known(whileDead)
  await server.freeze()
  const whileFrozen = await begin()
  await server.thaw()
  await known(whileFrozen)
  assertWhole(watcher, 3)
})

test('LISTEN and NOTIFY: statuses reach the other node, also when their connections are cut or frozen', {
  skip: withoutDatabase,
}, async (t) => {
  const after = undoing(t)
  const { url, drop } = await openTestDatabase(TEST_DATABASE_URL ?? '')
  after(drop)
  const { watcher, buy, begin, known, emulate } = await givenNodes(after, url, {})
  await buy()
  assert.deepEqual(await emulate(), NOT_AVAILABLE)
  const client = new pg.Client(url)
  await client.connect()
  after(() => client.end())
  const brokers = `from pg_stat_activity where application_name = 'ordertrail broker' and datname = current_database()`
  await client.query(`select pg_terminate_backend(pid) ${brokers}`)
  await buy()
  const { rows } = await client.query<{ readonly pid: number }>(`select pid ${brokers}`)
  for (const { pid } of rows) process.kill(pid, 'SIGSTOP')
  const whileFrozen = await begin()
  for (const { pid } of rows) process.kill(pid, 'SIGCONT')
  await known(whileFrozen)
  assert.ok(rows.length > 0)
  assertWhole(watcher, 3)
})
