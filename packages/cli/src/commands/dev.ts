// `ordertrail dev`: the emulator on one's own machine.
import { DEV_PROJECT, type RunningServer, startServer } from '@ordertrail/server'
import { Command } from 'commander'
import { devKeys } from '../dev-keys.ts'
import { devScreen } from '../dev-screen.ts'
import { devSession } from '../dev-session.ts'
import { addServerFlags, overridesOf, type ServerFlags } from '../server-flags.ts'
import { untilSignal } from '../signals.ts'
import { hasTerminal, keysLine, readKeys } from '../terminal-keys.ts'
import { formatTrailLine, trailLine } from '../trail-line.ts'
import { ownVersion } from '../version.ts'

interface DevFlags extends ServerFlags {
  readonly forwardTo?: string
  readonly json?: boolean
}

/** The command. */
export function devCommand(): Command {
  return addServerFlags(new Command('dev'))
    .description('starts the emulator: a store with one demo project, for your own machine and for CI')
    .option('--forward-to <url>', 'your webhook listener, such as http://127.0.0.1:3000/webhooks')
    .option('--json', 'prints one line {"event":"ready","url":…} and nothing else on standard output')
    .action(runDev)
}

async function runDev(flags: DevFlags): Promise<void> {
  const startedAt = performance.now()
  const server = await startServer({
    mode: 'dev',
    overrides: overridesOf(flags),
    ...(flags.config === undefined ? {} : { configPath: flags.config }),
  })
  try {
    if (flags.forwardTo !== undefined) await devSession(server.url).setWebhook(flags.forwardTo)
    if (flags.json === true) console.log(JSON.stringify({ event: 'ready', url: server.url }))
    else await showScreen(server, Math.round(performance.now() - startedAt))
    await (flags.json !== true && hasTerminal() ? untilKeyOrSignal(server) : untilSignal())
  } finally {
    await server.stop()
  }
}

async function showScreen(server: RunningServer, readyMs: number): Promise<void> {
  const session = devSession(server.url)
  const userToken = await session.userToken(DEV_PROJECT.userId)
  // A store of an earlier run remembers its listener.
  const webhookUrl = await session.webhookUrl()
  console.log(
    devScreen({ version: ownVersion(), url: server.url, store: server.storeName, webhookUrl, userToken, readyMs }),
  )
  server.watchTrail((event) => console.log(formatTrailLine(trailLine(event, new Date()))))
}

/** A signal also ends the reading of keys; otherwise the terminal would keep the process alive. */
async function untilKeyOrSignal(server: RunningServer): Promise<void> {
  const keys = devKeys(devSession(server.url))
  console.log(`  ${keysLine(keys)}\n`)
  const signalled = new AbortController()
  const say = (sentence: string): void => console.log(sentence)
  const reading = readKeys(keys, { onDone: say, onError: say, signal: signalled.signal })
  await Promise.race([reading, untilSignal().then(() => signalled.abort())])
  await reading
}
