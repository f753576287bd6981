// Runs a command line as a process of its own, as a user does, and shows what it wrote.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** How a program ended: its exit code, or null when a signal killed it, and all it wrote. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A program that runs. */
export interface RunningProgram {
  /** Resolves with the first match in what was written to standard output or error; rejects when the program ends without it. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>
  /** Sends the signal and waits for the end. Safe to call when it has ended. */
  end(signal: NodeJS.Signals): Promise<Ended>
  readonly ended: Promise<Ended>
}

/** Environment and working folder; `env` comes on top of what a program needs to run at all. */
export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly folder?: string
}

/** `ordertrail` as it runs from the sources. */
export const ORDERTRAIL: readonly string[] = [
  process.execPath,
  '--conditions=ordertrail-source',
  fileURLToPath(new URL('../bin.ts', import.meta.url)),
]

/** Starts a program. */
export function spawnProgram(commandLine: readonly string[], options: SpawnOptions = {}): RunningProgram {
  const [command = '', ...args] = commandLine
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...bareEnvironment(), ...options.env },
    cwd: options.folder,
  })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  }
  // 'close' comes after the last byte of both streams, 'exit' may come before it.
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...written }))
  return {
    ended,
    wrote: (pattern) => firstMatch(pattern, written, [child.stdout, child.stderr], ended),
    end: (signal) => {
      child.kill(signal)
      return ended
    },
  }
}

/** Runs a program to its end. */
export function runToEnd(commandLine: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return spawnProgram(commandLine, options).ended
}

async function firstMatch(
  pattern: RegExp,
  written: { readonly stdout: string; readonly stderr: string },
  streams: readonly NodeJS.ReadableStream[],
  ended: Promise<Ended>,
): Promise<RegExpExecArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
  const look = (): void => {
    const found = pattern.exec(written.stdout) ?? pattern.exec(written.stderr)
    if (found !== null) resolve(found)
  }
  const giveUp = (end: Ended): void =>
    reject(new Error(`ended with ${end.code} before it wrote ${pattern}\n${end.stderr}`))
  for (const stream of streams) stream.on('data', look)
  look()
  ended.then(giveUp)
  return promise.finally(() => {
    for (const stream of streams) stream.off('data', look)
  })
}

/** Neither settings nor databases nor colours of whoever runs the tests; what Node has compiled before need not be compiled again. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, SystemRoot, NODE_COMPILE_CACHE } = process.env
  return { PATH, HOME, TMPDIR, SystemRoot, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) }
}
