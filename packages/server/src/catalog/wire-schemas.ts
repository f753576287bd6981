// Pieces of schemas that the calls of the catalog and of carts share.
import { type TInteger, type TObject, type TSchema, Type } from 'typebox'

const PROJECT_ID_MAX = 2_147_483_647
const TEXT_CHARS_MAX = 255

/** A project in a path. */
export const projectId: TInteger = Type.Integer({ minimum: 1, maximum: PROJECT_ID_MAX })
/** Path of calls about one project. */
export const projectParams: TObject<{ project_id: TInteger }> = Type.Object({ project_id: projectId })

/** An SKU, external id or code in a path. What has another form is simply not found. */
export const pathText: TSchema = Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX })

function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()])
}

const anything = Type.Object({}, { additionalProperties: true })
const text = Type.String()
const textOrNull = nullable(text)

/** A price in money as decimal text. */
export const priceSchema: TSchema = nullable(
  Type.Object({ amount: text, amount_without_discount: text, currency: text }),
)

const virtualPricesSchema = Type.Array(
  Type.Object({
    sku: text,
    name: text,
    type: text,
    description: text,
    image_url: textOrNull,
    amount: Type.Integer(),
    amount_without_discount: Type.Integer(),
    is_default: Type.Boolean(),
    calculated_price: Type.Object({ amount: text, amount_without_discount: text }),
  }),
)

const groupsSchema = Type.Array(Type.Object({ external_id: text, name: text }))
const attributesSchema = Type.Array(
  Type.Object({ external_id: text, name: text, values: Type.Array(Type.Object({ external_id: text, value: text })) }),
)
const inventorySchema = Type.Object({
  consumable: nullable(Type.Object({ usages_count: Type.Integer() })),
  expiration_period: nullable(Type.Object({ type: text, value: Type.Integer() })),
})

/** What a game itself says to be inside an item has a name, a description and a quantity only. */
const contentSchema = Type.Object({
  item_id: Type.Optional(Type.Integer()),
  sku: Type.Optional(text),
  name: text,
  type: Type.Optional(text),
  description: text,
  image_url: Type.Optional(textOrNull),
  quantity: Type.Integer(),
  price: Type.Optional(priceSchema),
  virtual_prices: Type.Optional(virtualPricesSchema),
  inventory_options: Type.Optional(inventorySchema),
})

const shared = {
  sku: text,
  name: text,
  groups: groupsSchema,
  attributes: attributesSchema,
  type: text,
  description: text,
  image_url: textOrNull,
  is_free: Type.Boolean(),
  price: priceSchema,
  virtual_prices: virtualPricesSchema,
  can_be_bought: Type.Boolean(),
  promotions: Type.Array(anything),
  limits: nullable(anything),
  periods: Type.Array(anything),
  vp_rewards: Type.Array(anything),
}

/** An item of the catalog. */
export const itemSchema: TSchema = Type.Object(
  {
    item_id: Type.Integer(),
    ...shared,
    bundle_type: Type.Optional(text),
    total_content_price: Type.Optional(priceSchema),
    content: Type.Optional(Type.Array(contentSchema)),
    inventory_options: Type.Optional(inventorySchema),
    virtual_item_type: Type.Optional(textOrNull),
    is_pre_order: Type.Boolean(),
    custom_attributes: Type.Optional(anything),
    media_list: Type.Optional(Type.Array(Type.Object({ type: text, url: text }))),
    order: Type.Optional(Type.Integer()),
    long_description: Type.Optional(textOrNull),
  },
  { $id: 'CatalogItem' },
)

/** A line of a cart. */
export const cartItemSchema: TSchema = Type.Object(
  {
    ...shared,
    quantity: Type.Integer(),
    is_bonus: Type.Boolean(),
    inventory_options: Type.Optional(inventorySchema),
    virtual_item_type: Type.Optional(textOrNull),
    bundle_type: Type.Optional(text),
  },
  { $id: 'CartItem' },
)

/** What was not put into a cart. */
export const warningSchema: TSchema = Type.Object({
  sku: text,
  quantity: Type.Integer(),
  errorCode: Type.Integer(),
  errorMessage: text,
})
