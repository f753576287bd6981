// Several nodes in one process, on one store and one broker, of which any may stop, die or be cut off.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { silentLogger } from '../../platform/logger.ts'
import { noMetrics } from '../../platform/metrics.ts'
import type { Broker } from '../broker.ts'
import { DEFAULT_LIMITS } from '../gateway-limits.ts'
import { publishCommitted } from '../publisher.ts'
import { Sessions } from '../sessions.ts'
import { areAllIn, until } from './given-sessions.ts'
import { channelOfUser, PROJECT_ID, type Shop } from './given-shop.ts'
import { createLossyBroker, type LossyBroker } from './lossy-broker.ts'
import { type KnownPosition, MemoryClient } from './memory-client.ts'

/** One node. */
export interface SimulatedNode {
  readonly sessions: Sessions
  readonly broker: LossyBroker
}

/** What a world is made of. `random` gives numbers from 0 to 1. */
export interface WorldOptions {
  readonly shop: Shop
  readonly nodeCount: number
  readonly makeBroker: () => Broker
  readonly random: () => number
}

/** Nodes by their number; a stopped one is replaced by a new one at once. */
export class NodeWorld {
  readonly shop: Shop
  readonly #options: WorldOptions
  readonly #nodes: SimulatedNode[] = []
  readonly #endWakeUps: () => void

  constructor(options: WorldOptions) {
    this.shop = options.shop
    this.#options = options
    // Any node may be the one that commits.
    this.#endWakeUps = options.shop.store.onWakeUp((wakeUps) => publishCommitted(this.#anyNode().broker, wakeUps))
  }

  get nodes(): readonly SimulatedNode[] {
    return this.#nodes
  }

  async start(): Promise<void> {
    for (let node = 0; node < this.#options.nodeCount; node++) this.#nodes.push(await this.#startNode())
  }

  async stop(): Promise<void> {
    this.#endWakeUps()
    for (const node of this.#nodes) await end(node)
  }

  /** A load balancer sends the client to any node. */
  begin(auth: string, userId: string, known: KnownPosition | null): MemoryClient {
    const client = new MemoryClient()
    const options = { socket: client, encoding: 'json', origin: null, emulation: null } as const
    client.attach(this.#anyNode().sessions.open(options))
    client.connect({ auth, projectId: PROJECT_ID, channel: channelOfUser(userId), known })
    return client
  }

  /** A node goes and another takes its place; `isKilled`: without a word to its clients. */
  async replace(index: number, isKilled: boolean): Promise<void> {
    const node = this.#nodes[index]
    if (node === undefined) return
    this.#nodes[index] = await this.#startNode()
    if (!isKilled) node.sessions.drain(Number.MAX_SAFE_INTEGER)
    await end(node)
  }

  /** The broker is there again for a node that was cut off. */
  mend(index: number): void {
    const node = this.#nodes[index]
    if (node === undefined) return
    const told = node.broker.mend() ? this.#nodes : [node]
    for (const { broker } of told) broker.lose()
  }

  /** Lets time go by in steps of a second; what is asked of the store is answered within its step. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.shop.clock.advance(1_000)
      for (const { sessions } of this.#nodes) sessions.turn()
      await nextTurn()
      await until('the answers of the store', () => this.#nodes.every(({ sessions }) => isQuiet(sessions)))
    }
  }

  #anyNode(): SimulatedNode {
    const node = this.#nodes[Math.floor(this.#options.random() * this.#nodes.length)]
    if (node === undefined) throw new Error('There is no node.')
    return node
  }

  async #startNode(): Promise<SimulatedNode> {
    const broker = createLossyBroker(this.#options.makeBroker())
    const sessions = new Sessions({
      ...this.shop,
      logger: silentLogger,
      metrics: noMetrics,
      broker,
      limits: DEFAULT_LIMITS,
      random: this.#options.random,
    })
    await broker.start()
    return { sessions, broker }
  }
}

function isQuiet(sessions: Sessions): boolean {
  return areAllIn(sessions) && !sessions.isChecking
}

async function end({ sessions, broker }: SimulatedNode): Promise<void> {
  sessions.terminate()
  await sessions.settle()
  await broker.stop()
}
