// A broker that does everything a broker may do: it loses, repeats and delays hints as a test tells it to.
import type { Broker, BrokerReceiver, PublicationHint } from '../broker.ts'
import { createMemoryBroker } from '../brokers/memory.ts'

/** What happens to a hint. */
export type Fate = 'arrives' | 'is lost' | 'arrives twice' | 'is late'

/** The broker, and the test's hand on it. */
export interface LossyBroker extends Broker {
  /** For every hint that arrives from now on. */
  fate: Fate
  /** Hands over what is late, the newest first. */
  release(): void
  /** Tells that hints may have been lost. */
  lose(): void
  /** Nothing goes in or out until it is mended. */
  cut(): void
  /** @returns true when hints of this node were lost, which a real broker tells to all nodes */
  mend(): boolean
}

/** Makes one that loses nothing yet. What it loses of, `inner` has carried. */
export function createLossyBroker(inner: Broker = createMemoryBroker()): LossyBroker {
  const late: PublicationHint[] = []
  let receiver: BrokerReceiver | null = null
  let isCut = false
  let hasDropped = false
  const acts: Readonly<Record<Fate, (hint: PublicationHint) => void>> = {
    arrives: (hint) => receiver?.onPublication(hint),
    'is lost': () => undefined,
    'arrives twice': (hint) => {
      receiver?.onPublication(hint)
      receiver?.onPublication(hint)
    },
    'is late': (hint) => void late.push(hint),
  }
  const lossy: LossyBroker = {
    ...inner,
    fate: 'arrives',
    receive(wanted) {
      receiver = wanted
      inner.receive({
        onPublication: (hint) => {
          if (!isCut) acts[lossy.fate](hint)
        },
        onLost: () => receiver?.onLost(),
      })
    },
    publish(hint) {
      hasDropped ||= isCut
      if (!isCut) inner.publish(hint)
    },
    release() {
      for (const hint of late.splice(0).reverse()) receiver?.onPublication(hint)
    },
    lose: () => receiver?.onLost(),
    cut() {
      isCut = true
    },
    mend() {
      const wasDropping = hasDropped
      isCut = false
      hasDropped = false
      return wasDropping
    },
  }
  return lossy
}
