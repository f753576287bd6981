// A real gateway that many connections send damaged frames: what it answers, and what it holds when they are gone.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Encoding } from '../../packages/centrifuge-protocol/src/index.ts'
import { silentLogger } from '../../packages/server/src/platform/logger.ts'
import { noMetrics } from '../../packages/server/src/platform/metrics.ts'
import { createGateway, type Gateway } from '../../packages/server/src/realtime/index.ts'
import {
  channelOfUser,
  openShop,
  PROJECT_ID,
  type Shop,
} from '../../packages/server/src/realtime/testing/given-shop.ts'
import { seededRandom } from '../seeded-random.ts'
import { type ClientBytes, type Credentials, frameMaker } from './damaged-frames.ts'
import { FuzzedConnection, type Reaction } from './fuzzed-connection.ts'
import { REALTIME_PLACES } from './open-realtime-place.ts'

/** What to do. */
export interface FuzzPlan {
  readonly frames: number
  readonly random: () => number
  readonly report: (line: string) => void
}

/** What came of it. `codes`: how connections ended, `open` for those that went on; `growthMib`: held after the last more than after the warm-up. */
export interface FuzzOutcome {
  readonly frames: number
  readonly connections: number
  readonly codes: ReadonlyMap<string, number>
  readonly growthMib: number
  readonly violations: readonly string[]
}

const LANES = 32
const PLAYERS = 20
const FRAMES_PER_CONNECTION_MAX = 20
const WARM_UP_SHARE = 0.1
const REPORTS = 10
const POLL_MS = 10
const PATIENCE_MS = 10_000
const MIB = 1024 ** 2

/** Close codes that are right for what was sent; `open`: the connection may go on; `none`: no close frame. */
const RIGHT_CODES: Readonly<Record<ClientBytes['damage'], ReadonlySet<string>>> = {
  good: new Set(['open']),
  // 1007: a text frame that is no UTF-8.
  payload: new Set(['open', '3500', '3501', '1007']),
  // 1002: no frame at all; 1009: a length that is too large; none: a frame that never ends.
  bytes: new Set(['none', '3500', '3501', '1002', '1007', '1009']),
  large: new Set(['1009']),
}

/** Sends them all over several connections at a time. Run it in a process that does nothing else: it looks at all of its memory. */
export async function fuzzFrames({ frames, random, report }: FuzzPlan): Promise<FuzzOutcome> {
  const target = await openTarget()
  const found = { frames: 0, connections: 0, codes: new Map<string, number>(), violations: [] as string[] }
  const lanes = Array.from({ length: LANES }, (_, index) => laneOf(index % 2 === 0 ? 'json' : 'protobuf', random))
  const sendUntil = async (share: number): Promise<void> => {
    await Promise.all(lanes.map((lane) => fuzzLane(target, lane, (frames * share) / LANES, found)))
    await untilEmpty(target.gateway)
  }
  try {
    await sendUntil(WARM_UP_SHARE)
    const before = heldBytes()
    for (let part = 1; part <= REPORTS; part += 1) {
      await sendUntil(WARM_UP_SHARE + ((1 - WARM_UP_SHARE) * part) / REPORTS)
      report(`${found.frames} of ${frames} frames`)
    }
    return { ...found, growthMib: (heldBytes() - before) / MIB }
  } finally {
    await target.stop()
  }
}

/** One connection after the other, with random numbers of its own: what others do meanwhile changes nothing. */
interface Lane {
  readonly encoding: Encoding
  readonly random: () => number
  readonly make: ReturnType<typeof frameMaker>
  frames: number
}

function laneOf(encoding: Encoding, random: () => number): Lane {
  const own = seededRandom(Math.floor(random() * 2 ** 32))
  return { encoding, random: own, make: frameMaker(encoding, own), frames: 0 }
}

interface Found {
  frames: number
  connections: number
  readonly codes: Map<string, number>
  readonly violations: string[]
}

async function fuzzLane(target: Target, lane: Lane, frames: number, found: Found): Promise<void> {
  while (lane.frames < frames) {
    const { damages, end, sent } = await fuzzConnection(target, lane)
    lane.frames += sent
    found.frames += sent
    found.connections += 1
    found.codes.set(end, (found.codes.get(end) ?? 0) + 1)
    if (!isRight(damages, end)) {
      found.violations.push(
        `${lane.encoding}: a connection with frames that were ${damages.join(', ')} ended with ${end}`,
      )
    }
  }
}

interface Target {
  readonly url: URL
  readonly gateway: Gateway
  readonly players: readonly Credentials[]
  stop(): Promise<void>
}

async function openTarget(): Promise<Target> {
  const place = await REALTIME_PLACES.sqlite?.()
  if (place === undefined) throw new Error('There is no place for the run.')
  const reopen = (): never => {
    throw new Error('The store of this run is not opened again.')
  }
  const shop = await openShop({ store: place.store, reopen })
  const players = await Promise.all(Array.from({ length: PLAYERS }, (_, index) => playerOf(shop, `player-${index}`)))
  const gateway = createGateway({ ...shop, logger: silentLogger, metrics: noMetrics })
  await gateway.start()
  const server = createServer().on('upgrade', gateway.onUpgrade)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}/connection/websocket`),
    gateway,
    players,
    stop: async () => {
      await gateway.stop()
      server.close()
      await place.stop()
    },
  }
}

/** A player with a short history. */
async function playerOf(shop: Shop, userId: string): Promise<Credentials> {
  for (const status of ['new', 'paid', 'done']) await shop.publish({ userId, orderId: 10_000_001, status })
  return { auth: await shop.token(userId), projectId: PROJECT_ID, channel: channelOfUser(userId) }
}

/** `damages` of what was sent, in its order; `end`: a close code, `none`, or `open`. */
interface FuzzedLife {
  readonly damages: readonly ClientBytes['damage'][]
  readonly end: string
  readonly sent: number
}

/** One connection: frames until it ends, or until there were enough. */
async function fuzzConnection({ url, players }: Target, { encoding, random, make }: Lane): Promise<FuzzedLife> {
  const who = players[Math.floor(random() * players.length)]
  if (who === undefined) throw new Error('There are no players.')
  const connection = await FuzzedConnection.open(url, `centrifuge-${encoding}`)
  let life: FuzzedLife = { damages: [], end: 'open', sent: 0 }
  while (life.sent < FRAMES_PER_CONNECTION_MAX && life.end === 'open') {
    const { damage, bytes } = make(who, life.sent === 0)
    const reaction = damage === 'bytes' ? await connection.sendLast(bytes) : await connection.send(bytes)
    life = { damages: [...life.damages, damage], end: endOf(reaction), sent: life.sent + 1 }
  }
  await connection.drop()
  return life
}

/**
 * Whether a connection may end so. A pong says that bytes were read, and not that they are answered: what ends the connection may be any of
 * them, such as a connect request that is refused while a frame that is too large comes in. It may go on only where all of them allow it.
 */
function isRight(damages: FuzzedLife['damages'], end: string): boolean {
  const allows = (damage: ClientBytes['damage']): boolean => RIGHT_CODES[damage].has(end)
  return end === 'open' ? damages.every(allows) : damages.some(allows)
}

function endOf(reaction: Reaction): string {
  return reaction.kind === 'goes_on' ? 'open' : String(reaction.code ?? 'none')
}

async function untilEmpty(gateway: Gateway): Promise<void> {
  for (let waitedMs = 0; gateway.connectionCount() > 0; waitedMs += POLL_MS) {
    if (waitedMs > PATIENCE_MS) throw new Error(`${gateway.connectionCount()} connections are left.`)
    await sleep(POLL_MS)
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What is held without garbage. */
function heldBytes(): number {
  collectGarbage()
  // What a dead buffer held is counted as freed when the next collection begins.
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
