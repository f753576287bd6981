// Where a value stands in a JSON text, found by walking to it.

const BLANK = /\s/

/** Offset of the value at `path`, of a member the offset of its name; undefined: the text has no such value. Only for valid JSON. */
export function jsonOffset(text: string, path: readonly (string | number)[]): number | undefined {
  let at = skipBlanks(text, 0)
  let found = at
  for (const step of path) {
    const entry = typeof step === 'number' ? elementAt(text, at, step) : memberNamed(text, at, step)
    if (entry === undefined) return undefined
    found = entry.found
    at = entry.value
  }
  return found
}

/** `found` is where people look, `value` where the value begins. */
interface Entry {
  readonly found: number
  readonly value: number
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && BLANK.test(text.charAt(at))) at++
  return at
}

function elementAt(text: string, list: number, index: number): Entry | undefined {
  if (text[list] !== '[') return undefined
  let at = skipBlanks(text, list + 1)
  for (let passed = 0; passed < index && text[at] !== ']'; passed++) at = nextEntry(text, endOfValue(text, at))
  return text[at] === ']' ? undefined : { found: at, value: at }
}

function memberNamed(text: string, object: number, name: string): Entry | undefined {
  if (text[object] !== '{') return undefined
  let at = skipBlanks(text, object + 1)
  while (text[at] === '"') {
    const end = endOfString(text, at)
    const value = skipBlanks(text, skipBlanks(text, end) + 1)
    if (JSON.parse(text.slice(at, end)) === name) return { found: at, value }
    at = nextEntry(text, endOfValue(text, value))
  }
  return undefined
}

/** From the end of one entry to the next one, or to the closing bracket. */
function nextEntry(text: string, end: number): number {
  const at = skipBlanks(text, end)
  return text[at] === ',' ? skipBlanks(text, at + 1) : at
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function endOfValue(text: string, start: number): number {
  let depth = 0
  let at = start
  do {
    const char = text[at]
    if (char === '"') at = endOfString(text, at)
    else {
      if (char === '{' || char === '[') depth++
      if (char === '}' || char === ']') depth--
      at++
    }
  } while (at < text.length && (depth > 0 || !/[\s,\]}]/.test(text.charAt(at))))
  return at
}
