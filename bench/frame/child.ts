// A program of the bench in a process of its own, and the plain messages that go to and fro.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** Time in which a child has to answer or to end. */
const PATIENCE_MS = 120_000

/** A running child; `Message` is what it may be asked. */
export interface Child<Message> {
  readonly pid: number
  /** Sends a message and resolves with the next thing the child says. Rejects when it ends instead. */
  ask<Answer>(message: Message): Promise<Answer>
  stop(): Promise<void>
}

/**
 * Starts `path` and resolves with its first words.
 *
 * @param input what readInput() gives there. It goes through stdin, because an argument has 128 KiB at most, and a list of orders is longer
 */
export async function startChild<Message, First>(
  path: string,
  input: unknown,
): Promise<Child<Message> & { readonly first: First }> {
  const child = fork(path, {
    execArgv: ['--conditions=ordertrail-source', ...profilingFlags()],
    serialization: 'advanced',
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
  })
  // Not everybody reads it.
  child.stdin?.on('error', () => {})
  child.stdin?.end(JSON.stringify(input))
  const first = (await nextMessage(child)) as First
  return {
    first,
    pid: child.pid ?? 0,
    ask: async (message) => {
      const answer = nextMessage(child)
      child.send(message as object)
      return (await answer) as never
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      if (child.connected) child.disconnect()
      else child.kill()
      await ended
    },
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(PATIENCE_MS)])
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A child of the bench ended with ${code} instead of answering.`)
  })
  ended.catch(() => undefined)
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended])
    return message
  } finally {
    over.abort()
  }
}

/** BENCH_PROFILES names a folder for CPU profiles of every process. */
export function profilingFlags(): readonly string[] {
  const folder = process.env.BENCH_PROFILES
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${folder}`]
}
