// A wire between a broker and its server that a test can cut, freeze and mend.
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/** Where the real server listens: a port of this machine or a Unix socket. */
export type ProxyTarget = { readonly host: string; readonly port: number } | { readonly path: string }

/** The wire. */
export interface CutProxy {
  readonly port: number
  /** Ends all connections and takes none. */
  cut(): Promise<void>
  /** Takes connections again, at the same port. */
  mend(): Promise<void>
  /** Keeps connections open and lets nothing through, in neither direction; new ones are taken and stay silent. */
  freeze(): void
  thaw(): void
}

/** Starts a wire to `target`; it ends with the test. */
export async function givenProxy(t: TestContext, target: ProxyTarget): Promise<CutProxy> {
  const sockets = new Set<Socket>()
  let isFrozen = false
  let server = await listen(take, 0)
  const { port } = server.address() as AddressInfo
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  t.after(async () => {
    if (server.listening) await cut()
  })

  function take(client: Socket): void {
    const behind = connect(target as { readonly path: string })
    join(client, behind)
    join(behind, client)
    if (isFrozen) for (const socket of [client, behind]) socket.pause()
  }
  function join(from: Socket, to: Socket): void {
    sockets.add(from)
    from.on('data', (data) => to.write(data))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  return {
    port,
    cut,
    mend: async () => {
      server = await listen(take, port)
    },
    freeze: () => {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw: () => {
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
  }
}

function listen(take: (socket: Socket) => void, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(take)
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
