// One start of the installed command: how long until it answers, and what it holds when it has settled.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { settledKib } from '../frame/memory.ts'

/** What is started: words and variables of a command line, the installed `bin` before them. */
export interface StartPlan {
  readonly bin: string
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Milliseconds from the spawn to the first 2xx of /healthz, and resident KiB at rest. */
export interface StartUp {
  readonly readyMs: number
  readonly restKib: number
}

const URL_TOLD = /http:\/\/127\.0\.0\.1:\d+/
const READY_MS_MAX = 60_000

/** Starts it and ends it in order; milliseconds until it answered. */
export async function startOnce(plan: StartPlan): Promise<number> {
  const { child, readyMs } = await started(plan)
  await ended(child)
  return readyMs
}

/** Starts it, waits until its memory has settled, and ends it in order. */
export async function startAndRest(plan: StartPlan): Promise<StartUp> {
  const { child, readyMs } = await started(plan)
  const restKib = await settledKib(child.pid ?? 0, async () => undefined)
  await ended(child)
  return { readyMs, restKib }
}

async function started({
  bin,
  words,
  env,
}: StartPlan): Promise<{ readonly child: ChildProcess; readonly readyMs: number }> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [bin, ...words, '--host', '127.0.0.1', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  const { status } = await fetch(`${await urlTold(child)}/healthz`)
  if (status !== 200) throw new Error(`/healthz answered ${status}.`)
  return { child, readyMs: performance.now() - startedAt }
}

async function ended(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

/** Where it listens, as it tells when it does. */
async function urlTold(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  const hear = (text: Buffer): void => {
    said += text.toString()
    const told = URL_TOLD.exec(said)?.[0]
    if (told !== undefined) resolve(told)
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  child.once('exit', (code) => reject(new Error(`It ended with ${code} before it listened:\n${said}`)))
  const timer = setTimeout(
    () => reject(new Error(`It does not listen after ${READY_MS_MAX} ms:\n${said}`)),
    READY_MS_MAX,
  )
  return promise.finally(() => clearTimeout(timer))
}
