// Pieces of schemas that the calls about orders share.
import { type TInteger, type TObject, type TString, Type } from 'typebox'

const INT32_MAX = 2_147_483_647

/** A project id in a path. */
export const projectIdSchema: TInteger = Type.Integer({ minimum: 1, maximum: INT32_MAX })

/** Path of the documented calls about one order. The id is a text there: one that can be no id is an absent order. */
export const orderParams: TObject<{ project_id: TInteger; order_id: TString }> = Type.Object({
  project_id: projectIdSchema,
  order_id: Type.String({ minLength: 1, maxLength: 32 }),
})

/** Path of our own calls about one order. */
export const ownOrderParams: TObject<{ project_id: TInteger; order_id: TInteger }> = Type.Object({
  project_id: projectIdSchema,
  order_id: Type.Integer({ minimum: 1, maximum: INT32_MAX }),
})

/** Bodies of our own calls take no members that they do not know. */
export const strict = { additionalProperties: false } as const
