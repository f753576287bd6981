// Holds a catalog file against its schema and says in sentences what does not fit.
import type { ErrorObject, ValidateFunction } from 'ajv'
import { catalogFileSchema } from './file-schema.ts'
import type { FilePath } from './written-file.ts'

/** What does not fit, and the way to it. */
export interface FormFault {
  readonly path: FilePath
  readonly sentence: string
}

/** Faults of form that are looked through; more of them are one mistake many times. */
const ERRORS_MAX = 500

let compiled: ValidateFunction | undefined

/** Loaded and compiled at the first file: most processes never read one. */
async function check(): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv')
  compiled ??= new Ajv({ allErrors: true, verbose: true, strict: false }).compile(catalogFileSchema)
  return compiled
}

/** Everything about `value` that is not as the schema says; nothing: it is a written file. */
export async function checkFileForm(value: unknown): Promise<readonly FormFault[]> {
  const validate = await check()
  if (validate(value)) return []
  return significant((validate.errors ?? []).slice(0, ERRORS_MAX)).map((error) => faultOf(error, value))
}

/**
 * A union reports every branch. Of those the deepest errors help, where a branch got that far; otherwise the union itself does, whose
 * description says what is expected.
 */
function significant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let kept = errors
  for (const union of errors.filter(({ keyword }) => keyword === 'anyOf')) {
    const branches = kept.filter((error) => error.schemaPath.startsWith(`${union.schemaPath}/`))
    const deeper = branches.filter(
      (error) => error.instancePath.startsWith(`${union.instancePath}/`) || error.keyword === 'additionalProperties',
    )
    const dropped = new Set(
      deeper.length > 0 ? [union, ...branches.filter((error) => !deeper.includes(error))] : branches,
    )
    kept = kept.filter((error) => !(dropped.has(error) && error.instancePath.startsWith(union.instancePath)))
  }
  return kept
}

function faultOf(error: ErrorObject, value: unknown): FormFault {
  const path = pathOf(error.instancePath, value)
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params.additionalProperty)
    return { path: [...path, name], sentence: `There is no member ${name} here.` }
  }
  const description = (error.parentSchema as { readonly description?: unknown } | undefined)?.description
  const said = error.keyword === 'anyOf' && typeof description === 'string' ? description : error.message
  return { path, sentence: `${String(path.at(-1) ?? 'The file')} ${said}.` }
}

/** JSON pointer as a way through the value, where numbers lead through lists. */
function pathOf(pointer: string, value: unknown): FilePath {
  const path: (string | number)[] = []
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const step = Array.isArray(at) ? Number(name) : name
    path.push(step)
    at = (at as Readonly<Record<string | number, unknown>> | undefined)?.[step]
  }
  return path
}
