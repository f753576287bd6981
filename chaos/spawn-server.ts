// Runs `ordertrail dev` as a process of its own, to be killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url))

/** A server under test. */
export interface SpawnedServer {
  readonly url: string
  /** SIGKILL, then waits until the process is gone. */
  kill(): Promise<void>
  /** SIGTERM, then waits; gives the exit code. */
  stop(): Promise<number | null>
}

/** Short, because what a killed server was sending is sent again when its lease ends, which is a margin later. */
const DELIVERY_DEADLINE_MS = '1000'

/** Time after which a server that is not ready counts as broken. */
const READY_MS_MAX = 30_000

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
  const where = 'path' in store ? ['--data', store.path] : ['--database-url', store.databaseUrl]
  const args = ['--conditions=ordertrail-source', BIN, 'dev', '--port', '0', '--json', ...where]
  const env = { ...process.env, ORDERTRAIL_DELIVERY_DEADLINE_MS: DELIVERY_DEADLINE_MS, ...settings }
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  // A run that is broken off leaves no server behind.
  const killIt = (): boolean => child.kill('SIGKILL')
  process.once('exit', killIt)
  child.once('exit', () => process.removeListener('exit', killIt))
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const url = await readyUrl(child).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw new Error(`${String(error)}\n${errors.join('').slice(-4000)}`)
  })
  return { url, kill: () => end(child, 'SIGKILL').then(() => undefined), stop: () => end(child, 'SIGTERM') }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const signal = AbortSignal.timeout(READY_MS_MAX)
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the server ended with ${code} before it was ready`)
  })
  const ready = (async () => {
    for await (const line of lines) {
      const message = JSON.parse(line) as { readonly event: string; readonly url: string }
      if (message.event === 'ready') return message.url
    }
    return ended
  })()
  ended.catch(() => undefined)
  return Promise.race([ready, ended])
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  return child.exitCode
}
