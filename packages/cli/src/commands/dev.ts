// `ordertrail dev`: the emulator on one's own machine.
import type { RunningServer } from '@ordertrail/server'
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { devSession, formatTrailLine, trailLine } from '@ordertrail/server/dev-tools'
import { Command } from 'commander'
import { devKeys } from '../dev-keys.ts'
import { devScreen } from '../dev-screen.ts'
import { addServerFlags, configOf, type ServerFlags } from '../server-flags.ts'
import { untilSignal } from '../signals.ts'
import { hasTerminal, keysLine, readKeys } from '../terminal-keys.ts'
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
  const signalled = untilSignal()
  // Loaded only now: the commands that merely call a server need none of it.
  const { startServer } = await import('@ordertrail/server')
  const server = await startServer({ mode: 'dev', ...configOf(flags) })
  try {
    if (flags.forwardTo !== undefined) await devSession(server.url).setWebhook(flags.forwardTo)
    if (flags.json === true) console.log(JSON.stringify({ event: 'ready', url: server.url }))
    else await showScreen(server)
    await (flags.json !== true && hasTerminal() ? untilKeyOr(signalled, server) : signalled)
  } finally {
    await server.stop()
  }
}

async function showScreen(server: RunningServer): Promise<void> {
  // Counted from the start of the process, which is what the developer waited for.
  const readyMs = Math.round(performance.now())
  const session = devSession(server.url)
  const userToken = await session.userToken(DEV_PROJECT.userId)
  // A store of an earlier run remembers its listener.
  const webhookUrl = await session.webhookUrl()
  console.log(
    devScreen({ version: ownVersion(), url: server.url, store: server.storeName, webhookUrl, userToken, readyMs }),
  )
  server.watchTrail((event, now) => console.log(formatTrailLine(trailLine(event, new Date(now)))))
}

/** A signal also ends the reading of keys; otherwise the terminal would keep the process alive. */
async function untilKeyOr(signalled: Promise<void>, server: RunningServer): Promise<void> {
  const keys = devKeys(devSession(server.url))
  console.log(`  ${keysLine(keys)}\n`)
  const ending = new AbortController()
  const say = (sentence: string): void => console.log(sentence)
  const reading = readKeys(keys, { onDone: say, onError: say, signal: ending.signal })
  await Promise.race([reading, signalled])
  ending.abort()
  await reading
}
