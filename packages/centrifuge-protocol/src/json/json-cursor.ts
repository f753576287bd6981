// A cursor over JSON text that is already known to be valid: it finds values, and leaves payloads as text.

import { MalformedFrame } from '../malformed-frame.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const SPACE = 0x20
const NULL = 0x6e

/** What kind of value begins at the cursor, as far as readers care. */
export type ValueKind = 'object' | 'array' | 'string' | 'null' | 'other'

/** Reads valid JSON from left to right. Over text that is not valid JSON its answers mean nothing. */
export class JsonCursor {
  readonly #text: string
  readonly #depthMax: number
  #position = 0
  /** Where the next backslash is, once it has been looked for: every stretch of text is searched once. */
  #backslash = -1

  /**
   * @param text one valid JSON document
   * @param depthMax how deep a skipped or raw value may be nested
   */
  constructor(text: string, depthMax: number) {
    this.#text = text
    this.#depthMax = depthMax
  }

  /** The kind of the next value. */
  kind(): ValueKind {
    switch (this.#nextCode()) {
      case OPEN_BRACE:
        return 'object'
      case OPEN_BRACKET:
        return 'array'
      case QUOTE:
        return 'string'
      case NULL:
        return 'null'
      default:
        return 'other'
    }
  }

  /** Steps into the object or array that begins here. */
  enter(): void {
    this.#nextCode()
    this.#position++
  }

  /** In an object: the next key, with the cursor before its value; null when the object ends, with the cursor behind it. */
  nextKey(): string | null {
    if (!this.nextItem()) return null
    const key = this.string()
    this.#nextCode()
    this.#position++ // The colon.
    return key
  }

  /** In an array: whether a further item follows; when not, the cursor is behind the array. */
  nextItem(): boolean {
    let code = this.#nextCode()
    if (code === COMMA) {
      this.#position++
      code = this.#nextCode()
    }
    if (code !== CLOSE_BRACE && code !== CLOSE_BRACKET) return true
    this.#position++
    return false
  }

  /** The string that begins here, with its escapes resolved. */
  string(): string {
    this.#nextCode()
    const start = this.#position
    const hasEscapes = this.#skipString()
    if (!hasEscapes) return this.#text.slice(start + 1, this.#position - 1)
    return JSON.parse(this.#text.slice(start, this.#position)) as string
  }

  /** The text of the value that begins here, without white space around it. */
  rawValue(): string {
    this.#nextCode()
    const start = this.#position
    this.skipValue()
    return this.#text.slice(start, this.#position)
  }

  /**
   * Goes behind the value that begins here.
   *
   * @throws {MalformedFrame} when it is nested too deep
   */
  skipValue(): void {
    const code = this.#nextCode()
    if (code === QUOTE) this.#skipString()
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#skipContainer()
    else this.#skipWord()
  }

  #nextCode(): number {
    let code = this.#text.charCodeAt(this.#position)
    while (code <= SPACE) code = this.#text.charCodeAt(++this.#position)
    return code
  }

  /** Goes behind a string; says whether it holds escapes. */
  #skipString(): boolean {
    const start = this.#position + 1
    if (this.#backslash < start) this.#backslash = indexOrEnd(this.#text, '\\', start)
    const quote = this.#text.indexOf('"', start)
    if (quote < this.#backslash) {
      this.#position = quote + 1
      return false
    }
    this.#skipEscapedString(start)
    return true
  }

  #skipEscapedString(start: number): void {
    let position = start
    for (let code = this.#text.charCodeAt(position); code !== QUOTE; code = this.#text.charCodeAt(position)) {
      position += code === BACKSLASH ? 2 : 1
    }
    this.#position = position + 1
  }

  #skipContainer(): void {
    let depth = 0
    do {
      const code = this.#text.charCodeAt(this.#position)
      if (code === QUOTE) {
        this.#skipString()
        continue
      }
      if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--
      if (depth > this.#depthMax) throw new MalformedFrame(`A value is nested deeper than ${this.#depthMax}.`)
      this.#position++
    } while (depth > 0)
  }

  /** A number, true, false or null. */
  #skipWord(): void {
    let code = this.#text.charCodeAt(this.#position)
    while (code > SPACE && code !== COMMA && code !== CLOSE_BRACE && code !== CLOSE_BRACKET) {
      code = this.#text.charCodeAt(++this.#position)
    }
  }
}

function indexOrEnd(text: string, searched: string, start: number): number {
  const index = text.indexOf(searched, start)
  return index === -1 ? text.length : index
}
