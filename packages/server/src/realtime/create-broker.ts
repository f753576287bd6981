// Makes the broker that is asked for; drivers are loaded only for it.
import type { NatsServer } from '../platform/nats-server.ts'
import type { Broker } from './broker.ts'
import type { CarriedBrokerDeps } from './brokers/carried-broker.ts'
import { createMemoryBroker } from './brokers/memory.ts'

/** Which broker, and where its server is. */
export type BrokerChoice =
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly databaseUrl: string }
  | { readonly kind: 'nats'; readonly servers: readonly NatsServer[]; readonly prefix: string }

/** Makes it; it connects when it is started. */
export async function createBroker(choice: BrokerChoice, deps: CarriedBrokerDeps): Promise<Broker> {
  if (choice.kind === 'memory') return createMemoryBroker()
  if (choice.kind === 'postgres') {
    const { createPostgresBroker } = await import('./brokers/postgres.ts')
    return createPostgresBroker(choice.databaseUrl, deps)
  }
  const { createNatsBroker } = await import('./brokers/nats.ts')
  return createNatsBroker(choice, deps)
}
