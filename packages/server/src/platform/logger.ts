// The log: one wide line per outcome, named noun.verb, with an allow-list of fields.
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'
import { type LogFields, loggable } from './log-fields.ts'
import { readableLine } from './log-line.ts'

export type { LogFields } from './log-fields.ts'

/** Least severe first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** How severe a line is. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** `auto`: readable at a terminal, JSON elsewhere. */
export const LOG_FORMATS = ['auto', 'pretty', 'json'] as const

/** How a line looks. */
export type LogFormat = (typeof LOG_FORMATS)[number]

/** Name of what happened: delivery.attempted, order.applied. */
export type LogEvent = `${string}.${string}`

/** Writes lines. Fields that are not in LOG_FIELDS do not compile, and are dropped where they come in anyway. */
export interface Logger {
  debug(event: LogEvent, fields?: LogFields): void
  info(event: LogEvent, fields?: LogFields): void
  warn(event: LogEvent, fields?: LogFields): void
  error(event: LogEvent, fields?: LogFields): void
  /** A logger whose lines all carry `fields`. */
  with(fields: LogFields): Logger
}

/** Where the log goes and how it looks. */
export interface LoggerOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  /** Gets each line with its line end; default: stderr. */
  readonly write?: (line: string) => void
  /** Whether the reader is a terminal; default: what stderr is. */
  readonly isTerminal?: boolean
}

/** Opens the log. Lines are written at once, so that a crash loses none. */
export function createLogger(options: LoggerOptions): Logger {
  const isTerminal = options.isTerminal ?? process.stderr.isTTY === true
  const isReadable = options.format === 'pretty' || (options.format === 'auto' && isTerminal)
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const destination: DestinationStream = {
    write: (json) => write(isReadable ? readableLine(json, isTerminal) : json),
  }
  return wrap(pino({ level: options.level, base: null }, destination), {})
}

function wrap(target: PinoLogger, bound: LogFields): Logger {
  const write =
    (level: LogLevel) =>
    (event: LogEvent, fields: LogFields = {}) => {
      if (target.isLevelEnabled(level)) target[level](loggable({ ...bound, ...fields }), event)
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => wrap(target, { ...bound, ...fields }),
  }
}

function nothing(): void {}

/** A log that keeps nothing, for tests. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  with: () => silentLogger,
}
