// OrderTrail's gateway, hub and broker, told of commits as its store would tell of them.

import { storeClock } from '../../../packages/server/src/platform/clock.ts'
import { silentLogger } from '../../../packages/server/src/platform/logger.ts'
import { createMetrics } from '../../../packages/server/src/platform/metrics.ts'
import { createSeal } from '../../../packages/server/src/platform/seal.ts'
import type { Store, WakeUp } from '../../../packages/server/src/platform/store/index.ts'
import { createPlayerTokens, createProjectDirectory } from '../../../packages/server/src/projects/index.ts'
import { channelOf, createGateway } from '../../../packages/server/src/realtime/index.ts'
import { readInput } from '../../frame/child-input.ts'
import { openPlace, type Place } from '../../stage/databases.ts'
import { projectIds, SECRET_KEY } from '../../stage/seed.ts'
import { serveContender } from './contender.ts'

/** Statuses that no store has would be taken for a store that lost them; a run is over before that. */
const NEVER_MS = 3_600_000

const place = readInput<Place>()
const [projectId = 0] = projectIds(1)

/** A channel of a player, and where its stream stands. */
interface Stream {
  readonly channel: string
  readonly epoch: string
  offset: number
}

await serveContender(async (server) => {
  const opened = await openPlace(place)
  const listeners = new Set<(wakeUps: readonly WakeUp[]) => void>()
  const store: Store = {
    ...opened,
    onWakeUp: (listener) => {
      listeners.add(listener)
      return opened.onWakeUp(listener)
    },
  }
  const gateway = await startGateway(store)
  server.on('upgrade', gateway.onUpgrade)
  let streams: readonly Stream[] = []
  return {
    async prepare(players) {
      streams = await readStreams(opened, players)
    },
    push(player, number) {
      const stream = streams[player]
      if (stream === undefined) throw new Error(`Player ${player} has no stream.`)
      stream.offset += 1
      const data = JSON.stringify({ order_id: number, status: 'paid' })
      const wakeUps = [{ kind: 'publication', projectId, ...stream, data }] as const
      for (const listener of listeners) listener(wakeUps)
    },
  }
})

async function startGateway(store: Store): Promise<ReturnType<typeof createGateway>> {
  const seal = createSeal([SECRET_KEY])
  const clock = storeClock(store)
  const directory = createProjectDirectory({ store, seal, clock })
  const fetchKeySet = (): Promise<never> => Promise.reject(new Error('The bench has no key sets.'))
  const gateway = createGateway({
    store,
    tokens: createPlayerTokens({ store, directory, seal, clock, fetchKeySet }),
    directory,
    seal,
    clock,
    logger: silentLogger,
    metrics: await createMetrics({ isOn: true }),
    limits: { positionCheckMsMin: NEVER_MS, positionCheckMsMax: NEVER_MS },
  })
  await gateway.start()
  return gateway
}

async function readStreams(store: Store, players: number): Promise<readonly Stream[]> {
  const rows = await store.read.selectFrom('channels').select(['channel', 'epoch', 'last_offset']).execute()
  const rowOf = new Map(rows.map((row) => [row.channel, row]))
  return Array.from({ length: players }, (_, player) => {
    const channel = channelOf({ projectId, kind: 'user', id: `player-${player}` })
    const row = rowOf.get(channel)
    if (row === undefined) throw new Error(`Player ${player} has no channel.`)
    return { channel, epoch: row.epoch, offset: row.last_offset }
  })
}
