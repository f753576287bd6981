// Pieces of schemas that several endpoints of this folder share.
import { type TInteger, type TObject, type TString, Type } from 'typebox'

/** Project ids fit 32 bits, because clients and advisory locks hold them so. */
const PROJECT_ID_MAX = 2_147_483_647
const MERCHANT_ID_MAX = 2_147_483_647
const NAME_CHARS_MAX = 255

/** A project id in a path. */
export const projectIdSchema: TInteger = Type.Integer({ minimum: 1, maximum: PROJECT_ID_MAX })

/** Path of calls about one project. */
export const projectParams: TObject<{ project_id: TInteger }> = Type.Object({ project_id: projectIdSchema })

/** Path of calls about one merchant. */
export const merchantParams: TObject<{ merchant_id: TInteger }> = Type.Object({
  merchant_id: Type.Integer({ minimum: 1, maximum: MERCHANT_ID_MAX }),
})

/** A name that people read. */
export const nameSchema: TString = Type.String({ minLength: 1, maxLength: NAME_CHARS_MAX })

/** A name that stands in paths, such as a key's. */
export const pathNameSchema: TString = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' })

/** A moment as RFC 3339 text. */
export const timeSchema: TString = Type.String({ format: 'date-time' })

/** Our own API refuses members it does not know, so that a typing mistake is heard of. */
export const strict = { additionalProperties: false } as const
