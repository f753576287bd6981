// The flag that says which running emulator a command talks to.
import type { Command } from 'commander'

/** Where the emulator listens unless told otherwise. */
const EMULATOR_URL = 'http://127.0.0.1:4400'

/** The flag as given. */
export interface EmulatorFlags {
  readonly url: string
}

/** Adds the flag to a command. */
export function addEmulatorFlags(command: Command): Command {
  return command.option('--url <url>', 'the running emulator', process.env['ORDERTRAIL_CLI_URL'] ?? EMULATOR_URL)
}
