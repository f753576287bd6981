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
    else await showScreen(server, flags, Math.round(performance.now() - startedAt))
    await (flags.json === true || !hasTerminal() ? untilSignal() : Promise.race([untilSignal(), withKeys(server)]))
  } finally {
    await server.stop()
  }
}

async function showScreen(server: RunningServer, flags: DevFlags, readyMs: number): Promise<void> {
  const userToken = await devSession(server.url).userToken(DEV_PROJECT.userId)
  const webhookUrl = flags.forwardTo ?? null
  console.log(
    devScreen({ version: ownVersion(), url: server.url, store: server.storeName, webhookUrl, userToken, readyMs }),
  )
  server.watchTrail((event) => console.log(formatTrailLine(trailLine(event, new Date()))))
}

async function withKeys(server: RunningServer): Promise<void> {
  const keys = devKeys(devSession(server.url))
  console.log(`  ${keysLine([...keys, { key: 'q', label: 'quit', press: async () => undefined }])}\n`)
  await readKeys(keys, (sentence) => console.error(sentence))
}
