// Reads the text of a catalog file, JSON or YAML, and knows in which line each value stands.

import { CATALOG_CHARS_MAX } from './catalog-file.ts'
import { checkFileForm } from './check-file-form.ts'
import { jsonOffset } from './json-position.ts'
import { type ReadText, readYaml } from './read-yaml.ts'
import { positionIn, START, type TextFault, type TextPosition } from './text-fault.ts'
import type { FilePath, WrittenFile } from './written-file.ts'

/** A file of good form with a way to ask for positions, or what is wrong with it. */
export type ReadFile =
  | { readonly kind: 'read'; readonly file: WrittenFile; readonly positionOf: (path: FilePath) => TextPosition }
  | { readonly kind: 'refused'; readonly faults: readonly TextFault[] }

/** Reads text and checks its form; what its values mean is checked by whoever knows the other items. */
export async function readWrittenFile(text: string): Promise<ReadFile> {
  if (text.length > CATALOG_CHARS_MAX) {
    return {
      kind: 'refused',
      faults: [
        {
          ...START,
          path: [],
          sentence: `The file has ${text.length} characters; at most ${CATALOG_CHARS_MAX} are allowed.`,
        },
      ],
    }
  }
  const read = readJson(text) ?? (await readYaml(text))
  if (read.kind === 'refused') return read
  const faults = await checkFileForm(read.value)
  if (faults.length === 0) return { kind: 'read', file: read.value as WrittenFile, positionOf: read.positionOf }
  return { kind: 'refused', faults: faults.map((fault) => ({ ...fault, ...read.positionOf(fault.path) })) }
}

/** JSON is YAML, too, but its own reader is a hundred times faster; undefined: not JSON. */
function readJson(text: string): ReadText | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return { kind: 'read', value: JSON.parse(text) as unknown, positionOf: (path) => positionInJson(text, path) }
  } catch {
    return undefined
  }
}

/** The deepest value on the way that the text has. */
function positionInJson(text: string, path: FilePath): TextPosition {
  for (let depth = path.length; depth > 0; depth--) {
    const offset = jsonOffset(text, path.slice(0, depth))
    if (offset !== undefined) return positionIn(text, offset)
  }
  return START
}
