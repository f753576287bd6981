// The server under test: `ordertrail start` as a process of its own, as in production but for the addresses it may send to.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { profilingFlags } from '../frame/child.ts'
import type { Place } from './databases.ts'
import { SECRET_KEY } from './seed.ts'

const BIN = join(import.meta.dirname, '../../packages/cli/src/bin.ts')
const READY_MS_MAX = 30_000
const POLL_MS = 20

/** A running server. */
export interface BenchServer {
  readonly pid: number
  /** Resolves when it answers requests; it delivers before that. */
  url(): Promise<string>
  /** SIGKILL; what is under way is left behind. */
  kill(): Promise<void>
  /** Ends it in order: what is under way is recorded. */
  stop(): Promise<void>
}

/** Settings of `ordertrail start` on `place`, as variables. */
export function settingsOf(place: Place): Readonly<Record<string, string>> {
  return {
    ...(place.engine === 'postgres' ? { DATABASE_URL: place.url } : { ORDERTRAIL_STORE_PATH: place.path }),
    ORDERTRAIL_SECRET_KEY: SECRET_KEY.toString('base64'),
    ORDERTRAIL_ADMIN_KEY: 'bench_admin_key_of_more_than_32_characters',
    ORDERTRAIL_WEBHOOK_NETWORKS_ALLOWED: '127.0.0.0/8',
    // One caller is the whole load.
    ORDERTRAIL_RATE_LIMITS: 'off',
  }
}

/** Starts the server on `place`; its log goes into `folder`. Settings are variables of `ordertrail start`, flags those of Node. */
export function startServer(
  place: Place,
  folder: string,
  settings: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): BenchServer {
  const logPath = join(folder, 'server.log')
  const log = openSync(logPath, 'w')
  // A database of the environment must not come between.
  const others = { ORDERTRAIL_DATABASE_URL: undefined, DATABASE_URL: undefined, ORDERTRAIL_STORE_PATH: undefined }
  const env = { ...process.env, ...others, ...settingsOf(place), ...settings }
  const args = [
    '--conditions=ordertrail-source',
    ...profilingFlags(),
    ...flags,
    BIN,
    'start',
    '--host',
    '127.0.0.1',
    '--port',
    '0',
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', log], env })
  // It would go on without the bench, on the cores of whoever comes next.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return {
    pid: child.pid ?? 0,
    url: () => urlInLog(child, logPath),
    kill: () => end(child, 'SIGKILL', logPath),
    stop: () => end(child, 'SIGTERM', logPath),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals, logPath: string): Promise<void> {
  if (child.exitCode !== null) throw new Error(`The server ended by itself; the end of its log:\n${tail(logPath)}`)
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

async function urlInLog(child: ChildProcess, logPath: string): Promise<string> {
  for (let waitedMs = 0; waitedMs < READY_MS_MAX && child.exitCode === null; waitedMs += POLL_MS) {
    const found = /"detail":"(http:\/\/127\.0\.0\.1:\d+)/.exec(readFileSync(logPath, 'utf8'))?.[1]
    if (found !== undefined) return found
    await sleep(POLL_MS)
  }
  throw new Error(`The server did not start; the end of its log:\n${tail(logPath)}`)
}

function tail(logPath: string): string {
  return readFileSync(logPath, 'utf8').slice(-2_000)
}
