// Reads YAML text within limits: its size, its depth and its aliases.
import type { LineCounter, parseDocument } from 'yaml'
import { START, type TextFault, type TextPosition } from './text-fault.ts'
import type { FilePath } from './written-file.ts'

/** Reading YAML takes about a second per megabyte, during which nothing else runs; larger catalogs are sent as JSON. */
export const YAML_CHARS_MAX: number = 512 * 1024
/** Most aliases that one file may expand: a handful is honest use, millions fill the memory. */
const ALIASES_MAX = 100
/** Brackets or dashes that open one inside the other; a catalog has six. */
const DEPTH_MAX = 64

/** Values of a text with a way to ask where they stand, or what is wrong with the text. */
export type ReadText =
  | { readonly kind: 'read'; readonly value: unknown; readonly positionOf: (path: FilePath) => TextPosition }
  | { readonly kind: 'refused'; readonly faults: readonly TextFault[] }

type Yaml = typeof import('yaml')
type YamlDocument = ReturnType<typeof parseDocument>

/** Reads one YAML 1.2 document. Custom tags and repeated keys are refused. The reader is loaded with the first file. */
export async function readYaml(text: string): Promise<ReadText> {
  if (text.length > YAML_CHARS_MAX) {
    return refused(
      START,
      `The file has ${text.length} characters; as YAML at most ${YAML_CHARS_MAX} are read. Send it as JSON.`,
    )
  }
  if (isTooDeep(text)) return refused(START, `Lists and maps stand more than ${DEPTH_MAX} deep in each other.`)
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  // Pretty errors draw a picture of each fault's line, which takes minutes for a long line with many faults.
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) return refused(positionAt(lines, problem.pos[0]), `${problem.message}.`)
  const value = plainValue(document)
  if (value === undefined) return refused(START, `The file repeats itself by aliases more than ${ALIASES_MAX} times.`)
  return { kind: 'read', value, positionOf: (path) => positionInDocument(yaml, document, lines, path) }
}

function refused(position: TextPosition, sentence: string): ReadText {
  return { kind: 'refused', faults: [{ ...position, path: [], sentence }] }
}

/** The reader calls itself for each level and would fill the stack; indentation cannot get far within the size limit. */
function isTooDeep(text: string): boolean {
  if (new RegExp(`(?:[-?:][ \\t]+){${DEPTH_MAX}}`).test(text)) return true
  let depth = 0
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1))
    if (depth > DEPTH_MAX) return true
  }
  return false
}

function positionAt(lines: LineCounter, offset: number): TextPosition {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

/** undefined: too many aliases. */
function plainValue(document: YamlDocument): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {}
  } catch (error) {
    if (error instanceof ReferenceError) return undefined
    throw error
  }
}

/** The deepest value on the way that the text has. */
function positionInDocument(yaml: Yaml, document: YamlDocument, lines: LineCounter, path: FilePath): TextPosition {
  for (let depth = path.length; depth >= 0; depth--) {
    const offset = offsetOf(yaml, document, path.slice(0, depth))
    if (offset !== undefined) return positionAt(lines, offset)
  }
  return START
}

/** Of a member the place of its name, because that is what people look for. */
function offsetOf({ isMap, isNode, isPair }: Yaml, document: YamlDocument, path: FilePath): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true)
  const name = String(path.at(-1))
  const pair = isMap(parent)
    ? parent.items.find((one) => isPair(one) && isNode(one.key) && String(one.key) === name)
    : undefined
  if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0]
  const node = document.getIn([...path], true)
  return isNode(node) ? node.range?.[0] : undefined
}
