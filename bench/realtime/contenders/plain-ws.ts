// Plain `ws` with a map from player to socket: no credentials, no stream, nothing to recover.
import type { Server } from 'node:http'
import { loadPeer } from '../../frame/peers.ts'
import { serveContender } from './contender.ts'

interface PeerSocket {
  on(event: 'message', listener: (data: Buffer) => void): void
  on(event: 'close', listener: () => void): void
  send(text: string): void
}

/** The package is CommonJS, all of it its default. */
interface Ws {
  readonly default: {
    readonly WebSocketServer: new (options: {
      readonly server: Server
      readonly perMessageDeflate: boolean
      readonly clientTracking: boolean
    }) => { on(event: 'connection', listener: (socket: PeerSocket) => void): void }
  }
}

await serveContender(async (server) => {
  const { default: ws } = await loadPeer<Ws>('ws')
  const sockets = new Map<string, PeerSocket>()
  const hub = new ws.WebSocketServer({ server, perMessageDeflate: false, clientTracking: false })
  hub.on('connection', (socket) => {
    let name = ''
    socket.on('message', (data) => {
      name = (JSON.parse(data.toString()) as { readonly watch: string }).watch
      sockets.set(name, socket)
      socket.send('{"in":true}')
    })
    socket.on('close', () => sockets.delete(name))
  })
  return {
    prepare: async () => undefined,
    push(player, number) {
      const name = `player-${player}`
      sockets.get(name)?.send(JSON.stringify({ channel: name, order_id: number, status: 'paid' }))
    },
  }
})
