// Finds a NATS server that answers.
import { connect } from 'node:net'
import type { NatsServer } from '../../platform/nats-server.ts'

const GREETING = 'INFO '

/**
 * Resolves with the first of `servers` that greets, as every NATS server does at once.
 *
 * The client of NATS keeps the socket of a server that takes connections and says nothing, for instance a frozen one; so it is only shown
 * servers that speak.
 *
 * @param msMax for each of them
 * @throws the error of the last one
 */
export async function findGreeting(servers: readonly NatsServer[], msMax: number): Promise<NatsServer> {
  let failure: unknown = new Error('No NATS server is given.')
  for (const server of servers) {
    try {
      await greeting(server, msMax)
      return server
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function greeting({ host, port }: NatsServer, msMax: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect(port, host)
  socket.setTimeout(msMax, () => reject(new Error(`NATS at ${host}:${port} says nothing.`)))
  socket.once('error', reject)
  socket.once('end', () => reject(new Error(`NATS at ${host}:${port} has ended the connection.`)))
  socket.once('data', (data) => {
    if (data.toString('latin1').startsWith(GREETING)) resolve()
    else reject(new Error(`${host}:${port} is no NATS server.`))
  })
  return promise.finally(() => socket.destroy())
}
