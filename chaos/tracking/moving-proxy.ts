// A wire at a fixed address whose other end may move: to the next server process, or to nowhere.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The wire. */
export interface MovingProxy {
  readonly url: string
  /** Where new connections go; null: they are refused. */
  lead(url: string | null): void
  /** Breaks every connection. */
  cut(): void
  stop(): Promise<void>
}

/** Starts a wire that leads nowhere. */
export async function startMovingProxy(): Promise<MovingProxy> {
  const sockets = new Set<Socket>()
  let target: URL | null = null
  const server = createServer((client) => {
    join(client)
    if (target === null) {
      client.destroy()
      return
    }
    const behind = connect(Number(target.port), target.hostname)
    join(behind)
    client.pipe(behind).pipe(client)
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.on('close', () => other.destroy())
    }
  })
  function join(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead: (url) => {
      target = url === null ? null : new URL(url)
    },
    cut,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
  }
}
