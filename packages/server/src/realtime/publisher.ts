// Tells all nodes of the statuses that this process commits, whether it has clients of its own or not.
import { type Service, service } from '../platform/service.ts'
import type { Store, WakeUp } from '../platform/store/index.ts'
import type { Broker } from './broker.ts'

/** What telling needs. */
export interface PublisherDeps {
  readonly store: Pick<Store, 'onWakeUp'>
  /** The publisher starts and stops it. */
  readonly broker: Broker
}

/**
 * Makes the service. It starts before whatever commits and stops after it: a status that nobody is told of reaches the clients of other
 * nodes only when these compare positions.
 */
export function createPublisher({ store, broker }: PublisherDeps): Service {
  let stopListening = (): void => {}
  return service('publisher', {
    async start() {
      await broker.start()
      stopListening = store.onWakeUp((wakeUps) => publishCommitted(broker, wakeUps))
    },
    async stop() {
      stopListening()
      await broker.stop()
    },
  })
}

/** Hands the broker what was published in a commit. */
export function publishCommitted(broker: Pick<Broker, 'publish'>, wakeUps: readonly WakeUp[]): void {
  for (const wakeUp of wakeUps) if (wakeUp.kind === 'publication') broker.publish(wakeUp)
}
