// `ordertrail start`: the server in production.
import { Command } from 'commander'
import { addServerFlags, configOf, type ServerFlags } from '../server-flags.ts'
import { untilSignal } from '../signals.ts'

/** The command. Standard output stays empty; the log goes to standard error. */
export function startCommand(): Command {
  return addServerFlags(new Command('start'))
    .description('starts the server; it wants ORDERTRAIL_SECRET_KEY and ORDERTRAIL_ADMIN_KEY')
    .action(async (flags: ServerFlags) => {
      const signalled = untilSignal()
      const { startServer } = await import('@ordertrail/server')
      const server = await startServer({ mode: 'start', ...configOf(flags) })
      await signalled
      await server.stop()
    })
}
