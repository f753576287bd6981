// Givens for tests of connections without a network.

import type { TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { silentLogger } from '../../platform/logger.ts'
import { noMetrics } from '../../platform/metrics.ts'
import { DEFAULT_LIMITS } from '../gateway-limits.ts'
import { publishCommitted } from '../publisher.ts'
import { Sessions } from '../sessions.ts'
import { channelOfUser, PROJECT_ID, type Shop } from './given-shop.ts'
import { createLossyBroker, type LossyBroker } from './lossy-broker.ts'
import { type KnownPosition, MemoryClient } from './memory-client.ts'

/** Connections of a shop, with a broker that can be told to lose hints. */
export interface GivenSessions {
  readonly sessions: Sessions
  readonly broker: LossyBroker
  /** Connects; resolves when it was let in or the connection ended. */
  connect(userId: string, known?: KnownPosition | null): Promise<MemoryClient>
  /** The same without waiting. */
  begin(auth: string, userId: string, known?: KnownPosition | null): MemoryClient
  /**
   * Lets time go by in steps of a second. What is asked of the store is answered within the step it was asked in: the clock here
   * runs thousands of times faster than a real store answers, and deadlines would pass that no real one comes near.
   */
  pass(ms: number): Promise<void>
}

/** How long anything may take here. */
const WAIT_MS_MAX = 10_000

/** Resolves when `isTrue` is. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const until = performance.now() + WAIT_MS_MAX
  while (!isTrue()) {
    if (performance.now() > until) throw new Error(`Not within ${WAIT_MS_MAX} ms: ${what}.`)
    await nextTurn()
  }
}

/** True when no connect request waits or is being answered. */
export function areAllIn({ enteringCount, connectingCount }: Sessions): boolean {
  return enteringCount + connectingCount === 0
}

/** Opens the connections of a node. */
export function givenSessions(t: TestContext, shop: Shop): GivenSessions {
  const broker = createLossyBroker()
  const sessions = new Sessions({
    ...shop,
    logger: silentLogger,
    metrics: noMetrics,
    broker,
    limits: DEFAULT_LIMITS,
    random: Math.random,
  })
  void broker.start()
  t.after(() => broker.stop())
  t.after(
    shop.store.onWakeUp((wakeUps) => {
      publishCommitted(broker, wakeUps)
      sessions.onWakeUps(wakeUps)
    }),
  )
  const begin: GivenSessions['begin'] = (auth, userId, known = null) => {
    const client = new MemoryClient()
    client.attach(sessions.open({ socket: client, encoding: 'json', origin: null, emulation: null }))
    client.connect({ auth, projectId: PROJECT_ID, channel: channelOfUser(userId), known })
    return client
  }
  return {
    sessions,
    broker,
    begin,
    async connect(userId, known) {
      const client = begin(await shop.token(userId), userId, known)
      await until('an answer to connect', () => client.subscribed !== null || client.closeCode !== null)
      return client
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        shop.clock.advance(1_000)
        sessions.turn()
        await nextTurn()
        await until('the answers of the store', () => areAllIn(sessions) && !sessions.isChecking)
      }
    },
  }
}
