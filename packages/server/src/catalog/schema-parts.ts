// Pieces of the schemas of a catalog file: names, texts, amounts, and the limits that hold for all of them.
import { type TSchema, type TString, Type } from 'typebox'

export const NAME_CHARS_MAX = 255
/** Entries of the lists inside an entry. */
export const LIST_MAX = 100
export const QUANTITY_MAX = 1_000_000_000

/** A member that nobody knows is a typing mistake. */
export const strict = { additionalProperties: false } as const
export const sku: TString = Type.String({ pattern: '^[A-Za-z0-9._-]{1,255}$' })
export const externalId: TString = Type.String({ pattern: '^[A-Za-z0-9._-]{1,255}$' })
export const currency: TString = Type.String({ pattern: '^[A-Z]{3}$' })
export const country: TString = Type.String({ pattern: '^[A-Z]{2}$' })
/** Decimal text, or a number as people write it; it becomes minor units later. */
export const amount: TSchema = Type.Union(
  [Type.String({ pattern: '^[0-9]+(\\.[0-9]+)?$' }), Type.Number({ minimum: 0 })],
  { description: 'must be an amount such as 1.99' },
)

/** One of some words. */
export function oneOf(values: readonly string[]): TSchema {
  return Type.Union(
    values.map((value) => Type.Literal(value)),
    { description: `must be one of ${values.join(', ')}` },
  )
}

/** A text, or one by language. */
export function text(maxLength: number): TSchema {
  const one = Type.String({ maxLength })
  const byLanguage = Type.Record(Type.String({ pattern: '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})?$' }), one, {
    ...strict,
    minProperties: 1,
  })
  return Type.Union([one, byLanguage], {
    description: 'must be a text, or texts by language such as { en: Sword, de: Schwert }',
  })
}

/** The same schemas, each of which may be missing. */
export function optional(schemas: Readonly<Record<string, TSchema>>): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, Type.Optional(schema)]))
}
