// The gateway: connections of the Centrifuge client protocol v2, each on the one channel of its player.
import type { IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import type { EmulationRequest } from '@ordertrail/centrifuge-protocol'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Seal } from '../platform/seal.ts'
import { type Service, service } from '../platform/service.ts'
import type { Store } from '../platform/store/index.ts'
import { TurnQueue } from '../platform/turn-queue.ts'
import {
  openSocketServer,
  refuseUpgrade,
  type Socket,
  type SocketHandler,
  type SocketServer,
} from '../platform/websocket/index.ts'
import type { PlayerTokens, ProjectDirectory } from '../projects/index.ts'
import {
  admitUpgrade,
  chooseProtocol,
  encodingOf,
  hasRoom,
  type Occupancy,
  type RefusedStatus,
} from './admit-upgrade.ts'
import type { Broker } from './broker.ts'
import { createMemoryBroker } from './brokers/memory.ts'
import { drainSessions } from './drain-sessions.ts'
import type { Delivered } from './emulated-sessions.ts'
import { DEFAULT_LIMITS, type GatewayLimits, MESSAGE_BYTES_MAX } from './gateway-limits.ts'
import { openStream, type StreamRequest } from './open-stream.ts'
import { createPublisher } from './publisher.ts'
import { Sessions } from './sessions.ts'

/** Calls `tick` again and again until the returned function is called. */
export type Ticker = (tick: () => void) => () => void

/** What a gateway is made of. */
export interface GatewayDeps {
  readonly store: Store
  readonly tokens: PlayerTokens
  readonly directory: Pick<ProjectDirectory, 'find'>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Of all nodes of an installation; seals the names by which nodes are told apart. */
  readonly seal: Seal
  /** Started and stopped by its publisher. Default: one of this gateway's own, for a single process. */
  readonly broker?: Broker
  readonly limits?: Partial<GatewayLimits>
  /** Between 0 and 1; default Math.random. */
  readonly random?: () => number
  /** Default: every TICK_MS. */
  readonly ticker?: Ticker
}

/** A gateway serves upgrades from start to stop; before and after they are answered 503. */
export interface Gateway extends Service {
  /** Takes over an upgrade request, or refuses it; other paths than the gateway's are answered 404. */
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /**
   * Opens a connection in the answer of a request.
   *
   * @returns the body of the answer; null when the node has no room or does not serve
   */
  openStream(asked: StreamRequest): Readable | null
  /** Takes what the client of such a connection sent, whichever node holds it. */
  takeEmulated(request: EmulationRequest): Delivered
  connectionCount(): number
}

/** A request for a WebSocket, as the HTTP server hands it over. */
interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

/** Pings that fall due in one tick go out one after the other, and pushes wait for them: with 10,000 connections 40 of them, at 250 ms 200. */
const TICK_MS = 50
/**
 * Upgrades in one turn of the event loop. Each leads to a handshake, a connect request and a history request, a millisecond in all, and
 * payments and pushes wait for as many of them. Fewer take longer for all: turns are then so short that nothing is gathered in them.
 */
const UPGRADES_PER_TURN_MAX = 12

/** Makes a gateway. Start it before the HTTP server that hands it upgrades, and stop it before that one, too. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { store, logger } = deps
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...deps.limits }
  const broker = deps.broker ?? createMemoryBroker()
  const ownPublisher = deps.broker === undefined ? createPublisher({ store, broker }) : null
  const sessions = new Sessions({ ...deps, broker, limits, random: deps.random ?? Math.random })
  const refused = deps.metrics.counter({
    name: 'realtime_refused_upgrades_total',
    help: 'Connections that were refused before they were opened, by status.',
    labels: ['status'],
  })
  const ticker = deps.ticker ?? everyTick
  const onTick = new Set<() => void>([() => sessions.turn()])
  const ends: (() => void)[] = []
  let server: SocketServer | null = null

  const life = service('gateway', {
    async start(signal) {
      await ownPublisher?.start()
      await sessions.emulated.start()
      ends.push(store.onWakeUp((wakeUps) => sessions.onWakeUps(wakeUps)))
      ends.push(ticker(() => runAll(onTick)))
      const opened = await openSocketServer({ messageBytesMax: MESSAGE_BYTES_MAX, chooseProtocol })
      if (!signal.aborted) server = opened
    },
    async stop() {
      server = null
      logger.info('gateway.draining', { count: sessions.connectionCount })
      await drainSessions({ sessions, limits, clock: deps.clock, onTick })
      for (const end of ends) end()
      await ownPublisher?.stop()
    },
  })

  const occupancy = (): Occupancy => ({
    isOpen: server !== null,
    connections: sessions.connectionCount,
    connecting: sessions.connectingCount,
    waiting: waiting.size,
    entering: sessions.enteringCount,
  })
  const waiting = new TurnQueue<Upgrade>({
    perTurnMax: UPGRADES_PER_TURN_MAX,
    serve,
    isGone: ({ socket }) => socket.destroyed,
  })
  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const decision = admitUpgrade(request, occupancy(), limits)
    if (decision.kind === 'refused') refuse(socket, decision.status)
    else waiting.add({ request, socket, head })
  }
  /** Much may have changed while it waited; those behind it are no reason to refuse it. */
  function serve({ request, socket, head }: Upgrade): void {
    if (!hasRoom({ ...occupancy(), waiting: 0, entering: 0 }, limits)) refuse(socket, 503)
    else server?.upgrade(request, socket, head, (opened, protocol) => open(request, opened, protocol))
  }
  function refuse(socket: Duplex, status: RefusedStatus): void {
    refused.add({ status })
    refuseUpgrade(socket, status)
  }
  function open({ url, headers }: IncomingMessage, socket: Socket, protocol: string): SocketHandler {
    const encoding = encodingOf(protocol, url)
    return sessions.open({ socket, encoding, origin: headers.origin ?? null, emulation: null })
  }
  function onStream(asked: StreamRequest): Readable | null {
    if (hasRoom(occupancy(), limits)) return openStream(sessions, asked)
    refused.add({ status: 503 })
    return null
  }
  const connectionCount = () => sessions.connectionCount
  return {
    ...life,
    onUpgrade,
    openStream: onStream,
    takeEmulated: (sent) => sessions.emulated.take(sent),
    connectionCount,
  }
}

function runAll(acts: ReadonlySet<() => void>): void {
  for (const act of acts) act()
}

function everyTick(tick: () => void): () => void {
  const timer = setInterval(tick, TICK_MS)
  return () => clearInterval(timer)
}
