// Two whole servers on one PostgreSQL: what is paid on one reaches an official client on the other, whatever becomes of the broker.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { startServer } from '@ordertrail/server'
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
  return { watcher, begin, known, buy: async () => known(await begin()) }
}

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
  const { watcher, buy, begin, known } = await givenNodes(after, url, { broker: 'nats', natsServers: server.url })
  await buy()
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
  const { watcher, buy, begin, known } = await givenNodes(after, url, {})
  await buy()
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
