// A log record as one readable line for a person at a terminal.
import { styleText } from 'node:util'

const LEVELS: Readonly<Record<number, { readonly mark: string; readonly style: 'dim' | 'green' | 'yellow' | 'red' }>> =
  {
    20: { mark: '·', style: 'dim' },
    30: { mark: '•', style: 'green' },
    40: { mark: '!', style: 'yellow' },
    50: { mark: '✗', style: 'red' },
  }

type Style = (style: Parameters<typeof styleText>[0], text: string) => string

/**
 * `12:30:04.123 • order.applied  orderId=10000001 from=new to=paid`, and the stack of an error on lines below.
 *
 * @param json one record as the logger writes it; anything else comes back as it is
 * @param useColor whether the reader is a terminal
 */
export function readableLine(json: string, useColor: boolean): string {
  const record = parseRecord(json)
  if (record === undefined) return json
  const { level, time, msg, error, ...fields } = record
  const style: Style = (name, text) => (useColor ? styleText(name, text, { validateStream: false }) : text)
  const { mark, style: levelStyle } = LEVELS[Number(level)] ?? { mark: '•', style: 'dim' as const }
  const clock = new Date(Number(time)).toISOString().slice(11, 23)
  const pairs = Object.entries(fields).map(([name, value]) => `${style('dim', `${name}=`)}${quoted(value)}`)
  const line = [style('dim', clock), style(levelStyle, mark), style('bold', String(msg)), ...pairs].join(' ')
  return error === undefined ? `${line}\n` : `${line}\n${errorLines(error)}\n`
}

function parseRecord(json: string): Record<string, unknown> | undefined {
  try {
    const record: unknown = JSON.parse(json)
    return typeof record === 'object' && record !== null ? { ...record } : undefined
  } catch {
    return undefined
  }
}

/** Texts with blanks in quotes, so that the pairs of a line stay apart. */
function quoted(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}

function errorLines(error: unknown): string {
  const { stack, message, cause } = error as { stack?: string; message?: string; cause?: unknown }
  const own = (stack ?? message ?? String(error)).replaceAll(/^/gm, '  ')
  return cause === undefined ? own : `${own}\n  caused by:\n${errorLines(cause)}`
}
