// JSON schemas as OpenAPI 3.1 has them: named parts become components, and older keywords their present form.
import { isDeepStrictEqual } from 'node:util'
import type { TSchema } from 'typebox'
import { type PlainSchema, plainSchema } from './platform/http/index.ts'

/** Named schemas collected so far. */
export type SchemaComponents = Map<string, PlainSchema>

/**
 * `schema` for the document; parts with an `$id` are put into `components` and referred to.
 *
 * @param top 'inline' spells out the schema itself even when it has an `$id`; its parts are still referred to
 * @throws {Error} when `components` has another schema of the same name
 */
export function openApiSchema(
  schema: TSchema,
  components: SchemaComponents,
  top: 'refer' | 'inline' = 'refer',
): PlainSchema {
  const root = '$id' in schema ? schema.$id : undefined
  return plainSchema(schema, {
    named(id, part) {
      const current = modernized(part)
      if (top === 'inline' && id === root) return current
      addComponent(components, id, current)
      return { $ref: `#/components/schemas/${id}` }
    },
    unnamed: modernized,
  })
}

function addComponent(components: SchemaComponents, id: string, part: PlainSchema): void {
  const known = components.get(id)
  if (known !== undefined && !isDeepStrictEqual(known, part))
    throw new Error(`Two different schemas have the $id ${id}.`)
  components.set(id, part)
}

/** Tuples as prefixItems, and a choice of constants as an enum, which reads better and means the same. */
function modernized(part: PlainSchema): PlainSchema {
  const { items, additionalItems, anyOf, ...rest } = part
  if (Array.isArray(items)) return { ...rest, prefixItems: items, items: additionalItems ?? true }
  if (Array.isArray(anyOf) && anyOf.every(isConstant)) {
    const types = [...new Set(anyOf.map(({ type }) => type))]
    return { ...rest, ...(types.length === 1 ? { type: types[0] } : {}), enum: anyOf.map((choice) => choice.const) }
  }
  return part
}

function isConstant(part: unknown): part is PlainSchema {
  return typeof part === 'object' && part !== null && 'const' in part && !('description' in part)
}
