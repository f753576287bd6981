// The contract of brokers: how a publication made on one node reaches the nodes where its channel is watched.
import type { Service } from '../platform/service.ts'
import type { WakeUp } from '../platform/store/index.ts'

/** What travels between nodes: a publication that was committed. */
export type PublicationHint = Extract<WakeUp, { kind: 'publication' }>

/** Where a broker hands over what it carries. */
export interface BrokerReceiver {
  onPublication(hint: PublicationHint): void
  /** Hints may have been lost, for instance while the broker was away: positions must be compared with the store. */
  onLost(): void
}

/**
 * Carries hints. It may lose, repeat and reorder them, because the store is the truth; it must not invent any.
 *
 * `start` connects; before it nothing is carried.
 */
export interface Broker extends Service {
  /** Set once, before start. */
  receive(receiver: BrokerReceiver): void
  /** Hands a hint of this node to all nodes that subscribed its channel, this one included. Never throws, never waits. */
  publish(hint: PublicationHint): void
  /** Resolves when everything published from now on arrives. Channel names are unique over the installation. */
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
}
