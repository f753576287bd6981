// Holds a rendered body against the documented fields: unknown fields, missing ones and wrong types.
import { type DocumentedBody, documentedFields, type FieldFact } from './documented-fields.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `type` as the field facts name it. */
function isOfType(value: Json, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return isObject(value)
  if (type.startsWith('array')) return Array.isArray(value)
  return typeof value === type
}

/** Every value under `value` with its path, such as `items[].sku`. Objects with free keys are not entered. */
function* fieldsOf(value: Json, path: string): Generator<readonly [string, Json]> {
  if (path.endsWith('custom_parameters') || path.endsWith('custom_attributes') || path === 'payment_account') return
  if (Array.isArray(value)) for (const element of value) yield* fieldsOf(element, `${path}[]`)
  if (!isObject(value)) return
  for (const [key, member] of Object.entries(value)) {
    const memberPath = path === '' ? key : `${path}.${key}`
    yield [memberPath, member]
    yield* fieldsOf(member, memberPath)
  }
}

function complaintAbout(fact: FieldFact | undefined, path: string, value: Json): string | null {
  if (fact === undefined) return `${path} is not documented`
  if (!fact.types.some((type) => isOfType(value, type)))
    return `${path} is ${JSON.stringify(value)}, not ${fact.types.join(' or ')}`
  if (fact.const !== null && String(value) !== fact.const) return `${path} is ${String(value)}, not ${fact.const}`
  return null
}

/** Required fields count only where the object that holds them is there. */
function missingFields(facts: readonly FieldFact[], present: ReadonlySet<string>): readonly string[] {
  const holderOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('.'), 0)).replace(/\[\]$/, '')
  return facts
    .filter((fact) => fact.isRequired && !present.has(fact.path))
    .filter((fact) => holderOf(fact.path) === '' || present.has(holderOf(fact.path)))
    .map((fact) => `${fact.path} is missing`)
}

/** Everything in the JSON text `body` that the documentation of `name` does not allow; empty when all is well. */
export function complaintsAbout(name: DocumentedBody, body: string): readonly string[] {
  const facts = documentedFields(name)
  const byPath = new Map(facts.map((fact) => [fact.path, fact]))
  const fields = [...fieldsOf(JSON.parse(body) as Json, '')]
  const complaints = fields.map(([path, value]) => complaintAbout(byPath.get(path), path, value))
  const present = new Set(fields.map(([path]) => path))
  return [...complaints.filter((complaint) => complaint !== null), ...missingFields(facts, present)]
}
