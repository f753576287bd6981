// The contract of carriers: one connection to a server that brings texts from node to node.

/** One connection, from when it is open to its end. Whatever fails is told by rejecting; then the connection is given up. */
export interface Carrier {
  /** Resolves with the reason when the connection has ended by itself. Never rejects. */
  readonly ended: Promise<unknown>
  /** Resolves when the server has all of it. */
  send(messages: readonly OutgoingMessage[]): Promise<void>
  /** Resolves when everything sent to these channels from now on arrives. A channel that is followed already is left alone. */
  follow(channels: readonly string[]): Promise<void>
  leave(channel: string): void
  /** Resolves when the server answers. */
  beat(): Promise<void>
  /** Ends it; a server that does not answer is left at once. Never rejects. */
  close(): Promise<void>
}

/** A line for those who follow `channel`; null: for all nodes. */
export interface OutgoingMessage {
  readonly channel: string | null
  readonly line: string
}

/** Where a carrier puts what comes from other nodes; a node's own messages never come back. */
export interface CarrierInbox {
  onLine(line: string): void
  /** The server refused something that the connection outlives, such as a subject without permission. */
  onRefused(reason: unknown): void
}

/** Opens a connection. Rejects when there is none within its own time limit. */
export type OpenCarrier = (inbox: CarrierInbox) => Promise<Carrier>
