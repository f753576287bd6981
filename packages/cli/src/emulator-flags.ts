// The flag that says which running emulator a command talks to.
import { type Command, InvalidArgumentError, Option } from 'commander'

/** Where the emulator listens unless told otherwise. */
const EMULATOR_URL = 'http://127.0.0.1:4400'

/** The flag as given. */
export interface EmulatorFlags {
  readonly url: string
}

/** Adds the flag to a command. */
export function addEmulatorFlags(command: Command): Command {
  const url = new Option('--url <url>', 'the running emulator')
    .env('ORDERTRAIL_CLI_URL')
    .default(EMULATOR_URL)
    .argParser(parseUrl)
  return command.addOption(url)
}

function parseUrl(text: string): string {
  const protocol = URL.parse(text)?.protocol
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new InvalidArgumentError(`Expected a URL such as ${EMULATOR_URL}.`)
  }
  return text
}
