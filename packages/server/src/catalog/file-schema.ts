// The form of a catalog file, as people write it.
import { type TSchema, Type } from 'typebox'
import { CATALOG_ITEMS_MAX } from './catalog-file.ts'
import { BUNDLE_TYPES, ITEM_TYPES, VIRTUAL_ITEM_TYPES } from './item.ts'
import { couponSchema, PROMOTIONS_MAX, promoCodeSchema, promotionSchema } from './promotions/promotion-schema.ts'
import {
  amount,
  country,
  currency,
  externalId,
  LIST_MAX,
  NAME_CHARS_MAX,
  oneOf,
  optional,
  QUANTITY_MAX,
  sku,
  strict,
  text,
} from './schema-parts.ts'

const DESCRIPTION_CHARS_MAX = 10_000
const URL_CHARS_MAX = 2_000
const CONTENTS_MAX = 100
const GROUPS_MAX = 1_000
const VIRTUAL_AMOUNT_MAX = 1_000_000_000_000

const url = Type.String({ pattern: '^https?://\\S+$', maxLength: URL_CHARS_MAX })
const imageUrl = Type.Union([url, Type.Null()], { description: 'must be an http or https URL' })
const virtualAmount = Type.Integer({ minimum: 0, maximum: VIRTUAL_AMOUNT_MAX })

const prices = Type.Union(
  [
    Type.Record(currency, amount, strict),
    Type.Array(
      Type.Object(
        {
          currency,
          amount,
          ...optional({ amount_without_discount: amount, countries: Type.Array(country, { minItems: 1 }) }),
        },
        strict,
      ),
      { maxItems: LIST_MAX },
    ),
  ],
  {
    description:
      'must be amounts by currency such as { USD: 1.99, JPY: 280 }, or a list of { currency, amount, amount_without_discount?, countries? }',
  },
)

const virtualPrices = Type.Union(
  [
    Type.Record(sku, virtualAmount, strict),
    Type.Array(
      Type.Object(
        {
          sku,
          amount: virtualAmount,
          ...optional({ amount_without_discount: virtualAmount, is_default: Type.Boolean() }),
        },
        strict,
      ),
      { maxItems: LIST_MAX },
    ),
  ],
  {
    description:
      'must be whole amounts by SKU of the virtual currency, or a list of { sku, amount, amount_without_discount?, is_default? }',
  },
)

const item = Type.Object(
  {
    sku,
    type: oneOf(ITEM_TYPES),
    name: text(NAME_CHARS_MAX),
    ...optional({
      description: text(DESCRIPTION_CHARS_MAX),
      long_description: text(DESCRIPTION_CHARS_MAX),
      bundle_type: oneOf(BUNDLE_TYPES),
      image_url: imageUrl,
      is_free: Type.Boolean(),
      is_enabled: Type.Boolean(),
      is_pre_order: Type.Boolean(),
      prices,
      virtual_prices: virtualPrices,
      content: Type.Array(Type.Object({ sku, quantity: Type.Integer({ minimum: 1, maximum: QUANTITY_MAX }) }, strict), {
        minItems: 1,
        maxItems: CONTENTS_MAX,
      }),
      groups: Type.Array(externalId, { maxItems: LIST_MAX }),
      custom_attributes: Type.Object({}, { additionalProperties: true }),
      virtual_item_type: oneOf(VIRTUAL_ITEM_TYPES),
      usages_count: Type.Integer({ minimum: 1, maximum: QUANTITY_MAX }),
      expiration_period: Type.Object(
        {
          type: oneOf(['minute', 'hour', 'day', 'week', 'month', 'year']),
          value: Type.Integer({ minimum: 1, maximum: QUANTITY_MAX }),
        },
        strict,
      ),
      media_list: Type.Array(
        Type.Object({ type: Type.String({ minLength: 1, maxLength: NAME_CHARS_MAX }), url }, strict),
        { maxItems: LIST_MAX },
      ),
      attributes: Type.Array(
        Type.Object(
          {
            external_id: externalId,
            name: text(NAME_CHARS_MAX),
            values: Type.Array(
              Type.Object({ external_id: externalId, value: Type.String({ maxLength: NAME_CHARS_MAX }) }, strict),
              { maxItems: LIST_MAX },
            ),
          },
          strict,
        ),
        { maxItems: LIST_MAX },
      ),
      order: Type.Integer({ minimum: 0, maximum: QUANTITY_MAX }),
    }),
  },
  strict,
)

const group = Type.Object(
  {
    external_id: externalId,
    name: text(NAME_CHARS_MAX),
    ...optional({
      description: text(DESCRIPTION_CHARS_MAX),
      image_url: imageUrl,
      order: Type.Integer({ minimum: 0, maximum: QUANTITY_MAX }),
      parent: externalId,
    }),
  },
  strict,
)

/** Schema of a whole file. Descriptions of unions are sentences for whoever wrote something else. */
export const catalogFileSchema: TSchema = Type.Object(
  {
    items: Type.Array(item, { maxItems: CATALOG_ITEMS_MAX }),
    ...optional({
      groups: Type.Array(group, { maxItems: GROUPS_MAX }),
      promotions: Type.Array(promotionSchema, { maxItems: PROMOTIONS_MAX }),
      promo_codes: Type.Array(promoCodeSchema, { maxItems: PROMOTIONS_MAX }),
      coupons: Type.Array(couponSchema, { maxItems: PROMOTIONS_MAX }),
    }),
  },
  strict,
)
