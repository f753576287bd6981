// The players of a run: each follows their orders in one way, and those of shops without a backend fetch their events.
import { setTimeout as delay } from 'node:timers/promises'
import { createOrderTrail, type OrderTrail, type Outcome, ordertrailEndpoints } from '@ordertrail/client'
import { hmacToken } from '../../packages/server/src/acceptance/testing/forged-tokens.ts'
import { type WatchingClient, watchPlayer } from '../realtime/watching-client.ts'
import type { ChaosCalls } from './chaos-calls.ts'
import { orderKeyOf, type Sale } from './sale.ts'
import type { Shop } from './shops.ts'

/** How a player follows orders: with the official client by WebSocket or HTTP streaming, with our own one, or by asking. */
export const FOLLOW_WAYS = ['watches', 'streams', 'tracks', 'polls'] as const

/** A player. */
export interface Player {
  readonly shop: Shop
  readonly userId: string
  readonly token: string
  readonly way: (typeof FOLLOW_WAYS)[number]
}

/** What an order's follower was told: its statuses in their order, and the outcome where the order was tracked. */
export interface Followed {
  readonly sale: Sale
  readonly statuses: string[]
  outcome: Outcome | null
}

/** What all players together saw. */
export interface Followers {
  readonly watchers: ReadonlyMap<Player, WatchingClient>
  /** By order. */
  readonly tracked: ReadonlyMap<string, Followed>
  readonly polled: ReadonlyMap<string, Followed>
  /** How often each order was granted by a game that fetches events, by order. */
  readonly grants: ReadonlyMap<string, number>
  follow(sale: Sale): void
  /** Everybody looks for the last time and leaves. */
  stop(): Promise<void>
}

/** Where the wires to the server begin. */
export interface PlayerWires {
  readonly api: string
  readonly sockets: string
  readonly streams: string
}

const DAY_S = 86_400
const LOOK_MS = 50
const POLL_MS = 700
const POLLED_MAX = 4
const TRACKED_SHARE = 0.5
const TRACK_POLL_MS = 1_000
const TRACK_MS_MAX = 3_600_000
const EVENTS_MS = 900
const FINAL = new Set(['done', 'canceled'])

/** Makes players of all ways for each shop. */
export function makePlayers(shops: readonly Shop[]): readonly Player[] {
  return shops.flatMap((shop) =>
    FOLLOW_WAYS.map((way): Player => {
      const userId = `${shop.name}-${way}`
      return { shop, userId, way, token: tokenOf(shop, userId) }
    }),
  )
}

/** Signed as the project's login would, for longer than any run and any jump of a clock. */
export function tokenOf({ loginSecret }: Shop, userId: string): string {
  const now = Math.floor(Date.now() / 1_000)
  return hmacToken(loginSecret, { claims: { iss: 'chaos', sub: userId, iat: now, exp: now + DAY_S } })
}

/** Starts following; official clients are connected when it resolves. */
export async function startFollowers(
  wires: PlayerWires,
  calls: ChaosCalls,
  players: readonly Player[],
  random: () => number,
): Promise<Followers> {
  const watchers = new Map<Player, WatchingClient>()
  const trails = new Map<Player, OrderTrail>()
  const tracked = new Map<string, Followed>()
  const polled = new Map<string, Followed>()
  const grants = new Map<string, number>()
  const open = new Map<Player, Followed[]>()
  let isStopping = false

  for (const player of players) {
    const { shop, userId, token, way } = player
    const place = way === 'streams' ? { streamingUrl: wires.streams } : wires.sockets
    if (isWatching(player)) watchers.set(player, watchPlayer(place, userId, token, shop.projectId))
    else trails.set(player, trailOf(wires, player))
  }
  while ([...watchers.values()].some(({ connections }) => connections === 0)) await delay(LOOK_MS)
  const poll = async (player: Player): Promise<void> => {
    while (!isStopping) {
      for (const followed of (open.get(player) ?? []).slice(-POLLED_MAX)) await look(calls, followed)
      await delay(POLL_MS)
    }
  }
  const fetchEvents = async (player: Player): Promise<void> => {
    const trail = trails.get(player) ?? trailOf(wires, player)
    const onPaid = ({ orderId }: { readonly orderId: number }): void => {
      const key = orderKeyOf(player.shop.projectId, orderId)
      grants.set(key, (grants.get(key) ?? 0) + 1)
    }
    while (!isStopping) {
      await trail.handleEvents({ onPaid })
      await delay(EVENTS_MS)
    }
  }
  const running = [
    ...players.filter(({ way }) => way === 'polls').map(poll),
    ...players.filter(({ shop }) => shop.route === 'events').map(fetchEvents),
  ]
  return {
    watchers,
    tracked,
    polled,
    grants,
    follow: (sale) => {
      const { player } = sale
      if (sale.orderId === null || isWatching(player)) return
      const key = orderKeyOf(player.shop.projectId, sale.orderId)
      const followed: Followed = { sale, statuses: [], outcome: null }
      if (player.way === 'polls') {
        polled.set(key, followed)
        open.set(player, [...(open.get(player) ?? []).filter(isOpen), followed].slice(-POLLED_MAX))
        return
      }
      if (random() >= TRACKED_SHARE) return
      tracked.set(key, followed)
      track(trails.get(player) as OrderTrail, followed)
    },
    stop: async () => {
      isStopping = true
      await Promise.all(running)
      for (const trail of trails.values()) trail.close()
      for (const watcher of watchers.values()) watcher.stop()
    },
  }
}

function trailOf({ api, sockets }: PlayerWires, { shop: { projectId }, token }: Player): OrderTrail {
  return createOrderTrail({ projectId, token, endpoints: { ...ordertrailEndpoints(api), socket: sockets } })
}

function isWatching({ way }: Player): boolean {
  return way === 'watches' || way === 'streams'
}

function isOpen({ statuses }: Followed): boolean {
  return !FINAL.has(statuses.at(-1) ?? '')
}

function track(trail: OrderTrail, followed: Followed): void {
  const tracking = trail.trackOrder(followed.sale.orderId as number, {
    pollMs: TRACK_POLL_MS,
    timeoutMs: TRACK_MS_MAX,
    onStatus: ({ status }) => followed.statuses.push(status),
  })
  void tracking.then((outcome) => {
    followed.outcome = outcome
  })
}

/** One Get order; a status that was seen last is not noted again. */
export async function look(calls: ChaosCalls, { sale, statuses }: Followed): Promise<string | null> {
  const { shop, token } = sale.player
  const path = `/api/v2/project/${shop.projectId}/order/${sale.orderId}`
  const answer = await calls.once({ method: 'GET', path, token })
  if (answer === null || answer.status >= 500) return null
  const status = answer.status === 200 ? String(answer.body?.status) : `answered with ${answer.status}`
  if (statuses.at(-1) !== status) statuses.push(status)
  return status
}
