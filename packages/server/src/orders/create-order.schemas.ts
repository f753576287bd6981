// Schemas of the calls that create orders. Members that are not named here are taken and passed over: SDKs send extras.
import { type TSchema, type TUnsafe, Type } from 'typebox'
import type { OrderBody, TokenBody } from './order-request.ts'

const TEXT_CHARS_MAX = 255
const CUSTOM_PARAMETERS_MAX = 200
const RETURN_URL_CHARS_MAX = 1_000
const PHONE_CHARS_MAX = 64

/** An SKU or a cart's id in a path. */
export const pathText: TUnsafe<string> = Type.Unsafe<string>(Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX }))

const oneOf = (...words: readonly string[]): TSchema => Type.String({ enum: [...words] })
const shortText = (): TSchema => Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX })

const settings = Type.Object({
  ui: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'Look of the payment page.' })),
  payment_method: Type.Optional(Type.Integer({ minimum: 1 })),
  return_url: Type.Optional(Type.String({ maxLength: RETURN_URL_CHARS_MAX })),
  redirect_policy: Type.Optional(
    Type.Object({
      redirect_conditions: Type.Optional(oneOf('none', 'successful', 'successful_or_canceled', 'any')),
      delay: Type.Optional(Type.Integer({ minimum: 0 })),
      status_for_manual_redirection: Type.Optional(oneOf('none', 'vc', 'successful', 'successful_or_canceled', 'any')),
      redirect_button_caption: Type.Optional(Type.String()),
    }),
  ),
  external_id: Type.Optional(shortText()),
  currency: Type.Optional(Type.String({ minLength: 3, maxLength: 3 })),
  language: Type.Optional(Type.String()),
})

const parameters = Type.Object(
  {},
  { additionalProperties: true, minProperties: 1, maxProperties: CUSTOM_PARAMETERS_MAX },
)
const parametersOrNull = Type.Union([parameters, Type.Null()])

const cartMembers = {
  currency: Type.Optional(Type.String({ minLength: 3, maxLength: 3 })),
  locale: Type.Optional(Type.String()),
  sandbox: Type.Optional(Type.Boolean({ default: false })),
  settings: Type.Optional(settings),
  custom_parameters: Type.Optional(parameters),
}

/** Body of the calls for a cart. */
export const cartOrderBody: TUnsafe<OrderBody> = Type.Unsafe<OrderBody>(Type.Object(cartMembers))

/** Body of the calls for one item. */
export const itemOrderBody: TUnsafe<OrderBody> = Type.Unsafe<OrderBody>(
  Type.Object({
    ...cartMembers,
    quantity: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
    promo_code: Type.Optional(Type.String()),
  }),
)

/** Body of the call for a virtual currency. */
export const virtualOrderBody: TUnsafe<OrderBody> = Type.Unsafe<OrderBody>(
  Type.Object({ custom_parameters: Type.Optional(parametersOrNull) }),
)

const valued = (value: TSchema): TSchema => Type.Object({ value })

/** Body of the call by which a game's server makes a payment token. */
export const tokenBody: TUnsafe<TokenBody> = Type.Unsafe<TokenBody>(
  Type.Object({
    sandbox: Type.Optional(Type.Boolean({ default: false })),
    user: Type.Object({
      id: valued(shortText()),
      name: Type.Optional(valued(shortText())),
      email: Type.Optional(valued(Type.String({ format: 'email', minLength: 3, maxLength: TEXT_CHARS_MAX }))),
      country: Type.Optional(Type.Object({ value: Type.Optional(Type.String({ minLength: 2, maxLength: 2 })) })),
      phone: Type.Optional(valued(Type.String({ maxLength: PHONE_CHARS_MAX }))),
    }),
    purchase: Type.Object({
      items: Type.Array(Type.Object({ sku: Type.String({ minLength: 1 }), quantity: Type.Number({ minimum: 1 }) }), {
        minItems: 1,
      }),
    }),
    settings: Type.Optional(settings),
    custom_parameters: Type.Optional(parametersOrNull),
  }),
)

/** Platforms that an order for a virtual currency may name. */
export const platformSchema: TUnsafe<string> = Type.Unsafe<string>(
  oneOf(
    'xsolla',
    'playstation_network',
    'xbox_live',
    'pc_standalone',
    'nintendo_shop',
    'google_play',
    'app_store_ios',
    'android_standalone',
    'ios_standalone',
    'android_other',
    'ios_other',
    'pc_other',
  ),
)
