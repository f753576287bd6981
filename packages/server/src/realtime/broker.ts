// The contract of brokers: how a publication made on one node reaches the nodes where its channel is watched.
import type { Service } from '../platform/service.ts'
import type { WakeUp } from '../platform/store/index.ts'

/**
 * What travels between nodes: a publication that was committed.
 *
 * `data` null: it was too long to travel; the store has it.
 */
export type PublicationHint = Omit<Extract<WakeUp, { kind: 'publication' }>, 'data'> & { readonly data: string | null }

/** Where a broker hands over what it carries. */
export interface BrokerReceiver {
  onPublication(hint: PublicationHint): void
  /** Hints may have been lost, for instance while the broker was away: positions must be compared with the store. */
  onLost(): void
}

/**
 * Carries hints. It may lose, repeat and reorder them, because the store is the truth; it must not invent any.
 *
 * `start` connects; before it nothing is carried. `stop` waits a moment for what was published before it. A server that the broker needs and that is away keeps nobody from starting: the broker
 * goes on trying, and tells `onLost` when it is back.
 */
export interface Broker extends Service {
  /** Set once, before start. */
  receive(receiver: BrokerReceiver): void
  /** Hands a hint of this node to all nodes that subscribed its channel, this one included. Never throws, never waits. */
  publish(hint: PublicationHint): void
  /**
   * Resolves when everything published from now on arrives; also when that cannot be had within a moment, and then `onLost` follows as
   * soon as it can. Never rejects. Channel names are unique over the installation.
   */
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
}
