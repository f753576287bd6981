// Reads members of parsed JSON that nobody has checked yet; what has another type than asked counts as absent.

/** A JSON object whose members may hold anything. */
export type WireObject = Readonly<Record<string, unknown>>

/** Whether a parsed JSON value is an object (not an array, not null). */
export function isWireObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The same object under the documented type of its body, for the game's convenience.
 *
 * Only its signature was checked, so a member may be missing that the type promises.
 */
export function asDocumented<Body>(body: WireObject): Body {
  return body as unknown as Body
}

/** The object found by walking the names, or an empty one. */
export function objectAt(from: WireObject, ...names: readonly string[]): WireObject {
  let found: unknown = from
  for (const name of names) found = isWireObject(found) ? found[name] : undefined
  return isWireObject(found) ? found : {}
}

/** The member as text, a number written as its digits; null when absent or of another type. */
export function textAt(from: WireObject, name: string): string | null {
  const value = from[name]
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : null
}

/** As `textAt`, and an empty text counts as absent. */
export function filledTextAt(from: WireObject, name: string): string | null {
  const text = textAt(from, name)
  return text === '' ? null : text
}

/** The member as a whole number of at least 0, from a number or its digits; null when it is nothing of the kind. */
export function wholeNumberAt(from: WireObject, name: string): number | null {
  const text = textAt(from, name)
  if (text === null || !/^\d+$/.test(text)) return null
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : null
}

/** The member as a number; null when absent or of another type. */
export function numberAt(from: WireObject, name: string): number | null {
  const value = from[name]
  return typeof value === 'number' ? value : null
}
