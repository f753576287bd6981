// One documented field of a webhook body: how our tables write it down, and how that is read.

/** What a text of a field must look like, beyond being text. */
export type TextForm = 'time' | 'amount'

/**
 * What is documented about one field, and what we promise beside it.
 *
 * @property types as JSON names them; `array<…>` for lists
 * @property isRequired the documentation demands it wherever the object that holds it is there
 * @property isAlways we send it wherever the object that holds it is there; so is everything required
 * @property values the only values it ever has; empty: any
 * @property form how its text is written; null: any text
 * @property about what it says, in our words
 * @property when in which bodies it is there, in our words; empty where it always is
 */
export interface FieldFact {
  readonly path: string
  readonly types: readonly string[]
  readonly isRequired: boolean
  readonly isAlways: boolean
  readonly values: readonly string[]
  readonly form: TextForm | null
  readonly about: string
  readonly when: string
}

/**
 * Reads one line of a table: `*path type =value,value ~form | about | when`.
 *
 * `*` marks what the documentation requires, `+` what it does not but we always send.
 *
 * @throws {Error} when the line says neither what the field is nor when it is there
 */
export function parseFieldFact(line: string): FieldFact {
  const [head = '', about = '', when = ''] = line.split('|').map((part) => part.trim())
  const [path = '', types = '', ...marks] = head.replace(/^[*+]/, '').replaceAll(' or ', '/').split(' ')
  const isAlways = /^[*+]/.test(line)
  if (types === '' || about === '' || isAlways !== (when === '')) throw new Error(`Not a field: ${line}`)
  return {
    path,
    types: types.split('/'),
    isRequired: line.startsWith('*'),
    isAlways,
    values:
      marks
        .find((mark) => mark.startsWith('='))
        ?.slice(1)
        .split(',') ?? [],
    form: (marks.find((mark) => mark.startsWith('~'))?.slice(1) as TextForm | undefined) ?? null,
    about,
    when,
  }
}

/** The lines of a table. */
export function linesOf(text: string): readonly string[] {
  return text.trim().split('\n')
}

/** `lines` as members of the object at `parent`. */
export function inside(parent: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/^([*+]?)/, `$1${parent}.`))
}
