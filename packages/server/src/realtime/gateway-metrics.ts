// Figures of the gateway.
import type { Counter, Metrics } from '../platform/metrics.ts'

/** What the gateway counts. */
export interface GatewayMetrics {
  /** By close code: ours where we closed, else the peer's. */
  readonly closes: Counter<'code'>
  readonly pushes: Counter<never>
  /** Publications that were read from the store because their hint was lost or late. */
  readonly caughtUp: Counter<never>
  /** Connections let in, by how they began: fresh, recovered, unrecovered. */
  readonly connects: Counter<'outcome'>
}

/** Makes the figures; the number of connections is read when asked for. */
export function createGatewayMetrics(metrics: Metrics, connectionCount: () => number): GatewayMetrics {
  metrics.gauge({
    name: 'realtime_connections',
    help: 'Open connections of clients, by WebSocket or a stream.',
    read: connectionCount,
  })
  return {
    closes: metrics.counter({
      name: 'realtime_closes_total',
      help: 'Ended connections of clients by close code.',
      labels: ['code'],
    }),
    pushes: metrics.counter({ name: 'realtime_pushes_total', help: 'Statuses pushed to connections.' }),
    caughtUp: metrics.counter({
      name: 'realtime_caught_up_total',
      help: 'Statuses read from the store because their hint was lost.',
    }),
    connects: metrics.counter({
      name: 'realtime_connects_total',
      help: 'Connections that were let in: fresh, recovered or unrecovered.',
      labels: ['outcome'],
    }),
  }
}
