// The door of sockets: over the HTTP server's upgrades or in the answers of requests, and the timer wheel their deadlines share.
export { refuseUpgrade } from './refuse-upgrade.ts'
export type { Socket, SocketHandler } from './socket.ts'
export type { SocketServer, SocketServerOptions } from './socket-server.ts'
export { type StreamFraming, StreamSocket } from './stream-socket.ts'
export { createTimerWheel, type TimerWheel, type WheelItem } from './timer-wheel.ts'

import type { SocketServer, SocketServerOptions } from './socket-server.ts'

/** Opens a socket server. Its library is loaded here, so that the write side in its worker thread does not pay for it. */
export async function openSocketServer(options: SocketServerOptions): Promise<SocketServer> {
  const { openSocketServer: open } = await import('./socket-server.ts')
  return open(options)
}
