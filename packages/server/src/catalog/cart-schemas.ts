// Schemas of the calls about carts.
import { type TArray, type TNumber, type TObject, type TSchema, type TString, Type } from 'typebox'
import { LINES_MAX } from './price-lines.ts'
import { cartItemSchema, priceSchema, warningSchema } from './wire-schemas.ts'

const SKU_CHARS_MAX = 255

/** A cart id in a path: what this server gives out, and what people make up. */
export const cartIdSchema: TString = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })

/** Members of a cart. */
export const cartMembers: Readonly<Record<'cart_id' | 'price' | 'is_free' | 'items' | 'promotions', TSchema>> = {
  cart_id: Type.String(),
  price: priceSchema,
  is_free: Type.Boolean(),
  items: Type.Array(cartItemSchema),
  promotions: Type.Array(Type.Object({}, { additionalProperties: true })),
}

/** A cart. */
export const cartBodySchema: TSchema = Type.Object(cartMembers, { $id: 'Cart' })

/** A cart after it was filled. */
export const filledCartSchema: TSchema = Type.Object(
  { ...cartMembers, warnings: Type.Array(warningSchema) },
  { $id: 'FilledCart' },
)

/** Items to put into a cart. Quantities are checked apart, because their refusal has a documented text. */
export const fillItemsSchema: TArray<TObject<{ sku: TString; quantity: TNumber }>> = Type.Array(
  Type.Object({ sku: Type.String({ minLength: 1, maxLength: SKU_CHARS_MAX }), quantity: Type.Number() }),
  { minItems: 1, maxItems: LINES_MAX },
)

/** Body of a client's fill. */
export const fillBodySchema: TObject<{ items: typeof fillItemsSchema }> = Type.Object({ items: fillItemsSchema })
