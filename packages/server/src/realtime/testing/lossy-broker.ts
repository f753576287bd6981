// A broker that does everything a broker may do: it loses, repeats and delays hints as a test tells it to.
import { service } from '../../platform/service.ts'
import type { Broker, BrokerReceiver, PublicationHint } from '../broker.ts'

/** What happens to a hint. */
export type Fate = 'arrives' | 'is lost' | 'arrives twice' | 'is late'

/** The broker, and the test's hand on it. */
export interface LossyBroker extends Broker {
  /** For every hint from now on. */
  fate: Fate
  /** Hands over what is late, the newest first. */
  release(): void
  /** Tells that hints may have been lost. */
  lose(): void
}

/** Makes one that loses nothing yet. */
export function createLossyBroker(): LossyBroker {
  const late: PublicationHint[] = []
  let receiver: BrokerReceiver | null = null
  const life = service('lossy-broker', { start: async () => undefined, stop: async () => undefined })
  const acts: Readonly<Record<Fate, (hint: PublicationHint) => void>> = {
    arrives: (hint) => receiver?.onPublication(hint),
    'is lost': () => undefined,
    'arrives twice': (hint) => {
      receiver?.onPublication(hint)
      receiver?.onPublication(hint)
    },
    'is late': (hint) => void late.push(hint),
  }
  return {
    ...life,
    fate: 'arrives',
    receive(wanted) {
      receiver = wanted
    },
    publish(hint) {
      acts[this.fate](hint)
    },
    subscribe: async () => undefined,
    unsubscribe: () => undefined,
    release() {
      for (const hint of late.splice(0).reverse()) receiver?.onPublication(hint)
    },
    lose: () => receiver?.onLost(),
  }
}
