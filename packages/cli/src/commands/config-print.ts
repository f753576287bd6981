// `ordertrail config print`: the configuration as a server would read it, with secrets hidden.
import { Command, Option } from 'commander'
import { addServerFlags, configOf, type ServerFlags } from '../server-flags.ts'

/** The command. */
export function configCommand(): Command {
  const print = addServerFlags(new Command('print'))
    .description('prints every setting, its value and where it came from')
    .addOption(new Option('--mode <mode>', 'for which command').choices(['dev', 'start']).default('start'))
    .action(async ({ mode, ...flags }: ServerFlags & { readonly mode: 'dev' | 'start' }) => {
      const { printConfig, readConfig } = await import('@ordertrail/server')
      const read = await readConfig({ mode, ...configOf(flags) })
      process.stdout.write(printConfig(read))
      for (const sentence of read.warnings) console.error(sentence)
    })
  return new Command('config').description('shows the configuration').addCommand(print)
}
