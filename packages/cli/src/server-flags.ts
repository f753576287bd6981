// Flags that say how a server runs; shared by dev, start and config print.
import { join } from 'node:path'
import type { ReadConfigOptions } from '@ordertrail/server'
import { type Command, InvalidArgumentError, Option } from 'commander'

/** The flags as given. */
export interface ServerFlags {
  readonly host?: string
  readonly port?: number
  readonly data?: string
  readonly databaseUrl?: string
  readonly config?: string
  readonly role?: string
}

const MEMORY = ':memory:'
const FILE_NAME = 'ordertrail.db'

/** Adds the flags to a command. */
export function addServerFlags(command: Command): Command {
  return command
    .option('--host <host>', 'address to listen on')
    .option('--port <port>', 'port to listen on; 0 takes a free one', port)
    .addOption(new Option('--data <folder>', `folder of the SQLite store, or ${MEMORY}`).conflicts('databaseUrl'))
    .option('--database-url <url>', 'PostgreSQL that holds the store')
    .option('--role <roles>', 'all, or some of api, gateway, dispatcher with commas; less than all needs PostgreSQL')
    .option('--config <file>', 'configuration file, JSON or YAML')
}

/** What the flags change of the configuration; a flag goes before environment and file. */
export function configOf(flags: ServerFlags): Omit<ReadConfigOptions, 'mode'> {
  const { host, port, data, databaseUrl, config, role } = flags
  const overrides = {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    // A database of the environment must not win over a folder that was named.
    ...(data === undefined ? {} : { databaseUrl: null, storePath: data === MEMORY ? data : join(data, FILE_NAME) }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(role === undefined ? {} : { role }),
  }
  return { overrides, ...(config === undefined ? {} : { configPath: config }) }
}

function port(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('Expected 0 to 65535.')
  return value
}
