// Places in a text, and what is wrong there.
import type { FilePath } from './written-file.ts'

/** A place in a text; line and column count from 1. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** What is wrong with a text, and where. */
export interface TextFault extends TextPosition {
  readonly path: FilePath
  readonly sentence: string
}

/** The beginning of a text. */
export const START: TextPosition = { line: 1, column: 1 }

/** The place of an offset. */
export function positionIn(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
