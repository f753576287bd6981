// Kills the server with SIGKILL at random moments under load and checks that nothing it acknowledged is lost.
import { setTimeout as delay } from 'node:timers/promises'
import { DEV_PROJECT } from '@ordertrail/server'
import { devSession } from 'ordertrail'
import { checkOrders, type Violation } from './check-orders.ts'
import { startCountingListener } from './counting-listener.ts'
import { type Acknowledged, startOrderLoad } from './order-load.ts'
import { spawnServer } from './spawn-server.ts'

/** What to do; `random` gives numbers from 0 to 1, so that a seed repeats the moments of the kills. */
export interface KillOptions {
  readonly store: Parameters<typeof spawnServer>[0]
  readonly rounds: number
  readonly callers: number
  readonly random: () => number
  readonly report: (line: string) => void
}

/** What came of it. */
export interface KillOutcome {
  readonly rounds: number
  readonly acknowledgedOrders: number
  readonly acknowledgedPayments: number
  readonly violations: readonly Violation[]
  /** Orders granted more than once by the backend: a resend it failed to recognise. */
  readonly doubleGrants: number
}

/** A kill comes this long after the load began. */
const LIFE_MS_MIN = 50
const LIFE_MS_MAX = 1_000
/** Longer than every schedule: what is owed has been sent after it. */
const SETTLE_MINUTES = 13 * 60

/** Kills, restarts, and in the end looks at everything from outside. */
export async function killServer(options: KillOptions): Promise<KillOutcome> {
  const listener = await startCountingListener(DEV_PROJECT.webhookSecret)
  try {
    const orders: Acknowledged[] = []
    for (let round = 1; round <= options.rounds; round += 1) {
      orders.push(...(await oneRound(options, listener.url)))
      options.report(`round ${round} of ${options.rounds}: ${orders.length} orders acknowledged so far`)
    }
    const violations = await inspect(options, orders, listener.grants)
    return {
      rounds: options.rounds,
      acknowledgedOrders: orders.length,
      acknowledgedPayments: orders.filter((order) => order.isPaid).length,
      violations,
      doubleGrants: [...listener.grants.values()].filter((count) => count > 1).length,
    }
  } finally {
    await listener.stop()
  }
}

async function oneRound({ store, callers, random }: KillOptions, webhookUrl: string): Promise<readonly Acknowledged[]> {
  const server = await spawnServer(store)
  try {
    const session = devSession(server.url)
    await session.setWebhook(webhookUrl)
    const load = startOrderLoad(session, callers, 'gold_100')
    await delay(LIFE_MS_MIN + random() * (LIFE_MS_MAX - LIFE_MS_MIN))
    await server.kill()
    await load.ended
    return load.acknowledged
  } finally {
    await server.kill()
  }
}

async function inspect(
  { store }: KillOptions,
  orders: readonly Acknowledged[],
  grants: ReadonlyMap<number, number>,
): Promise<readonly Violation[]> {
  const server = await spawnServer(store)
  try {
    const session = devSession(server.url)
    await session.skipMinutes(SETTLE_MINUTES)
    return await checkOrders({ session, url: server.url, projectId: DEV_PROJECT.projectId, grants }, orders)
  } finally {
    await server.stop()
  }
}
