// `npm start`: the emulator, a game backend and a watching client in one terminal, and one order that travels through all of them.

import { AppError } from '@ordertrail/core'
import { DEV_PROJECT, startServer } from '@ordertrail/server'
import {
  DEMO_SKU,
  type DevSession,
  devKeys,
  devScreen,
  devSession,
  hasTerminal,
  keysLine,
  ownVersion,
  readKeys,
} from 'ordertrail'
import { type GameBackend, startGameBackend } from '../game-backend/server.ts'
import { type Watcher, watchOrders } from '../watching-client/watch-orders.ts'
import { followOrders, type OrderFollower } from './follow-orders.ts'
import { printTrail } from './print-trail.ts'

/** What the demo item is made of: a purse of gold, which the game grants as its content. */
const GOLD_SKU = 'gold'
const DEMO_GOLD = 100

/** The whole demo has to be over by then. */
const DEMO_MS_MAX = 20_000

const isOnce = process.argv.includes('--once')

/** Everything that the demo started, for its end. */
interface Parties {
  readonly url: string
  readonly session: DevSession
  readonly backend: GameBackend
  readonly watcher: Watcher
  readonly orders: OrderFollower
  stop(): Promise<void>
}

async function startParties(): Promise<Parties> {
  // A demo begins anew each time and leaves nothing behind.
  const server = await startServer({ mode: 'dev', overrides: { databaseUrl: null, storePath: ':memory:' } })
  // Since the process began, because that is what a person waits for.
  const readyMs = Math.round(performance.now())
  const session = devSession(server.url)
  const backend = await startGameBackend({
    port: 0,
    secret: DEV_PROJECT.webhookSecret,
    users: [DEV_PROJECT.userId],
    onEvent: ({ notificationType, orderId, userId, status, code }) => {
      const subject = orderId === null ? `user ${userId ?? 'unknown'}` : `order ${orderId}`
      printTrail(subject, 'webhook', `${notificationType ?? 'unknown'} -> ${status}${code === null ? '' : ` ${code}`}`)
    },
  })
  await session.setWebhook(backend.url)
  const userToken = await session.userToken(DEV_PROJECT.userId)
  console.log(
    devScreen({
      version: ownVersion(),
      url: server.url,
      store: server.storeName,
      webhookUrl: backend.url,
      userToken,
      readyMs,
    }),
  )
  const orders = followOrders()
  const watcher = watchOrders({
    connectionURL: `${server.url.replace(/^http/, 'ws')}/connection/websocket`,
    user_external_id: DEV_PROJECT.userId,
    auth: userToken,
    project_id: DEV_PROJECT.projectId,
    onMessage: ({ order_id, status }, via) => {
      if (!orders.tell(order_id, status)) return
      printTrail(`order ${order_id}`, status, `WebSocket, ${via}`)
    },
    onError: (sentence) => printTrail('client', 'error', sentence),
  })
  await watcher.subscribed
  return {
    url: server.url,
    session,
    backend,
    watcher,
    orders,
    stop: async () => {
      watcher.stop()
      await server.stop()
      await backend.stop()
    },
  }
}

/** The order, and the claims that do not hold; null: it was never placed. */
interface DemoOutcome {
  readonly orderId: number | null
  readonly broken: readonly string[]
}

/** Places and pays one order and waits until every party agrees; the sentences say who does not. */
async function runDemoOrder({ session, backend, orders }: Parties): Promise<DemoOutcome> {
  const userToken = await session.userToken(DEV_PROJECT.userId)
  const before = goldOf(backend)
  const { orderId, token } = await session.placeOrder(userToken, DEMO_SKU)
  await session.pay(token, 'paid')
  await orders.reached(orderId, 'done')
  const view = await session.getOrder(userToken, orderId)
  const items = view.content.items.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(', ')
  printTrail(`order ${orderId}`, 'Get order', `${view.status}, ${items}`)
  const broken = disagreements({
    'the WebSocket client saw new, paid, done': orders.statusesOf(orderId).join(' ') === 'new paid done',
    'Get order says done': view.status === 'done',
    'the game backend granted the gold once': goldOf(backend) === before + DEMO_GOLD,
  })
  return { orderId, broken }
}

function goldOf(backend: GameBackend): number {
  return backend.inventory(DEV_PROJECT.userId)[GOLD_SKU] ?? 0
}

function disagreements(claims: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [claim]))
}

async function main(): Promise<number> {
  const startedAt = performance.now()
  const parties = await startParties()
  try {
    const { orderId, broken } = await Promise.race([runDemoOrder(parties), tooLate()])
    for (const claim of broken) printTrail('demo', 'NOT TRUE', claim)
    if (broken.length === 0)
      printTrail('demo', 'agreed', `all parties, after ${Math.round(performance.now() - startedAt)} ms`)
    if (broken.length > 0) return 1
    if (!isOnce && hasTerminal()) await stay(parties, orderId)
    return 0
  } finally {
    await parties.stop()
  }
}

async function stay({ session }: Parties, orderId: number | null): Promise<void> {
  const keys = devKeys(session, orderId)
  console.log(`\n  ${keysLine(keys)}\n`)
  await readKeys(keys, {
    onDone: (sentence) => printTrail('demo', 'key', sentence),
    onError: (sentence) => printTrail('demo', 'error', sentence),
  })
}

function tooLate(): Promise<DemoOutcome> {
  const { promise, resolve } = Promise.withResolvers<DemoOutcome>()
  const broken = [`the order was done within ${DEMO_MS_MAX / 1000} s`]
  setTimeout(() => resolve({ orderId: null, broken }), DEMO_MS_MAX).unref()
  return promise
}

process.exitCode = await main().catch((error: unknown) => {
  // Most likely the port is taken: a sentence, not a stack.
  if (!(error instanceof AppError)) throw error
  console.error(error.message)
  return 1
})
