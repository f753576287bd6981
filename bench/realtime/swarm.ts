// A process with thousands of light clients: connects them, drops them, and notes what each was told and when.

import { constants, setPriority } from 'node:os'
import { readInput } from '../frame/child-input.ts'
import { wallMs } from '../frame/wall-clock.ts'
import { projectIds } from '../stage/seed.ts'
import { userToken } from '../stage/user-token.ts'
import { DIALECTS, type DialectName, type News, type Watcher } from './dialects.ts'
import { SwarmClient, type SwarmDeps } from './swarm-client.ts'

/** Players `first` to `first + count - 1`, who take turns in `projects` projects. */
export interface SwarmInput {
  readonly url: string
  readonly dialect: DialectName
  readonly projects: number
  readonly first: number
  readonly count: number
  /** True: it gives way to everything else on the machine. */
  readonly isModest?: boolean
}

/**
 * What a swarm may be asked. `connect` is answered when all are in; `drop` at once, and they come back by themselves; `take` hands
 * over what came since the last one.
 */
export type SwarmQuestion = 'connect' | 'drop' | 'state' | 'take'

/** How a swarm is doing. `lastInAt` is wall milliseconds. */
export interface SwarmState {
  readonly in: number
  readonly lastInAt: number
  readonly recovered: number
  readonly unrecovered: number
  /** Holes and repeats. */
  readonly disorders: number
  /** Connections that were refused, or ended by the server. */
  readonly ended: number
  readonly received: number
}

/** Statuses in the order in which they came: whose, of which order, and wall milliseconds. */
export interface SwarmArrivals {
  readonly players: readonly number[]
  readonly numbers: readonly number[]
  readonly atMs: readonly number[]
}

/** Clients that connect at once; the storm does not ask. */
const CONNECTING_MAX = 100

const input = readInput<SwarmInput>()
if (input.isModest === true) setPriority(constants.priority.PRIORITY_LOW)
const state = { lastInAt: 0, recovered: 0, unrecovered: 0, disorders: 0, ended: 0, received: 0 }
const inside = new Set<SwarmClient>()
let arrivals = { players: [] as number[], numbers: [] as number[], atMs: [] as number[] }
let onIn: () => void = () => undefined

const { hostname: host, port } = new URL(input.url)
const dialect = DIALECTS[input.dialect]
const deps: SwarmDeps = {
  dialect,
  target: { host, port: Number(port), path: dialect.path },
  onIn(client, hasRecovered) {
    inside.add(client)
    state.lastInAt = wallMs()
    if (hasRecovered !== null) state[hasRecovered ? 'recovered' : 'unrecovered'] += 1
    onIn()
  },
  onNews: note,
  onDisorder() {
    state.disorders += 1
  },
  onEnded(client) {
    state.ended += 1
    inside.delete(client)
  },
}

function note({ index }: SwarmClient, { number }: News): void {
  state.received += 1
  arrivals.players.push(index)
  arrivals.numbers.push(number)
  arrivals.atMs.push(wallMs())
}

const projects = projectIds(input.projects)
const clients = Array.from({ length: input.count }, (_, index) => {
  const player = input.first + index
  return new SwarmClient(deps, player, watcherOf(player))
})

function watcherOf(player: number): Watcher {
  const name = `player-${player}`
  return { name, projectId: projects[player % projects.length] ?? 0, token: userToken(name) }
}

async function connectAll(): Promise<void> {
  let next = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  const more = (): void => {
    if (inside.size === clients.length) resolve()
    while (next < clients.length && next - inside.size < CONNECTING_MAX) clients[next++]?.connect()
  }
  onIn = more
  more()
  await promise
  onIn = () => undefined
}

async function answer(question: SwarmQuestion): Promise<unknown> {
  if (question === 'take') {
    const taken = arrivals
    arrivals = { players: [], numbers: [], atMs: [] }
    return taken satisfies SwarmArrivals
  }
  if (question === 'connect') await connectAll()
  if (question === 'drop') {
    for (const client of inside) client.drop()
    inside.clear()
  }
  return { ...state, in: inside.size } satisfies SwarmState
}

process.on('message', async (question: SwarmQuestion) => process.send?.(await answer(question)))
process.on('disconnect', () => process.exit())
process.send?.('ready')
