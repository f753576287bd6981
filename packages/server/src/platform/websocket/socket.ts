// The contract between a WebSocket and whoever serves it.

/** One open connection as its server sees it. */
export interface Socket {
  /** Bytes that were sent but not taken by the network yet. */
  readonly bufferedBytes: number
  /** A string goes out as a text frame, bytes as a binary one. Does nothing on a closed socket. */
  send(frame: string | Uint8Array): void
  /** Begins the closing handshake; the socket is ended by force when the peer does not answer in time. */
  close(code: number, reason: string): void
  /** Ends it at once. */
  terminate(): void
}

/** How long a peer may take to let go of a socket that was closed. */
export const CLOSING_MS_MAX = 5_000

/** What a socket tells. One object per connection, so that no connection needs closures of its own. */
export interface SocketHandler {
  /** The payload of one message; text is UTF-8. */
  onFrame(payload: Uint8Array): void
  /** A ping or pong of the WebSocket itself came; a ping is answered already. */
  onControl(): void
  /** Called once. `code` is the close code of the peer, 1005 for none, 1006 for a connection that broke. */
  onClose(code: number): void
}
