// The form of promotions, promo codes and coupons in a catalog file.
import { type TSchema, Type } from 'typebox'
import {
  amount,
  country,
  currency,
  externalId,
  LIST_MAX,
  NAME_CHARS_MAX,
  optional,
  QUANTITY_MAX,
  sku,
  strict,
  text,
} from '../schema-parts.ts'

/** Entries of each of the three lists of a file. */
export const PROMOTIONS_MAX = 1_000
/** Uses are counted one by one under a lock, so a limit has a limit. */
const LIMIT_MAX = 1_000_000
const CODES_MAX = 10_000
const DISCOUNTED_ITEMS_MAX = 1_000
const PIECES_MAX = 1_000
const COUNTRIES_MAX = 300

const date = Type.Unsafe<string>({
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?(Z|[+-]\\d\\d:\\d\\d)$',
})
const limit = Type.Integer({ minimum: 1, maximum: LIMIT_MAX })
const pieces = Type.Array(Type.Object({ sku, quantity: Type.Integer({ minimum: 1, maximum: PIECES_MAX }) }, strict), {
  minItems: 1,
  maxItems: LIST_MAX,
})
const discount = Type.Object(
  optional({
    percent: amount,
    amount: Type.Record(currency, amount, { ...strict, minProperties: 1 }),
    items: Type.Array(sku, { minItems: 1, maxItems: DISCOUNTED_ITEMS_MAX }),
  }),
  strict,
)

const required = { external_id: externalId, name: text(NAME_CHARS_MAX) }
const always = { is_enabled: Type.Boolean(), date_start: date, date_end: date }
const codes = Type.Array(Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$' }), { minItems: 1, maxItems: CODES_MAX })
const codeMembers = {
  ...always,
  countries: Type.Array(country, { minItems: 1, maxItems: COUNTRIES_MAX }),
  limits: Type.Object(optional({ per_user: limit, total: limit, per_code: limit }), strict),
}

/** An entry of `promotions`. */
export const promotionSchema: TSchema = Type.Object(
  {
    ...required,
    ...optional({
      ...always,
      order: Type.Integer({ minimum: 0, maximum: QUANTITY_MAX }),
      discount,
      bonus: pieces,
      condition: pieces,
      limits: Type.Object(optional({ per_user: limit, total: limit }), strict),
    }),
  },
  strict,
)

/** An entry of `promo_codes`. */
export const promoCodeSchema: TSchema = Type.Object(
  { ...required, codes, ...optional({ ...codeMembers, discount, bonus: pieces, condition: pieces }) },
  strict,
)

/** An entry of `coupons`. */
export const couponSchema: TSchema = Type.Object(
  { ...required, codes, bonus: pieces, ...optional(codeMembers) },
  strict,
)
