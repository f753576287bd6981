// `ordertrail start`: the server in production.
import { startServer } from '@ordertrail/server'
import { Command } from 'commander'
import { addServerFlags, overridesOf, type ServerFlags } from '../server-flags.ts'
import { untilSignal } from '../signals.ts'

/** The command. */
export function startCommand(): Command {
  return addServerFlags(new Command('start'))
    .description('starts the server; it wants ORDERTRAIL_SECRET_KEY and ORDERTRAIL_ADMIN_KEY')
    .action(async (flags: ServerFlags) => {
      const server = await startServer({
        mode: 'start',
        overrides: overridesOf(flags),
        ...(flags.config === undefined ? {} : { configPath: flags.config }),
      })
      await untilSignal()
      await server.stop()
    })
}
