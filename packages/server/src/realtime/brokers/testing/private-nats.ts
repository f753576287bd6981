// A NATS server of a test's own, to be killed, frozen and started again while brokers use it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'

/** A server on a free port of this machine; it comes back at the same one. */
export interface PrivateNats {
  /** nats://…; known after the first start. */
  readonly url: string
  /** Starts it, and waits until it takes connections. */
  start(): Promise<void>
  /** Kill -9. */
  kill(): Promise<void>
  /** Stops its process without ending it; connections stay open and nothing answers. */
  freeze(): Promise<void>
  thaw(): Promise<void>
}

/** @returns a server that was not started yet; undefined where there is no nats-server on this machine */
export function makePrivateNats(): PrivateNats | undefined {
  const command = findServer()
  if (command === undefined) return undefined
  let server: ChildProcess | null = null
  let port = -1
  return {
    get url() {
      return `nats://127.0.0.1:${port}`
    },
    start: async () => {
      const started = spawn(command, ['-a', '127.0.0.1', '-p', `${port}`], { stdio: ['ignore', 'ignore', 'pipe'] })
      server = started
      const killIt = (): boolean => started.kill('SIGKILL')
      process.once('exit', killIt)
      started.once('exit', () => process.removeListener('exit', killIt))
      port = await portOf(started)
    },
    kill: async () => {
      if (server === null) return
      const exited = once(server, 'exit')
      server.kill('SIGKILL')
      await exited
      server = null
    },
    freeze: async () => void server?.kill('SIGSTOP'),
    thaw: async () => void server?.kill('SIGCONT'),
  }
}

function findServer(): string | undefined {
  // Debian keeps servers off the PATH of plain users.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path))
}

/** The port that its log tells. */
async function portOf(server: ChildProcess): Promise<number> {
  const log: string[] = []
  let port = 0
  for await (const line of createInterface(server.stderr as NodeJS.ReadableStream)) {
    log.push(line)
    port = Number(/Listening for client connections on \S+:(\d+)/.exec(line)?.[1] ?? port)
    if (line.includes('Server is ready')) break
  }
  server.stderr?.resume()
  if (port === 0) throw new Error(`nats-server does not start:\n${log.join('\n')}`)
  return port
}
