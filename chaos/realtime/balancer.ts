// A load balancer in front of nodes that come and go: each connection goes to any node that is there.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The balancer. */
export interface Balancer {
  readonly port: number
  stop(): Promise<void>
}

/**
 * Starts it on a free port of this machine.
 *
 * @param choosePort the port of a node; null: none is there, and the connection is refused
 */
export async function startBalancer(choosePort: () => number | null): Promise<Balancer> {
  const sockets = new Set<Socket>()
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from)
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server = createServer((client) => {
    const port = choosePort()
    if (port === null) return client.destroy()
    const behind = connect(port, '127.0.0.1')
    join(client, behind)
    return join(behind, client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
