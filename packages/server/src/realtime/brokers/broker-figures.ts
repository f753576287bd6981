// Figures of brokers that need a server.
import type { Counter, Metrics } from '../../platform/metrics.ts'

/** What such a broker counts. */
export interface BrokerFigures {
  /** Hints that were not sent: the server was away, too slow, or lost the connection under them. */
  readonly dropped: Counter<never>
  /** Texts that came and were none of ours. */
  readonly unreadable: Counter<never>
  /** Times that positions had to be compared because hints may have been lost. */
  readonly losses: Counter<never>
}

/** Makes the figures; whether the server is there is read when asked for. */
export function createBrokerFigures(metrics: Metrics, isConnected: () => boolean): BrokerFigures {
  metrics.gauge({
    name: 'realtime_broker_connected',
    help: '1 while the broker between nodes is connected, else 0.',
    read: () => (isConnected() ? 1 : 0),
  })
  return {
    dropped: metrics.counter({
      name: 'realtime_hints_dropped_total',
      help: 'Statuses not told to other nodes at once because the broker was away or too slow.',
    }),
    unreadable: metrics.counter({
      name: 'realtime_hints_unreadable_total',
      help: 'Messages of the broker that were not understood.',
    }),
    losses: metrics.counter({
      name: 'realtime_broker_losses_total',
      help: 'Times that all positions were compared with the store because statuses may not have been told.',
    }),
  }
}
