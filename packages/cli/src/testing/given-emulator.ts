// An emulator for tests: in this process where only its answers matter, or as a program.
import type { TestContext } from 'node:test'
import { startServer } from '@ordertrail/server'
import { ORDERTRAIL, type RunningProgram, type SpawnOptions, spawnProgram } from './spawn-program.ts'

/** Starts an emulator in memory; it is stopped after the test. */
export async function givenEmulator(t: TestContext): Promise<{ readonly url: string }> {
  const overrides = { port: 0, databaseUrl: null, storePath: ':memory:' }
  const server = await startServer({ mode: 'dev', env: {}, overrides })
  t.after(() => server.stop())
  return { url: server.url }
}

/** Starts `ordertrail dev` with these flags and a free port and waits until it is ready. */
export async function givenDevProgram(
  t: TestContext,
  flags: readonly string[],
  options: SpawnOptions = {},
): Promise<{ readonly url: string; readonly program: RunningProgram }> {
  const program = spawnProgram([...ORDERTRAIL, 'dev', '--port', '0', ...flags], options)
  t.after(() => program.end('SIGKILL'))
  const [url] = await program.wrote(/http:\/\/127\.0\.0\.1:\d+/)
  return { url, program }
}
