// Chooses the broker that the configuration names.
import type { Config } from './platform/config/index.ts'
import type { Logger } from './platform/logger.ts'
import type { Metrics } from './platform/metrics.ts'
import { type Broker, type BrokerChoice, createBroker } from './realtime/index.ts'

/** Makes it; the gateway starts and stops it. */
export function openBroker(
  config: Config,
  deps: { readonly logger: Logger; readonly metrics: Metrics },
): Promise<Broker> {
  return createBroker(brokerChoice(config), deps)
}

function brokerChoice({ broker, databaseUrl, natsServers, natsPrefix }: Config): BrokerChoice {
  if (broker === 'nats') return { kind: 'nats', servers: natsServers, prefix: natsPrefix }
  const isOnPostgres = broker === 'postgres' || (broker === 'auto' && databaseUrl !== null)
  return isOnPostgres && databaseUrl !== null ? { kind: 'postgres', databaseUrl } : { kind: 'memory' }
}
