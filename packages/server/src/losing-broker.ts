// Loses pushes on demand: a broker may lose a hint, and a client must find out by itself.
import type { Broker } from './realtime/index.ts'

/** Most pushes that one call may lose. */
export const LOST_PUSHES_MAX = 1_000

/** What the developer's hand is on. It exists in dev only. */
export interface LosingBroker {
  readonly broker: Broker
  /** Loses the next `count` pushes; asking again replaces what was asked before. */
  loseNext(count: number): void
}

/** Wraps a broker that loses nothing yet. */
export function makeLosingBroker(inner: Broker): LosingBroker {
  let left = 0
  return {
    loseNext(count) {
      left = count
    },
    broker: {
      ...inner,
      publish(hint) {
        if (left > 0) left -= 1
        else inner.publish(hint)
      },
    },
  }
}
