// RawJson: the text of one JSON value, carried from the store to the wire without being parsed.

declare const RAW_JSON: unique symbol

/**
 * The text of exactly one JSON value.
 *
 * The brand is a promise: text that is not one JSON value would end the document it is embedded in,
 * and could so forge replies for other clients. Text that was written by `toRawJson` or read back
 * from where such text is kept may be asserted with `as RawJson`; foreign text goes through `rawJson`.
 */
export type RawJson = string & { readonly [RAW_JSON]: true }

/** What stands for an absent value where a value must be. */
export const JSON_NULL: RawJson = 'null' as RawJson

/**
 * Checks foreign text.
 *
 * @param text anything; white space around the value is kept
 * @returns the same text, or null when it is not exactly one JSON value
 */
export function rawJson(text: string): RawJson | null {
  try {
    JSON.parse(text)
    return text as RawJson
  } catch {
    return null
  }
}

/**
 * Renders a value.
 *
 * @param value anything JSON can express
 * @throws {TypeError} when JSON cannot express it (undefined, a function, a bigint, a ring)
 */
export function toRawJson(value: unknown): RawJson {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`JSON has no text for ${typeof value}; give null or leave the field out.`)
  return text as RawJson
}

const LINE_BREAKS = /[\n\r]/g

/**
 * The same value on one line.
 *
 * A line feed separates documents in a JSON frame, and either break ends a line of an event stream.
 * Inside JSON strings breaks are always escaped, so those found here are white space between tokens.
 */
export function onOneLine(text: RawJson): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(LINE_BREAKS, '') : text
}
