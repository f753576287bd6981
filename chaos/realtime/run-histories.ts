// Random histories of clients on several nodes of one process, one after the other.
import { openShop } from '../../packages/server/src/realtime/testing/given-shop.ts'
import { NodeWorld } from '../../packages/server/src/realtime/testing/node-world.ts'
import { type LifeFigures, RandomLife } from '../../packages/server/src/realtime/testing/random-life.ts'
import type { RealtimePlace } from './open-realtime-place.ts'
import { randomActs } from './random-acts.ts'

/** What to do. */
export interface HistoriesOptions {
  readonly place: RealtimePlace
  readonly histories: number
  readonly random: () => number
  readonly report: (line: string) => void
}

/** What came of it, all together. */
export interface HistoriesOutcome extends LifeFigures {
  readonly acts: number
  readonly violations: readonly string[]
}

const NODES = 3
const WATCHERS = 2
const REPORTS = 10

/** Lives them; a history that breaks a promise is told with its number and what was wrong. */
export async function runHistories(options: HistoriesOptions): Promise<HistoriesOutcome> {
  const { place, histories, random, report } = options
  const reopen = (): never => {
    throw new Error('The store of a simulation is not opened again.')
  }
  const shop = await openShop({ store: place.store, reopen })
  const world = new NodeWorld({ shop, nodeCount: NODES, makeBroker: place.makeBroker, random })
  await world.start()
  const figures = { published: 0, received: 0, connections: 0, recovered: 0, acts: 0 }
  const violations: string[] = []
  try {
    for (let number = 1; number <= histories; number++) {
      const acts = randomActs(random)
      const life = await RandomLife.of(world, `player-${number}`, WATCHERS)
      try {
        await life.live(acts)
        add(figures, { ...life.check(), acts: acts.length })
      } catch (error) {
        violations.push(`history ${number}: ${error instanceof Error ? error.message : String(error)}`)
      }
      life.leave()
      if (number % Math.ceil(histories / REPORTS) === 0) report(`${number} of ${histories} histories`)
    }
  } finally {
    await world.stop()
  }
  return { ...figures, violations }
}

function add<Name extends string>(sums: Record<Name, number>, more: Readonly<Record<Name, number>>): void {
  for (const name of Object.keys(more) as Name[]) sums[name] += more[name]
}
