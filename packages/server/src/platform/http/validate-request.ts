// Validates params, query and body against their schemas, and says in a sentence what is wrong.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { TSchema } from 'typebox'
import { plainSchema } from './plain-schema.ts'

/** What is wrong with one member; `path` is like `purchase.items.0.sku`, empty for the whole. */
export interface ValidationFault {
  readonly path: string
  readonly sentence: string
}

/** Checks a value; undefined: it is valid. Defaults are filled in, and texts become numbers where the check coerces. */
export type Validate = (value: unknown) => ValidationFault | undefined

const OPTIONS = { useDefaults: true, removeAdditional: false, allowUnionTypes: true, strictTypes: false } as const
let strict: Ajv | undefined
let coercing: Ajv | undefined

/** Bodies: types as they are on the wire. */
function strictAjv(): Ajv {
  strict ??= addFormats.default(withAnnotations(new Ajv({ ...OPTIONS, coerceTypes: false })))
  return strict
}

/** Params and query arrive as text; one value where a list is wanted is a list of one. */
function coercingAjv(): Ajv {
  coercing ??= addFormats.default(withAnnotations(new Ajv({ ...OPTIONS, coerceTypes: 'array' })))
  return coercing
}

/** Keywords that only the OpenAPI document reads. */
function withAnnotations(ajv: Ajv): Ajv {
  return ajv.addVocabulary(['example'])
}

/**
 * A check that compiles its schema at the first use: compiling all of them would take a third of the time a start may take.
 *
 * @param kind `body` takes types as they are, `text` (params, query) reads numbers and booleans from text
 */
export function lazyValidator(schema: TSchema, kind: 'body' | 'text'): Validate & { compile(): void } {
  let validate: ValidateFunction | undefined
  const compiled = (): ValidateFunction => {
    validate ??= (kind === 'body' ? strictAjv() : coercingAjv()).compile(plainSchema(schema))
    return validate
  }
  const check = (value: unknown): ValidationFault | undefined => {
    const nul = kind === 'text' ? nulFault(value) : undefined
    if (nul !== undefined) return nul
    const run = compiled()
    return run(value) === true ? undefined : faultOf(run.errors ?? [])
  }
  return Object.assign(check, { compile: () => void compiled() })
}

/** No store may be asked to keep or look for a text with U+0000; bodies are checked where they are parsed. */
function nulFault(value: unknown): ValidationFault | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = Object.entries(value).find(([, text]) => String(text).includes('\0'))
  return found === undefined
    ? undefined
    : { path: found[0], sentence: `${nameOf(found[0])} holds the character U+0000` }
}

/** Ajv stops at the first error; after a union come the errors of its branches and then its own. */
function faultOf(errors: readonly ErrorObject[]): ValidationFault {
  const last = errors.at(-1)
  if (last === undefined) return { path: '', sentence: 'The value is not valid' }
  if (last.keyword === 'required') return missing(last)
  const path = pathOf(last.instancePath)
  if (last.keyword === 'additionalProperties') return unknownMember(path, last)
  return { path, sentence: `${nameOf(path)} ${wanted(last, errors)}` }
}

function missing(error: ErrorObject): ValidationFault {
  const path = joined(pathOf(error.instancePath), String(error.params.missingProperty))
  return { path, sentence: `The property \`${path}\` is required` }
}

function unknownMember(parent: string, error: ErrorObject): ValidationFault {
  const path = joined(parent, String(error.params.additionalProperty))
  return { path, sentence: `The property \`${path}\` is not known` }
}

/** "must be integer"; for a choice of words the words. */
function wanted(error: ErrorObject, errors: readonly ErrorObject[]): string {
  if (error.keyword === 'enum') return `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`
  const words = errors.filter((each) => each.keyword === 'const' && each.instancePath === error.instancePath)
  if (error.keyword === 'anyOf' && words.length > 0) {
    return `must be one of ${words.map((each) => String(each.params.allowedValue)).join(', ')}`
  }
  return error.message ?? 'is not valid'
}

function nameOf(path: string): string {
  return path === '' ? 'The value' : `The property \`${path}\``
}

function pathOf(instancePath: string): string {
  return instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
}

function joined(parent: string, member: string): string {
  return parent === '' ? member : `${parent}.${member}`
}
