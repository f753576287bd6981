// A log record as one line of JSON, written in one pass over its fields: a busy server writes thousands of lines a second.
import { hideCredentials, LOG_FIELDS, type LogFields, plainError } from './log-fields.ts'

/** Names that may be written, each with the text that comes before its value. */
const NAMES: ReadonlyMap<string, string> = new Map(LOG_FIELDS.map((name) => [name, `,"${name}":`]))

/** One record. `level` is the number of its severity, `time` wall milliseconds. */
export interface LogRecord {
  readonly level: number
  readonly time: number
  readonly event: string
  readonly fields: LogFields
}

/** The record with its line end: unknown names and empty members gone, texts cleaned, errors in plain form. */
export function recordLine({ level, time, event, fields }: LogRecord): string {
  const values: Readonly<Record<string, unknown>> = fields
  let line = `{"level":${level},"time":${time}`
  for (const name in values) {
    const start = NAMES.get(name)
    const value = start === undefined ? undefined : jsonOf(name, values[name])
    if (value !== undefined) line += start + value
  }
  return `${line},"msg":${textJson(event)}}\n`
}

/** JSON of one value; undefined where it may not be written. */
function jsonOf(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (name === 'error') return JSON.stringify(plainError(value))
  if (typeof value === 'string') return textJson(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  return value === null || typeof value === 'boolean' ? String(value) : undefined
}

/** JSON of texts that hold nothing to hide, remembered: most are words of ours and URLs of listeners, which come again and again. */
const harmless = new Map<string, string>()
const HARMLESS_MAX = 1_000
const HARMLESS_CHARS_MAX = 200

function textJson(text: string): string {
  const known = harmless.get(text)
  if (known !== undefined) return known
  const json = JSON.stringify(hideCredentials(text))
  // A text of its own as the key: the one that was given may be a piece of something large, which it would keep.
  const key = json.slice(1, -1)
  if (key === text && text.length <= HARMLESS_CHARS_MAX) remember(key, json)
  return json
}

function remember(text: string, json: string): void {
  if (harmless.size >= HARMLESS_MAX) harmless.clear()
  harmless.set(text, json)
}
