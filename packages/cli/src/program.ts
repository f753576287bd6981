// The command line: one file per command, all of them listed here.
import { AppError } from '@ordertrail/core'
import { CallFailed } from '@ordertrail/server/dev-tools'
import { Command } from 'commander'
import { configCommand } from './commands/config-print.ts'
import { devCommand } from './commands/dev.ts'
import { ordersCommand } from './commands/orders.ts'
import { startCommand } from './commands/start.ts'
import { timeCommand } from './commands/time-skip.ts'
import { tokenCommand } from './commands/token.ts'
import { webhooksCommand } from './commands/webhooks.ts'
import { ownVersion } from './version.ts'

/** Runs one command line; expected failures end with a sentence and exit code 1. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = new Command('ordertrail')
    .description('order status for game stores')
    .version(ownVersion())
    .addCommand(devCommand())
    .addCommand(startCommand())
    .addCommand(configCommand())
    .addCommand(ordersCommand())
    .addCommand(tokenCommand())
    .addCommand(timeCommand())
    .addCommand(webhooksCommand())
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof CallFailed)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
