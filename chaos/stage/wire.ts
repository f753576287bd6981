// A wire at a fixed address whose other end may move, and that breaks as networks do: cut, refusing, stalled, losing what it carries.
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

/**
 * How a wire behaves.
 *
 * refusing: nobody gets through anew. stalled: nothing moves, and all of it arrives later. lost: nothing arrives, in both directions; deaf:
 * nothing of the client's, mute: nothing of the server's. Connections that lost something break when the wire is fair again.
 */
export type WireState = 'fair' | 'refusing' | 'stalled' | 'lost' | 'deaf' | 'mute'

/** The wire. */
export interface Wire {
  readonly port: number
  /** `http://127.0.0.1:port` */
  readonly url: string
  turn(state: WireState): void
  /** Breaks every connection. */
  cut(): void
  stop(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly behind: Socket
  hasLost: boolean
}

/**
 * Starts a wire on a free port of this machine.
 *
 * @param chooseEnd where a new connection goes; null: nowhere, and it is refused
 */
export async function startWire(chooseEnd: () => NetConnectOpts | null): Promise<Wire> {
  const pairs = new Set<Pair>()
  let state: WireState = 'fair'
  const isLosing = (isFromClient: boolean): boolean => state === 'lost' || state === (isFromClient ? 'deaf' : 'mute')

  const lead = (pair: Pair, isFromClient: boolean): void => {
    const [from, to] = isFromClient ? [pair.client, pair.behind] : [pair.behind, pair.client]
    from.on('data', (chunk) => {
      if (isLosing(isFromClient)) pair.hasLost = true
      else if (!to.write(chunk)) from.pause()
    })
    to.on('drain', () => {
      if (state !== 'stalled') from.resume()
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      // A wire that carries nothing carries no farewell either.
      if (state === 'stalled' || isLosing(isFromClient)) pair.hasLost = true
      else to.destroySoon()
      if (to.destroyed) pairs.delete(pair)
    })
  }
  const server = createServer((client) => {
    const end = state === 'refusing' ? null : chooseEnd()
    if (end === null) {
      client.on('error', () => undefined)
      client.destroy()
      return
    }
    const pair: Pair = { client, behind: connect(end), hasLost: false }
    pairs.add(pair)
    lead(pair, true)
    lead(pair, false)
    if (state === 'stalled') hold(pair)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cut = (): void => {
    for (const pair of pairs) end(pair)
    pairs.clear()
  }
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    turn: (next) => {
      state = next
      for (const pair of pairs) {
        if (next === 'stalled') hold(pair)
        else goOn(pair)
        if (next !== 'fair' || !pair.hasLost) continue
        end(pair)
        pairs.delete(pair)
      }
    },
    cut,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
  }
}

function hold({ client, behind }: Pair): void {
  client.pause()
  behind.pause()
}

function goOn({ client, behind }: Pair): void {
  client.resume()
  behind.resume()
}

function end({ client, behind }: Pair): void {
  client.destroy()
  behind.destroy()
}
