// A service that the tests start in a folder of its own, and that ends with them whatever ends them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const READY_MS_MAX = 30_000
const POLL_MS = 10
const LOG_LINES_SHOWN = 20
/** A new database is hundreds of files: 30 ms there, 500 ms on a disk that takes its time for each. */
const MEMORY_FOLDER = '/dev/shm'
const MEMORY_BYTES_MIN = 3 * 1024 ** 3

/** A running service: where tests reach it, and how to end it. */
export interface GuardedService {
  readonly url: string
  /** Ends the service and removes its folder; the second call waits for the first. */
  stop(): Promise<void>
}

/** What to run, in which folder, and how to see that it is ready. */
export interface ServicePlan {
  readonly name: string
  readonly folder: string
  readonly command: string
  readonly args: readonly string[]
  /** @returns the URL once the service takes connections; undefined until then */
  readonly readyUrl: (log: string) => string | undefined
}

/** @returns a new folder, named after `service`, in memory where there is room and else in the system's temporary place */
export function serviceFolder(service: string): string {
  return mkdtempSync(join(hasRoom(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), `ordertrail-${service}-`))
}

/** A container often gives it 64 MiB, and other systems have none. */
function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= MEMORY_BYTES_MIN
}

/**
 * Starts a service under the guard and waits until it is ready.
 *
 * @returns the running service
 * @throws {Error} when it ends or stays silent, with the last lines of its log
 */
export async function startGuarded(plan: ServicePlan): Promise<GuardedService> {
  const guardPath = fileURLToPath(new URL('./service-guard.mjs', import.meta.url))
  // Detached: Ctrl-C in the terminal must reach the test run only, which then ends the guard in its own time.
  const guard = spawn(process.execPath, [guardPath, plan.folder, plan.command, ...plan.args], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  })
  const hasEnded = once(guard, 'exit')
  const stop = async (): Promise<void> => {
    guard.stdin.end()
    await hasEnded
  }
  const url = await waitUntilReady(plan)
  if (url !== undefined) return { url, stop }
  const log = readLog(plan.folder)
  await stop()
  throw new Error(`${plan.name} did not start. The end of its log:\n${lastLines(log)}`)
}

async function waitUntilReady(plan: ServicePlan): Promise<string | undefined> {
  for (let waitedMs = 0; waitedMs < READY_MS_MAX; waitedMs += POLL_MS) {
    const url = plan.readyUrl(readLog(plan.folder))
    if (url !== undefined) return url
    if (existsSync(join(plan.folder, 'service.ended'))) return undefined
    await sleep(POLL_MS)
  }
  return undefined
}

function readLog(folder: string): string {
  const path = join(folder, 'service.log')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function lastLines(log: string): string {
  return log.trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n')
}
