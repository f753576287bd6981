// The log: one wide line per outcome, named noun.verb, with an allow-list of fields.
import { type GatheredLines, gatherLines } from './gathered-lines.ts'
import type { LogFields } from './log-fields.ts'
import { readableLine } from './log-line.ts'
import { recordLine } from './log-record.ts'

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

/** Writes one line, or keeps it for a moment. */
type WriteLine = (line: string, level: LogLevel) => void

/** Numbers of the levels in a record, as pino and what reads its logs know them. */
const LEVEL_NUMBERS: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 }

/**
 * Opens the log.
 *
 * JSON for stderr gathers until the turn of the event loop is over, 4 KB at most; an error is written at once, with all that came before it,
 * and so is everything when the process ends by itself. A SIGKILL loses the lines of its last turn, as it always lost the one that was
 * about to be written.
 */
export function createLogger(options: LoggerOptions): Logger {
  const isTerminal = options.isTerminal ?? process.stderr.isTTY === true
  const isReadable = options.format === 'pretty' || (options.format === 'auto' && isTerminal)
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const writeLine: WriteLine = isReadable
    ? (json) => write(readableLine(json, isTerminal))
    : (options.write ?? writeToStderr)
  return makeLogger(LEVEL_NUMBERS[options.level], writeLine, {})
}

/** One for the process, however many servers it runs. */
let stderrLines: GatheredLines | undefined

function writeToStderr(line: string, level: LogLevel): void {
  stderrLines ??= openStderr()
  stderrLines.add(line)
  if (level === 'error') stderrLines.flush()
}

function openStderr(): GatheredLines {
  const lines = gatherLines((text) => void process.stderr.write(text))
  process.on('exit', lines.flush)
  return lines
}

function makeLogger(levelMin: number, writeLine: WriteLine, bound: LogFields): Logger {
  const isBound = Object.keys(bound).length > 0
  const writerOf = (level: LogLevel): Logger['info'] => {
    const number = LEVEL_NUMBERS[level]
    if (number < levelMin) return nothing
    return (event, own = {}) => {
      const fields = isBound ? { ...bound, ...own } : own
      writeLine(recordLine({ level: number, time: Date.now(), event, fields }), level)
    }
  }
  return {
    debug: writerOf('debug'),
    info: writerOf('info'),
    warn: writerOf('warn'),
    error: writerOf('error'),
    with: (fields) => makeLogger(levelMin, writeLine, { ...bound, ...fields }),
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
