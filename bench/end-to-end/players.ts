// The players of the paid orders: connected by WebSocket, or asking Get order every three seconds as the documentation allows.
import { join } from 'node:path'
import { startChild } from '../frame/child.ts'
import { startSwarms } from '../realtime/start-swarms.ts'
import { projectIds, type SeededOrder } from '../stage/seed.ts'
import type { PollerInput, PollerQuestion, PollerSightings } from './poller.ts'

/** How players learn of a status. */
export type Channel = 'websocket' | 'polling'

/** When a player first saw that the order is paid, and when it was done; wall milliseconds. Infinity: never. */
export interface Sighting {
  readonly paidAtMs: number
  readonly doneAtMs: number
}

/** Everybody who waits for an order. */
export interface Players {
  /** How much they have been told since the last `take`. */
  told(): Promise<number>
  /** What they are told of one order, when all is told. */
  readonly toldPerOrder: number
  /** What they saw since the last time, by keyOf an order. */
  take(): Promise<ReadonlyMap<string, Sighting>>
  stop(): Promise<void>
}

/** Who waits for what: `orders` in turns bought by `players`, who take turns in `projects`. */
export interface PlayersPlan {
  readonly url: string
  readonly projects: number
  readonly players: number
  readonly orders: readonly SeededOrder[]
}

/** Names an order over all projects. */
export const keyOf = ({ projectId, orderId }: SeededOrder): string => `${projectId}:${orderId}`

/** Starts them; all wait when this resolves. */
export const START_PLAYERS: Readonly<Record<Channel, (plan: PlayersPlan) => Promise<Players>>> = {
  websocket: connectPlayers,
  polling: startPolling,
}

async function connectPlayers({ url, projects, players }: PlayersPlan): Promise<Players> {
  const swarms = await startSwarms({ url, dialect: 'centrifuge', projects, first: 0, count: players })
  await swarms.connect()
  const ids = projectIds(projects)
  let taken = 0
  return {
    // A stream keeps its order: the first that comes is paid, the second done.
    toldPerOrder: 2,
    told: async () => (await swarms.state()).received - taken,
    async take() {
      const arrivals = await swarms.take()
      taken += arrivals.players.length
      const seen = new Map<string, Sighting>()
      for (const [index, player] of arrivals.players.entries()) {
        const key = keyOf({ projectId: ids[player % projects] ?? 0, orderId: arrivals.numbers[index] ?? 0 })
        const atMs = arrivals.atMs[index] ?? Number.NaN
        const paidAtMs = seen.get(key)?.paidAtMs
        seen.set(key, paidAtMs === undefined ? { paidAtMs: atMs, doneAtMs: Infinity } : { paidAtMs, doneAtMs: atMs })
      }
      return seen
    },
    stop: () => swarms.stop(),
  }
}

async function startPolling({ url, players, orders }: PlayersPlan): Promise<Players> {
  const input: PollerInput = { url, players, orders }
  const poller = await startChild<PollerQuestion, string>(join(import.meta.dirname, 'poller.ts'), input)
  let taken = 0
  return {
    toldPerOrder: 1,
    told: async () => (await poller.ask<number>('done')) - taken,
    async take() {
      const { paidAtMs, doneAtMs } = await poller.ask<PollerSightings>('take')
      taken = doneAtMs.filter(Number.isFinite).length
      return new Map(
        orders.map((order, index) => [
          keyOf(order),
          { paidAtMs: paidAtMs[index] ?? Infinity, doneAtMs: doneAtMs[index] ?? Infinity },
        ]),
      )
    },
    stop: () => poller.stop(),
  }
}
