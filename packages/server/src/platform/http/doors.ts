// Doors: sockets that listen on the address of the HTTP server beside its own one, so that a storm of clients finds room to wait.
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** Where to listen; `backlog`: connections that may wait at each door. */
export interface DoorPlace {
  readonly host: string
  readonly port: number
  readonly backlog: number
}

/** Open doors. */
export interface Doors {
  /** Lets nobody in any more; resolves when everybody who came in by them is gone. */
  close(): Promise<void>
}

/** Whether several sockets may listen on one address, and the system shares connections out among them. */
export const canShareAddress: boolean = process.platform === 'linux'

/**
 * Doors besides the server's own. Linux lets 4,096 connections wait at each unless it is told otherwise, and Node takes one from each in a
 * turn of its event loop. So a storm of very many waits in order, and is let in faster than it is served: whoever asks for something else
 * is soon found among it.
 */
const FURTHER_DOORS = 15

/**
 * Fails when somebody listens there already. Sockets that may share an address would not notice.
 *
 * @throws what the system says
 */
export async function assertFree(place: DoorPlace): Promise<void> {
  if (place.port === 0 || !canShareAddress) return
  const probe = createServer()
  await listening(probe, place)
  await closed(probe)
}

/** Opens further doors to a server that listens on `place`; one that cannot be opened is done without. */
export async function openDoors(server: Server, place: DoorPlace): Promise<Doors> {
  const doors = Array.from({ length: canShareAddress ? FURTHER_DOORS : 0 }, () => doorTo(server))
  const opened = await Promise.allSettled(doors.map((door) => listening(door, { ...place, reusePort: true })))
  const open = doors.filter((_, index) => opened[index]?.status === 'fulfilled')
  return { close: async () => void (await Promise.all(open.map(closed))) }
}

/** With the options that an HTTP server has for its own connections. */
function doorTo(server: Server): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => server.emit('connection', socket))
}

async function listening(server: Server, place: DoorPlace & { readonly reusePort?: boolean }): Promise<void> {
  server.listen(place)
  await once(server, 'listening')
}

async function closed(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
