// JSON schemas as plain documents, and the named ones among their parts.
import type { TSchema } from 'typebox'

/** A JSON schema, or a part of one, as plain JSON. */
export type PlainSchema = { [keyword: string]: unknown }

/** What becomes of the parts of a schema; without it they stay as they are. */
export interface SchemaVisitor {
  /** A part with an `$id`. */
  named(id: string, part: PlainSchema): PlainSchema
  /** Any other part. */
  unnamed(part: PlainSchema): PlainSchema
}

const KEEP: SchemaVisitor = { named: (_, part) => part, unnamed: (part) => part }

/** Keywords whose value holds schemas by name, keywords with a list of schemas, and keywords with one. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])
const LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const SINGLE = new Set([
  'items',
  'additionalItems',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
])

/** `schema` as plain JSON without any `$id`: validators take a repeated id for a conflict. */
export function plainSchema(schema: TSchema, visitor: SchemaVisitor = KEEP): PlainSchema {
  return plainPart(JSON.parse(JSON.stringify(schema)) as PlainSchema, visitor)
}

/** Parts before the whole, so that a visitor sees parts that are done. Values that are no schemas, such as defaults, stay untouched. */
function plainPart(schema: PlainSchema, visitor: SchemaVisitor): PlainSchema {
  const { $id, ...rest } = schema
  const entries = Object.entries(rest).map(
    ([keyword, value]) => [keyword, plainKeyword(keyword, value, visitor)] as const,
  )
  const part: PlainSchema = Object.fromEntries(entries)
  return typeof $id === 'string' ? visitor.named($id, part) : visitor.unnamed(part)
}

function plainKeyword(keyword: string, value: unknown, visitor: SchemaVisitor): unknown {
  const inner = (each: unknown): unknown => (isSchema(each) ? plainPart(each, visitor) : each)
  if (MAPS.has(keyword) && isSchema(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inner(each)]))
  }
  if (Array.isArray(value) && (LISTS.has(keyword) || keyword === 'items')) return value.map(inner)
  return SINGLE.has(keyword) ? inner(value) : value
}

function isSchema(value: unknown): value is PlainSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
