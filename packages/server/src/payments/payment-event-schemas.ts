// The generic inbound payment-events API: what a studio's own payment system tells us, checked at the door.
import { currencyDigits, MINOR_UNITS_MAX } from '@ordertrail/core'
import { type TSchema, type TUnsafe, Type } from 'typebox'
import { type PaymentEventDetails, paymentEventDetails, storedDetails } from './payment-event-details.ts'
import { PAYMENT_FACT_TYPES, type PaymentFact, type PaymentFactType } from './payment-fact.ts'
import { SANDBOX } from './psps/sandbox.ts'

const INT32_MAX = 2_147_483_647
/** Pairs and lengths of free metadata. */
const METADATA_PAIRS_MAX = 50
const METADATA_TEXT_MAX = 500

const orderReference = Type.Union([
  Type.Object({ id: Type.Integer({ minimum: 1, maximum: INT32_MAX }) }, { additionalProperties: false }),
  Type.Object({ external_id: Type.String({ minLength: 1, maxLength: 255 }) }, { additionalProperties: false }),
])

/** One payment event as it is sent; amounts are integer minor units. */
export interface PaymentEventBody {
  readonly type: PaymentFactType
  readonly event_id?: string
  readonly order: { readonly id: number } | { readonly external_id: string }
  readonly amount: { readonly value: number; readonly currency: string; readonly exponent?: number }
  readonly provider: string
  readonly provider_reference: string
  readonly payment_reference?: string
  readonly method?: string
  readonly occurred_at: string
  readonly sandbox?: boolean
  readonly reason?: { readonly code?: number; readonly text: string }
  readonly metadata?: Readonly<Record<string, string>>
  readonly details?: PaymentEventDetails
}

const eventSchema = Type.Object(
  {
    type: Type.Union(PAYMENT_FACT_TYPES.map((type) => Type.Literal(type))),
    event_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: "The provider's own id of this event; default: the Idempotency-Key.",
      }),
    ),
    order: orderReference,
    amount: Type.Object(
      {
        value: Type.Integer({ minimum: 0, maximum: MINOR_UNITS_MAX, description: 'Integer minor units.' }),
        currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' }),
        exponent: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 4,
            description: 'Digits of the minor unit as you count them; checked against ISO 4217.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    provider: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$', description: 'Slug of your payment provider.' }),
    provider_reference: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Unique reference of the payment, or of the refund.',
    }),
    payment_reference: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'For refunds and disputes: the payment; default: the one that paid the order.',
      }),
    ),
    method: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Such as card/visa.' })),
    occurred_at: Type.String({ format: 'date-time', description: 'RFC 3339 with zone.' }),
    sandbox: Type.Optional(Type.Boolean()),
    reason: Type.Optional(
      Type.Object(
        {
          code: Type.Optional(Type.Integer({ minimum: 1, maximum: 13 })),
          text: Type.String({ maxLength: 1000 }),
        },
        { additionalProperties: false },
      ),
    ),
    details: Type.Optional(paymentEventDetails),
    metadata: Type.Optional(
      Type.Record(Type.String({ maxLength: METADATA_TEXT_MAX }), Type.String({ maxLength: METADATA_TEXT_MAX }), {
        maxProperties: METADATA_PAIRS_MAX,
      }),
    ),
  },
  { additionalProperties: false },
)

/** Schema of one payment event. */
export const paymentEventBody: TUnsafe<PaymentEventBody> = Type.Unsafe<PaymentEventBody>(eventSchema)

/** Schema of the answer to one payment event; `note` says why it was not applied. */
export const paymentEventAnswer: TSchema = Type.Object({
  event_id: Type.Integer(),
  applied: Type.Boolean(),
  order: Type.Union([Type.Object({ id: Type.Integer(), status: Type.String() }), Type.Null()]),
  note: Type.String(),
})

/** Why an event cannot be taken although its shape is right; null: it can. */
export function paymentEventFault(body: PaymentEventBody): string | null {
  const { currency, exponent } = body.amount
  const digits = currencyDigits(currency)
  if (exponent !== undefined && exponent !== digits) {
    return `amount.exponent is ${exponent}, but ${currency} has ${digits} digits; send the amount in its minor units.`
  }
  if (body.provider === SANDBOX) {
    return `provider ${SANDBOX} is the built-in one, whose payments are made on the payment page; name your own provider.`
  }
  if (body.type.startsWith('payment.') && body.payment_reference !== undefined) {
    return 'payment_reference belongs to refunds and disputes; a payment is named by provider_reference.'
  }
  return body.details === undefined ? null : detailsFault(body)
}

function detailsFault({ type, amount, details }: PaymentEventBody): string | null {
  if (!type.startsWith('payment.')) return 'details belong to payments; a refund and a dispute have none.'
  const { payment_method_fee: fee = 0 } = details ?? {}
  return fee > amount.value ? `details.payment_method_fee is ${fee}, more than the payment of ${amount.value}.` : null
}

/** The fact that an event stands for. The sender's own id makes a repeat recognisable, else `defaultId`. */
export function factOfEvent(projectId: number, body: PaymentEventBody, defaultId: string): PaymentFact {
  return {
    projectId,
    provider: body.provider,
    eventId: body.event_id ?? defaultId,
    type: body.type,
    order: 'id' in body.order ? { id: body.order.id } : { externalId: body.order.external_id },
    amount: body.amount.value,
    currency: body.amount.currency,
    providerReference: body.provider_reference,
    paymentReference: body.payment_reference ?? null,
    method: { id: 0, name: body.method ?? body.provider },
    occurredAt: Date.parse(body.occurred_at),
    isSandbox: body.sandbox ?? false,
    ...(body.details === undefined ? {} : { details: storedDetails(body.details) }),
    reason: body.reason === undefined ? null : { code: body.reason.code ?? null, text: body.reason.text },
    raw: JSON.stringify(body),
  }
}
