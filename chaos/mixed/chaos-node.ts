// One server process of a run that dies, freezes and comes back; whoever supervises it starts it again and again.
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type SpawnedServer, spawnProduction } from '../spawn-server.ts'
import { CLOCK_FILE_VARIABLE } from '../stage/clock-file.ts'

/** What a node does for whom. */
export type NodeRole = 'all' | 'api' | 'gateway' | 'dispatcher'

/** A node. */
export interface ChaosNode {
  readonly name: string
  readonly role: NodeRole
  /** Where it listens; null while it is not there. */
  readonly end: () => { readonly port: number; readonly host: string } | null
  start(): Promise<void>
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  /** Its wall clock is wrong by so much from now on. */
  setClock(offsetMs: number): void
  /** Null while it is not there. */
  readonly process: () => SpawnedServer | null
  readonly faults: readonly string[]
  /** Starts that failed, because what a node needs was away. */
  readonly failedStarts: () => number
  close(): Promise<void>
}

/** What a node is made of. */
export interface NodeParts {
  readonly name: string
  readonly role: NodeRole
  readonly store: Parameters<typeof spawnProduction>[0]
  readonly settings: Readonly<Record<string, string>>
  /** For its log and its clock. */
  readonly folder: string
}

const PRELOAD = new URL('../stage/jumping-clock.ts', import.meta.url).href
const START_MS_MAX = 180_000
const RESTART_MS = 200
/** pino: error and worse. */
const ERROR_LEVEL = 50
/** Errors that honest trouble of the store, the broker and listeners brings with it. */
const TROUBLE = /store_(unavailable|full|read_only)|look_failed|record_failed|broker|ECONN|EPIPE|timeout|closed/i

/** Makes one; it is not started yet. */
export function makeNode({ name, role, store, settings, folder }: NodeParts): ChaosNode {
  mkdirSync(folder, { recursive: true })
  const clockFile = join(folder, `${name}.clock`)
  const log = openSync(join(folder, `${name}.log`), 'a')
  const faults: string[] = []
  let server: SpawnedServer | null = null
  let failedStarts = 0
  const setClock = (offsetMs: number): void => writeFileSync(clockFile, String(Math.round(offsetMs)))
  setClock(0)
  const onLog = (line: string): void => {
    writeSync(log, `${line}\n`)
    if (isFault(line)) faults.push(`${name} logged ${line.slice(0, 600)}`)
  }
  const spawn = () =>
    spawnProduction(store, { settings: { ...settings, [CLOCK_FILE_VARIABLE]: clockFile }, preload: PRELOAD, onLog })
  const noteEnding = (): void => {
    const ending = server?.ending() ?? null
    if (ending !== null) faults.push(`${name} ${ending} by itself`)
  }
  const kill = async (): Promise<void> => {
    noteEnding()
    const known = server
    server = null
    await known?.kill()
  }
  return {
    name,
    role,
    faults,
    failedStarts: () => failedStarts,
    process: () => server,
    end: () => (server === null ? null : { port: Number(new URL(server.url).port), host: '127.0.0.1' }),
    start: async () => {
      for (const end = performance.now() + START_MS_MAX; server === null; ) {
        try {
          server = await spawn()
        } catch (error) {
          failedStarts += 1
          if (performance.now() > end) throw error
          await delay(RESTART_MS)
        }
      }
    },
    kill,
    freeze: () => signal(server, 'SIGSTOP'),
    thaw: () => signal(server, 'SIGCONT'),
    setClock,
    close: async () => {
      noteEnding()
      signal(server, 'SIGCONT')
      await server?.kill()
      server = null
      closeSync(log)
    },
  }
}

function signal(server: SpawnedServer | null, name: NodeJS.Signals): void {
  if (server !== null && server.ending() === null) process.kill(server.pid, name)
}

function isFault(line: string): boolean {
  const level = /^\{"level":(\d+)/.exec(line)?.[1]
  if (level === undefined) return /^\w*Error|UnhandledPromise|FATAL/.test(line)
  return Number(level) >= ERROR_LEVEL && !TROUBLE.test(line)
}

/** Memory in MB and open handles of a living process, as Linux tells them; null elsewhere. */
export function weighProcess(pid: number): { readonly megabytes: number; readonly handles: number } | null {
  try {
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    return { megabytes: Math.round(kilobytes / 1024), handles: readdirSync(`/proc/${pid}/fd`).length }
  } catch {
    return null
  }
}
