// JSON schemas as plain documents, and the named ones among their parts.
import type { TSchema } from 'typebox'

/** A JSON schema, or a part of one, as plain JSON. */
export type PlainSchema = { [keyword: string]: unknown }

/**
 * `schema` as plain JSON without any `$id`: validators take a repeated id for a conflict.
 *
 * @param onNamed gives what stands in place of a part that has an `$id`; default: the part itself
 */
export function plainSchema(
  schema: TSchema,
  onNamed: (id: string, part: PlainSchema) => PlainSchema = (_, part) => part,
): PlainSchema {
  const plain = plainValue(JSON.parse(JSON.stringify(schema)), onNamed)
  return plain as PlainSchema
}

function plainValue(value: unknown, onNamed: (id: string, part: PlainSchema) => PlainSchema): unknown {
  if (Array.isArray(value)) return value.map((item) => plainValue(item, onNamed))
  if (typeof value !== 'object' || value === null) return value
  const { $id, ...rest } = value as PlainSchema
  const entries = Object.entries(rest).map(([keyword, inner]) => [keyword, plainValue(inner, onNamed)] as const)
  const part: PlainSchema = Object.fromEntries(entries)
  return typeof $id === 'string' ? onNamed($id, part) : part
}
