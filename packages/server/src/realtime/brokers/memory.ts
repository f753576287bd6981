// The broker of a single process: hands hints straight over.
import { service } from '../../platform/service.ts'
import type { Broker, BrokerReceiver } from '../broker.ts'

/** Makes a broker that connects this process with itself. */
export function createMemoryBroker(): Broker {
  const channels = new Set<string>()
  let receiver: BrokerReceiver | undefined
  let isRunning = false
  const life = service('broker', {
    async start() {
      isRunning = true
    },
    async stop() {
      isRunning = false
    },
  })
  return {
    ...life,
    receive(wanted) {
      receiver = wanted
    },
    publish(hint) {
      if (isRunning && channels.has(hint.channel)) receiver?.onPublication(hint)
    },
    async subscribe(channel) {
      channels.add(channel)
    },
    unsubscribe(channel) {
      channels.delete(channel)
    },
  }
}
