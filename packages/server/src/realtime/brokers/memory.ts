// The broker of a single process: hands hints straight over.
import { service } from '../../platform/service.ts'
import type { Broker, BrokerReceiver, PublicationHint } from '../broker.ts'

/** Connects the nodes of one process. */
export type MemoryExchange = Set<(hint: PublicationHint) => void>

/** Makes a broker that connects this node with itself, and with the other nodes of this process that share its exchange. */
export function createMemoryBroker(exchange: MemoryExchange = new Set()): Broker {
  const channels = new Set<string>()
  let receiver: BrokerReceiver | undefined
  const take = (hint: PublicationHint): void => {
    if (channels.has(hint.channel)) receiver?.onPublication(hint)
  }
  const life = service('broker', {
    async start() {
      exchange.add(take)
    },
    async stop() {
      exchange.delete(take)
    },
  })
  return {
    ...life,
    receive(wanted) {
      receiver = wanted
    },
    publish(hint) {
      if (exchange.has(take)) for (const give of exchange) give(hint)
    },
    async subscribe(channel) {
      channels.add(channel)
    },
    unsubscribe(channel) {
      channels.delete(channel)
    },
  }
}
