// Flags that say how a server runs; shared by dev, start and config print.
import { join } from 'node:path'
import type { ConfigOverrides } from '@ordertrail/server'
import { type Command, InvalidArgumentError } from 'commander'

/** The flags as given. */
export interface ServerFlags {
  readonly host?: string
  readonly port?: number
  readonly data?: string
  readonly databaseUrl?: string
  readonly config?: string
}

const MEMORY = ':memory:'
const FILE_NAME = 'ordertrail.db'

/** Adds the flags to a command. */
export function addServerFlags(command: Command): Command {
  return command
    .option('--host <host>', 'address to listen on')
    .option('--port <port>', 'port to listen on; 0 takes a free one', port)
    .option('--data <folder>', `folder of the SQLite store, or ${MEMORY}`)
    .option('--database-url <url>', 'PostgreSQL that holds the store')
    .option('--config <file>', 'configuration file, JSON or YAML')
}

/** What the flags change of the configuration; a flag goes before environment and file. */
export function overridesOf({ host, port, data, databaseUrl }: ServerFlags): ConfigOverrides {
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(data === undefined ? {} : { storePath: data === MEMORY ? data : join(data, FILE_NAME) }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  }
}

function port(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('Expected 0 to 65535.')
  return value
}
