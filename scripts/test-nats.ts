// One NATS server for a whole test run: the nats-server of this machine on a free port, or one already listening.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { type GuardedService, serviceFolder, startGuarded } from './guarded-service.ts'

const STANDARD_PORT = 4222
const GREETING_MS_MAX = 500

/**
 * Starts the nats-server found on PATH or among the system's servers; without one, takes the server on the standard loopback port.
 *
 * @returns the server, whose stop() leaves one that was already there alone; undefined when there is none
 * @throws {Error} when nats-server is there and does not start
 */
export async function startTestNats(): Promise<GuardedService | undefined> {
  const command = findOnPath('nats-server')
  if (command === undefined) return await findListening()
  const folder = serviceFolder('nats')
  return await startGuarded({
    name: 'nats-server',
    folder,
    command,
    args: ['-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', folder],
    readyUrl: () => urlOfPortsFile(folder),
  })
}

function findOnPath(program: string): string | undefined {
  const fileName = process.platform === 'win32' ? `${program}.exe` : program
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  // Debian keeps servers here, and off the PATH of plain users.
  folders.push('/usr/sbin')
  return folders.map((folder) => join(folder, fileName)).find((path) => existsSync(path))
}

/** The server writes `<name>_<pid>.ports` with its URLs as JSON; a file caught half-written is read again later. */
function urlOfPortsFile(folder: string): string | undefined {
  const name = readdirSync(folder).find((entry) => entry.endsWith('.ports'))
  if (name === undefined) return undefined
  try {
    const ports: { nats?: string[] } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    return ports.nats?.[0]
  } catch {
    return undefined
  }
}

/** A NATS server greets each connection with a line that begins with INFO. */
function findListening(): Promise<GuardedService | undefined> {
  return new Promise((resolve) => {
    const socket = connect(STANDARD_PORT, '127.0.0.1')
    const end = (isNats: boolean): void => {
      socket.destroy()
      resolve(isNats ? { url: `nats://127.0.0.1:${STANDARD_PORT}`, stop: async () => {} } : undefined)
    }
    socket.setTimeout(GREETING_MS_MAX, () => end(false))
    socket.once('error', () => end(false))
    socket.once('data', (greeting) => end(greeting.toString('latin1').startsWith('INFO ')))
  })
}
