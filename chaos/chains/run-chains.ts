// Proves the rules of statuses, chains and settings: random lives of orders through the real commands, compared with the rules.
import { type ImportCatalogInput, importCatalog, loadDemoCatalog } from '../../packages/server/src/catalog/index.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { seedRows } from '../../packages/server/src/platform/store/testing/index.ts'
import { pick } from '../schedules/answer-history.ts'
import { seededRandom } from '../seeded-random.ts'
import { seedProjects } from '../simulation/simulated-projects.ts'
import {
  type OpenStore,
  SIMULATION_START_MS,
  type SimulatedTime,
  simulatedCommands,
} from '../simulation/simulated-time.ts'
import { compareLives } from './compare-lives.ts'
import { liveBlock } from './live-block.ts'
import type { LivedOrder } from './lived-order.ts'
import { patchOf } from './project-switches.ts'
import type { RuledSettings } from './ruled-order.ts'

/** What to do: so many orders, in blocks of one project each. */
export interface ChainsOptions {
  readonly open: OpenStore
  readonly orders: number
  readonly random: () => number
  readonly report: (line: string) => void
  /** Orders of one project; they share its switches. */
  readonly blockSize?: number
}

/** What came of it. `ends`: how many deliveries ended or stand in each state. */
export interface ChainsOutcome {
  readonly orders: number
  readonly posts: number
  readonly manual: number
  readonly events: number
  readonly acts: number
  readonly statuses: ReadonlyMap<string, number>
  readonly ends: ReadonlyMap<string, number>
  readonly violations: readonly string[]
}

const BLOCK_SIZE = 400
/** A store in memory is thrown away after so many blocks. */
const BLOCKS_PER_STORE = 1
const FIRST_PROJECT_ID = 7_001
const SEED_MAX = 2 ** 31
const VIRTUAL_BALANCE = 1_000_000

/** Lives all orders. */
export async function runChains(options: ChainsOptions): Promise<ChainsOutcome> {
  const lived: Tally = newTally()
  const size = options.blockSize ?? BLOCK_SIZE
  let opened: Awaited<ReturnType<typeof openOne>> | null = null
  for (let block = 0; lived.orders < options.orders; block += 1) {
    if (opened === null || block % BLOCKS_PER_STORE === 0) {
      await opened?.stop()
      opened = await openOne(options.open)
    }
    const count = Math.min(size, options.orders - lived.orders)
    await liveOne(opened, { projectId: FIRST_PROJECT_ID + block, count, random: options.random }, lived)
    options.report(
      `${lived.orders} of ${options.orders} orders, ${lived.posts} POSTs, ${lived.violations.length} violations`,
    )
  }
  await opened?.stop()
  return lived
}

interface Tally {
  orders: number
  posts: number
  manual: number
  events: number
  acts: number
  readonly statuses: Map<string, number>
  readonly ends: Map<string, number>
  readonly violations: string[]
}

function newTally(): Tally {
  return { orders: 0, posts: 0, manual: 0, events: 0, acts: 0, statuses: new Map(), ends: new Map(), violations: [] }
}

async function openOne(open: OpenStore) {
  const time: SimulatedTime = { now: SIMULATION_START_MS }
  const { store, stop } = await open({ commands: simulatedCommands(time) })
  return { store, stop, time, isMerchantThere: false }
}

interface BlockPlan {
  readonly projectId: number
  readonly count: number
  readonly random: () => number
}

async function liveOne(
  opened: Awaited<ReturnType<typeof openOne>>,
  { projectId, count, random }: BlockPlan,
  tally: Tally,
): Promise<void> {
  const { store, time } = opened
  const seed = Math.floor(random() * SEED_MAX)
  const blockRandom = seededRandom(seed)
  const settings = drawSettings(blockRandom)
  const names = Array.from({ length: count }, (_, index) => `u${projectId}x${index}`)
  await openShop(store, projectId, settings, { names, withMerchant: !opened.isMerchantThere })
  opened.isMerchantThere = true
  const randomOf = (name: string): (() => number) => seededRandom(seed + names.indexOf(name) * 7_919 + 1)
  const lived = await liveBlock({ store, time, projectId, random: blockRandom, names, randomOf, settings })
  await compareLives(store, projectId, lived.orders)
  for (const order of lived.orders) addOrder(tally, order)
}

function drawSettings(random: () => number): RuledSettings {
  const drawn: RuledSettings = {
    mode: pick(random, ['separate', 'separate', 'combined']),
    version: pick(random, [1, 2]),
    isEventsApiOn: random() < 0.1,
    hasWebhook: random() < 0.95,
    isEnabled: random() < 0.95,
    isAutoRefundOn: random() < 0.5,
    fulfilment: pick(random, ['acknowledged', 'acknowledged', 'api']),
    isPartialRefundTold: random() < 0.7,
    isDeclineTold: random() < 0.7,
    minutes: pick(random, [[0], [0, 1], [0, 1, 10], [0, 5, 10, 25], [0, 1, 3, 7, 15, 240]]),
  }
  // The version is a webhook setting: without any, bodies of events are of the first.
  return drawn.hasWebhook ? drawn : { ...drawn, version: 1 }
}

interface Shop {
  readonly names: readonly string[]
  readonly withMerchant: boolean
}

async function openShop(store: Store, projectId: number, settings: RuledSettings, shop: Shop): Promise<void> {
  const { minutes, hasWebhook, isEnabled, version } = settings
  const types = ['payment', 'order_paid', 'partial_refund', 'refund', 'order_canceled', 'ps_declined']
  const schedules = Object.fromEntries(types.map((type) => [type, minutes]))
  const project = { id: projectId, settings: { ...patchOf(settings), schedules }, hasWebhook, isEnabled, version }
  await seedProjects(store, [project], shop.withMerchant)
  const catalog = { projectId, mode: 'replace', catalog: loadDemoCatalog(), actor: 'simulation' } as const
  await store.run(importCatalog, catalog satisfies ImportCatalogInput)
  const rows = shop.names.map((name) => ({
    project_id: projectId,
    party_kind: 'user',
    party_id: name,
    sku: 'gold',
    balance: VIRTUAL_BALANCE,
  }))
  await store.run(seedRows, { table: 'virtual_currency_balances', rows })
}

function addOrder(tally: Tally, { ruled, heard, acts, differences, name }: LivedOrder): void {
  tally.orders += 1
  tally.posts += heard.length
  tally.manual += heard.filter(({ by }) => by === 'manual').length
  tally.events += ruled.events.length
  tally.acts += acts.length
  tally.statuses.set(ruled.status, (tally.statuses.get(ruled.status) ?? 0) + 1)
  for (const { state } of ruled.rows) tally.ends.set(state, (tally.ends.get(state) ?? 0) + 1)
  if (differences.length > 0) tally.violations.push(`order ${name}: ${differences.join('; ')} [${acts.join(', ')}]`)
}
