// Decides about connections before anything is opened, and which encoding they speak.
import type { Encoding } from '@ordertrail/centrifuge-protocol'
import type { GatewayLimits } from './gateway-limits.ts'

/** Where the documented clients connect. */
const WEBSOCKET_PATH = '/connection/websocket'

/** How full a node is. */
export interface Occupancy {
  readonly isOpen: boolean
  readonly connections: number
  /** Connections whose connect request is being answered. */
  readonly connecting: number
  /** Upgrades that wait for their turn. */
  readonly waiting: number
  /** Connect requests that wait for theirs; their connections are open. */
  readonly entering: number
}

/** What is asked for. */
export interface UpgradeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
}

/** An upgrade is admitted, or answered with a status. A storm of clients is told 503 while that is still cheap. */
export type UpgradeDecision =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly status: RefusedStatus }

/** Not ours, not asked for rightly, or no room. */
export type RefusedStatus = 404 | 405 | 503

/** Decides about one request. */
export function admitUpgrade(request: UpgradeRequest, occupancy: Occupancy, limits: GatewayLimits): UpgradeDecision {
  if (pathOf(request.url) !== WEBSOCKET_PATH) return { kind: 'refused', status: 404 }
  if (request.method !== 'GET') return { kind: 'refused', status: 405 }
  return hasRoom(occupancy, limits) ? { kind: 'admitted' } : { kind: 'refused', status: 503 }
}

/** Whether a node takes one more connection, by whatever way it comes. */
export function hasRoom(occupancy: Occupancy, limits: GatewayLimits): boolean {
  const { isOpen, connections, connecting, waiting, entering } = occupancy
  if (!isOpen || waiting + entering >= limits.waitingMax) return false
  return connections + waiting < limits.connectionsMax && connecting < limits.connectingMax
}

/** By hand: clients send what URL parsers refuse. */
function pathOf(url = ''): string {
  const path = url.split('?', 1)[0] ?? ''
  return path.endsWith('/') ? path.slice(0, -1) : path
}

const PROTOCOLS: ReadonlyMap<string, Encoding> = new Map([
  ['centrifuge-protobuf', 'protobuf'],
  ['centrifuge-json', 'json'],
])

/** The subprotocol to echo: one of ours, else the first offered, because some engines offer names of their own. False: none was offered. */
export function chooseProtocol(offered: ReadonlySet<string>): string | false {
  const names = [...offered]
  return names.find((name) => PROTOCOLS.has(name)) ?? names[0] ?? false
}

/** The encoding of a connection: by its subprotocol, else by its query, else JSON. */
export function encodingOf(protocol: string, url = ''): Encoding {
  const named = PROTOCOLS.get(protocol)
  if (named !== undefined) return named
  const query = new URLSearchParams(url.split('?', 2)[1] ?? '')
  const isProtobuf = query.get('cf_protocol') === 'protobuf' || query.get('format') === 'protobuf'
  return isProtobuf ? 'protobuf' : 'json'
}
