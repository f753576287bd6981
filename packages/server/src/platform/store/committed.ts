// Says what was committed to whoever listens in the same thread: tracing tools and benches. Costs nothing where nobody does.
import { channel } from 'node:diagnostics_channel'
import type { WakeUp } from './wake-up.ts'

/** Name of the diagnostics channel; a message is published at once after each commit, in the thread that writes. */
export const COMMITTED_CHANNEL = 'ordertrail:committed'

/** A committed transaction: the name of its command, and how many inputs of it were written. */
export interface CommittedMessage {
  readonly command: string
  readonly inputs: number
  readonly wakeUps: readonly WakeUp[]
}

const committed = channel(COMMITTED_CHANNEL)

/** Publishes `message`. A listener that throws does not fail the command: Node makes an uncaught exception of it, which ends its thread. */
export function sayCommitted(message: CommittedMessage): void {
  if (committed.hasSubscribers) committed.publish(message)
}
