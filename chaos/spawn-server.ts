// Runs `ordertrail dev` or `ordertrail start` as a process of its own, to be killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url))

/** A server under test. */
export interface SpawnedServer {
  readonly url: string
  readonly pid: number
  /** How it ended, in words; null while it lives. */
  readonly ending: () => string | null
  /** SIGKILL, then waits until the process is gone. */
  kill(): Promise<void>
  /** SIGTERM, then waits; gives the exit code. */
  stop(): Promise<number | null>
}

/** Short, because what a killed server was sending is sent again when its lease ends, which is a margin later. */
const DELIVERY_DEADLINE_MS = '1000'

/** Lines of a log that are shown of a server that does not start. */
const LAST_LINES = 20
/** Time after which a server that is not ready counts as broken. */
const READY_MS_MAX = 60_000

/**
 * Starts the server and resolves when it is ready.
 *
 * @param store a folder for SQLite's file, or a postgresql:// URL
 * @param settings further variables of its environment
 * @throws when it ends or stays silent before it is ready; the message holds what it wrote to stderr
 */
export async function spawnServer(
  store: { readonly path: string } | { readonly databaseUrl: string },
  settings: Readonly<Record<string, string>> = {},
): Promise<SpawnedServer> {
  const env = { ...process.env, ORDERTRAIL_DELIVERY_DEADLINE_MS: DELIVERY_DEADLINE_MS, ...settings }
  const child = spawnNode(['dev', '--port', '0', '--json', ...storeFlags(store)], env)
  const errors: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  return spawnedServer(child, linesOf(child.stdout), urlOfReady, () => errors.join(''))
}

/** How `ordertrail start` is run. `preload`: a module that is loaded before it. `onLog` is given each line of its log. */
export interface ProductionOptions {
  readonly settings: Readonly<Record<string, string>>
  readonly preload: string
  readonly onLog: (line: string) => void
}

/** The same for `ordertrail start`, whose log tells when it is ready. */
export async function spawnProduction(
  store: { readonly path: string } | { readonly databaseUrl: string },
  { settings, preload, onLog }: ProductionOptions,
): Promise<SpawnedServer> {
  const env = { ...process.env, ...settings, ORDERTRAIL_LOG_LEVEL: 'info', ORDERTRAIL_LOG_FORMAT: 'json' }
  const child = spawnNode(['start', '--host', '127.0.0.1', '--port', '0', ...storeFlags(store)], env, preload)
  const last: string[] = []
  const lines = linesOf(child.stderr)
  lines.on('line', (line) => {
    onLog(line)
    if (last.push(line) > LAST_LINES) last.shift()
  })
  child.stdout?.resume()
  return spawnedServer(child, lines, urlOfStarted, () => last.join('\n'))
}

function linesOf(output: NodeJS.ReadableStream | null): Interface {
  return createInterface({ input: output as NodeJS.ReadableStream })
}

type StoreName = Parameters<typeof spawnServer>[0]

function storeFlags(store: StoreName): readonly string[] {
  return 'path' in store ? ['--data', store.path] : ['--database-url', store.databaseUrl]
}

function spawnNode(words: readonly string[], env: NodeJS.ProcessEnv, preload?: string): ChildProcess {
  const preloads = preload === undefined ? [] : ['--import', preload]
  const args = [...preloads, '--conditions=ordertrail-source', BIN, ...words]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  // A run that is broken off leaves no server behind.
  const killIt = (): boolean => child.kill('SIGKILL')
  process.once('exit', killIt)
  child.once('exit', () => process.removeListener('exit', killIt))
  return child
}

/** The URL in a line that tells it; null: another line. */
type ReadUrl = (line: string) => string | null

async function spawnedServer(
  child: ChildProcess,
  lines: Interface,
  readUrl: ReadUrl,
  errors: () => string,
): Promise<SpawnedServer> {
  const url = await readyUrl(child, lines, readUrl).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw new Error(`${String(error)}\n${errors().slice(-4000)}`)
  })
  return {
    url,
    pid: child.pid ?? 0,
    ending: () => {
      if (child.exitCode === null && child.signalCode === null) return null
      return `ended with ${child.signalCode ?? child.exitCode}`
    },
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    stop: () => end(child, 'SIGTERM'),
  }
}

function urlOfReady(line: string): string | null {
  const { event, url } = JSON.parse(line) as { readonly event: string; readonly url: string }
  return event === 'ready' ? url : null
}

/** `detail` is the URL and the store, with a comma between. */
function urlOfStarted(line: string): string | null {
  if (!line.includes('"server.started"')) return null
  const { detail } = JSON.parse(line) as { readonly detail: string }
  return detail.split(',')[0] ?? null
}

/** Reads on for ever, because a pipe that nobody reads stops the process that writes. */
function readyUrl(child: ChildProcess, lines: Interface, readUrl: ReadUrl): Promise<string> {
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(
      () => reject(new Error(`the server is not ready after ${READY_MS_MAX} ms`)),
      READY_MS_MAX,
    )
    child.once('exit', (code, signal) => {
      clearTimeout(tooLate)
      reject(new Error(`the server ended with ${code ?? signal} before it was ready`))
    })
    lines.on('line', (line) => {
      const url = readUrl(line)
      if (url === null) return
      clearTimeout(tooLate)
      resolve(url)
    })
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  return child.exitCode
}
