// What an idle connection holds: resident memory of a server with and without its clients, after its garbage is gone.
import { settledKib } from '../frame/memory.ts'
import { type Figure, type Sizes, sizeOf } from '../frame/question.ts'
import type { Place } from '../stage/databases.ts'
import { seedPlace } from '../stage/seed.ts'
import { startServer } from '../stage/server.ts'
import { CONTENDERS, type ContenderName, dialectOf, startContender } from './contenders/start-contender.ts'
import { type Part, type RealtimeStage, ratiosOf } from './part.ts'
import { startSwarms } from './start-swarms.ts'

interface Size {
  readonly rounds: number
  readonly connections: number
}

const SIZES: Sizes<Size> = { full: { rounds: 3, connections: 10_000 }, quick: { rounds: 1, connections: 1_000 } }
/** Connections before the first look, so that code and caches are not counted as connections. */
const WARM_UP = 300
const BAR_KIB = 12
const PROJECTS = 1

const COLLECTOR = new URL('../stage/collect-garbage.ts', import.meta.url).href

/** The part. */
export const idleMemory: Part = {
  name: 'memory',
  notes: ({ isQuick }) => [
    `Memory: (RSS with ${(isQuick ? SIZES.quick : SIZES.full).connections.toLocaleString('en-US')} connections − RSS before) / their number, after collecting; each is a player with a channel and has read its history. OrderTrail is the whole \`ordertrail start\` on SQLite. Sockets in the kernel come on top of all three.`,
  ],
  measure: async (stage) => {
    const { rounds, connections } = sizeOf(stage.run, SIZES)
    const seeded = await stage.databases.make('sqlite')
    await seedPlace(seeded, { projects: PROJECTS, orders: 0, arePaid: false })
    const figures = new Map<ContenderName, number[]>(CONTENDERS.map((name) => [name, []]))
    for (let round = 1; round <= rounds; round += 1) {
      for (const name of CONTENDERS) {
        const kib = await kibPerConnection(stage, name, await stage.databases.copy(seeded), connections)
        figures.get(name)?.push(kib)
        stage.run.report(`round ${round}: ${name} ${kib.toFixed(1)} KiB a connection`)
      }
    }
    return [...[...figures].map(memoryFigure), ...ratiosOf('memory', figures)]
  },
}

function memoryFigure([name, rounds]: readonly [ContenderName, readonly number[]]): Figure {
  const bar = name === 'OrderTrail' ? ({ kind: 'at_most', value: BAR_KIB } as const) : null
  return { name: `memory, ${name}`, unit: 'KiB per connection', rounds, bar }
}

/** A server that can be asked to collect. */
interface Measured {
  readonly pid: number
  readonly url: string
  collect(): Promise<void>
  stop(): Promise<void>
}

async function kibPerConnection(
  { run }: RealtimeStage,
  name: ContenderName,
  place: Place,
  connections: number,
): Promise<number> {
  const server = name === 'OrderTrail' ? await startWholeServer(place, run.folder) : await startPeer(name, place)
  const watch = (first: number, count: number) =>
    startSwarms({ url: server.url, dialect: dialectOf(name), projects: PROJECTS, first, count })
  const early = await watch(connections, WARM_UP)
  await early.connect()
  await early.stop()
  const before = await settledKib(server.pid, server.collect)
  const swarms = await watch(0, connections)
  await swarms.connect()
  const after = await settledKib(server.pid, server.collect)
  const state = await swarms.state()
  if (state.in !== connections) throw new Error(`Only ${state.in} of ${connections} connections stayed.`)
  await swarms.stop()
  await server.stop()
  return (after - before) / connections
}

async function startWholeServer(place: Place, folder: string): Promise<Measured> {
  const server = startServer(place, folder, {}, ['--import', COLLECTOR])
  return {
    pid: server.pid,
    url: await server.url(),
    collect: async () => void process.kill(server.pid, 'SIGUSR2'),
    stop: () => server.kill(),
  }
}

async function startPeer(name: ContenderName, place: Place): Promise<Measured> {
  const { pid, first, ask, stop } = await startContender(name, place)
  return { pid, url: first.url, collect: () => ask({ kind: 'collect' }), stop }
}
