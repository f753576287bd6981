// Socket.IO with a map from player to socket: no stream, nothing to recover; it lets go of the first request, as its manual advises.
import type { Server as HttpServer } from 'node:http'
import { loadPeer } from '../../frame/peers.ts'
import { serveContender } from './contender.ts'

interface PeerSocket {
  readonly handshake: { readonly auth: { readonly watch: string } }
  on(event: 'disconnect', listener: () => void): void
  emit(event: string, data: unknown): void
}

interface SocketIo {
  readonly Server: new (
    server: HttpServer,
    options: { readonly transports: readonly string[]; readonly serveClient: boolean },
  ) => {
    readonly engine: { on(event: 'connection', listener: (socket: { request: unknown }) => void): void }
    on(event: 'connection', listener: (socket: PeerSocket) => void): void
  }
}

await serveContender(async (server) => {
  const { Server } = await loadPeer<SocketIo>('socket.io')
  const sockets = new Map<string, PeerSocket>()
  const io = new Server(server, { transports: ['websocket'], serveClient: false })
  io.engine.on('connection', (socket) => {
    socket.request = null
  })
  io.on('connection', (socket) => {
    const { watch } = socket.handshake.auth
    sockets.set(watch, socket)
    socket.on('disconnect', () => sockets.delete(watch))
  })
  return {
    prepare: async () => undefined,
    push: (player, number) => sockets.get(`player-${player}`)?.emit('status', { order_id: number, status: 'paid' }),
  }
})
