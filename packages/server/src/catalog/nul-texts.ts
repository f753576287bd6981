// Finds texts that no store can keep: PostgreSQL refuses the character U+0000.
import type { PathFault } from './check-written-file.ts'
import type { FilePath } from './written-file.ts'

const SENTENCE = 'A text may not hold the character U+0000.'

/** A fault for every text below `value`, names of members included. `value` is no deeper than the form of a catalog file allows. */
export function nulTexts(value: unknown, path: FilePath = []): readonly PathFault[] {
  if (typeof value === 'string') return value.includes('\0') ? [{ path, sentence: SENTENCE }] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const below = [...path, Array.isArray(value) ? Number(name) : name]
    return name.includes('\0') ? [{ path, sentence: SENTENCE }] : nulTexts(member, below)
  })
}
