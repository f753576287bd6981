// What a payment system may tell besides the sum: the fields that project toggles add to webhooks.
import { MINOR_UNITS_MAX } from '@ordertrail/core'
import { type TSchema, Type } from 'typebox'
import type { PaymentDetails } from '../notifications/index.ts'

const TEXT_CHARS_MAX = 255
const INT_MAX = Number.MAX_SAFE_INTEGER
const strict = { additionalProperties: false } as const
const text = Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX })
const sum = Type.Integer({ minimum: 0, maximum: MINOR_UNITS_MAX, description: 'Integer minor units.' })
const tax = Type.Object({ amount: sum, percent: Type.Number({ minimum: 0, maximum: 100 }) }, strict)

/** Details as they are sent; every member may be missing. */
export interface PaymentEventDetails {
  readonly payment_method_order_id?: string
  readonly agreement?: number
  readonly card?: { readonly bin?: string; readonly suffix?: string; readonly brand?: string }
  readonly saved_payment_method?: 0 | 1 | 2
  readonly payment_type?: 1 | 2
  readonly payment_account?: Readonly<Record<string, unknown>>
  readonly payment_method_fee?: number
  readonly vat?: { readonly amount: number; readonly percent: number }
  readonly sales_tax?: { readonly amount: number; readonly percent: number }
}

/** Schema of details. Of a card never more than webhooks may tell: six digits and four. */
export const paymentEventDetails: TSchema = Type.Object(
  {
    payment_method_order_id: Type.Optional(text),
    agreement: Type.Optional(Type.Integer({ minimum: 1, maximum: INT_MAX })),
    card: Type.Optional(
      Type.Object(
        {
          bin: Type.Optional(Type.String({ pattern: '^[0-9]{6}$' })),
          suffix: Type.Optional(Type.String({ pattern: '^[0-9]{4}$' })),
          brand: Type.Optional(text),
        },
        strict,
      ),
    ),
    saved_payment_method: Type.Optional(
      Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)], {
        description: '0: none; 1: saved by this payment; 2: an earlier one was used.',
      }),
    ),
    payment_type: Type.Optional(
      Type.Union([Type.Literal(1), Type.Literal(2)], { description: '1: paid once; 2: a repeated payment.' }),
    ),
    payment_account: Type.Optional(
      Type.Object(
        {
          id: Type.Integer({ minimum: 1, maximum: INT_MAX }),
          name: text,
          payment_method: Type.Optional(Type.Integer({ minimum: 0, maximum: INT_MAX })),
          country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
          type: Type.Optional(text),
        },
        { ...strict, description: 'The saved account, as webhooks tell it.' },
      ),
    ),
    payment_method_fee: Type.Optional(sum),
    vat: Type.Optional(tax),
    sales_tax: Type.Optional(tax),
  },
  { ...strict, description: 'For webhooks: what project toggles add, and what the payment system took.' },
)

/** Details as the payment keeps them. */
export function storedDetails(details: PaymentEventDetails): PaymentDetails {
  const { payment_method_order_id: paymentMethodOrderId, saved_payment_method: savedMethod, ...others } = details
  const { payment_type: paymentType, payment_account: paymentAccount, ...sums } = others
  const { payment_method_fee: paymentMethodFee, sales_tax: salesTax, agreement, card, vat } = sums
  const all = {
    paymentMethodOrderId,
    agreement,
    card,
    savedMethod,
    paymentType,
    paymentAccount,
    paymentMethodFee,
    vat,
    salesTax,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
