// Runs the creation of an order for a call and turns what became of it into the documented answers.
import { AppError, type ErrorCode } from '@ordertrail/core'
import { codeError, type PurchaseForm, priceError } from '../catalog/index.ts'
import type { Answer } from '../platform/http/index.ts'
import type { Seal } from '../platform/seal.ts'
import type { Store } from '../platform/store/index.ts'
import { newPaymentToken } from '../projects/index.ts'
import { type AskOffersDeps, askOffers } from './ask-offers.ts'
import { type CreateOrderInput, type CreateRefusal, createOrder } from './order-wish.ts'

/** What creating orders needs. */
export interface PlaceOrderDeps extends Pick<AskOffersDeps, 'personal'> {
  readonly store: Store
  readonly seal: Seal
}

/** How a call answers: with which status, and which form of purchase its errors speak of. */
export interface AnswerForm {
  readonly status: 200 | 201
  readonly form: PurchaseForm
}

/** Platform of orders that are bought through us. */
export const OWN_PLATFORM = 'xsolla'

/** The context under which tokens of kept answers are sealed. */
const TOKEN_CONTEXT = 'kept-answer'

/**
 * Creates the order. Orders that money pays come with a payment token; only its hash is kept, and sealed text where
 * the request may be repeated.
 */
export async function placeOrder(
  { store, seal, personal }: PlaceOrderDeps,
  wish: Omit<CreateOrderInput, 'token' | 'offers'>,
  { status, form }: AnswerForm,
): Promise<Answer> {
  const token = wish.paidWith.kind === 'money' ? newToken(seal, wish) : null
  const offers = await askOffers({ store, personal }, wish)
  const input = { ...wish, token: token?.kept ?? null, ...(offers === undefined ? {} : { offers }) }
  const result = await store.run(createOrder, input)
  switch (result.kind) {
    case 'created':
      return { status, body: { order_id: result.orderId, token: token?.text } }
    case 'replayed': {
      const text = result.sealedToken === null ? undefined : seal.unseal(result.sealedToken, TOKEN_CONTEXT)
      return { status, headers: { 'idempotent-replayed': 'true' }, body: { order_id: result.orderId, token: text } }
    }
    case 'key_reused':
      throw new AppError('idempotency_key_reused')
    case 'refused':
      throw refusalError(result, form)
  }
}

interface NewToken {
  readonly text: string
  readonly kept: NonNullable<CreateOrderInput['token']>
}

function newToken(seal: Seal, { party, requestKey }: Pick<CreateOrderInput, 'party' | 'requestKey'>): NewToken {
  const { token, tokenHash } = newPaymentToken(party.projectId)
  const sealed = requestKey === null ? null : seal.seal(token, TOKEN_CONTEXT)
  return { text: token, kept: { hash: tokenHash, sealed } }
}

/** Free things have calls of their own; only the game's server is told so by a code of its own. */
const WRONG_WAY: Readonly<Record<PurchaseForm, Readonly<Record<'item_is_free' | 'item_not_free', ErrorCode>>>> = {
  item: { item_is_free: 'item_invalid', item_not_free: 'item_invalid' },
  cart: { item_is_free: 'cart_invalid', item_not_free: 'cart_invalid' },
  list: { item_is_free: 'item_is_free', item_not_free: 'cart_invalid' },
}

const OFFER_REASONS = {
  not_offered: 'The game does not offer this item to the player',
  offer_exceeded: 'The game does not let the player buy that many of this item',
} as const

function refusalError(refusal: CreateRefusal, form: PurchaseForm): AppError {
  const { code, sku } = refusal
  switch (code) {
    case 'item_is_free':
    case 'item_not_free':
      return new AppError(WRONG_WAY[form][code], { details: { sku, refusal: code } })
    case 'offers_unconfirmed':
      return new AppError('catalog_listener_failed', { details: { refusal: code } })
    case 'not_offered':
    case 'offer_exceeded':
      return new AppError(form === 'item' ? 'item_invalid' : 'cart_invalid', {
        message: `${OFFER_REASONS[code]} (${sku}).`,
        details: { sku, refusal: code },
      })
    case 'virtual_currency_insufficient':
      return new AppError('virtual_currency_insufficient', { details: { sku } })
    case 'code_unknown':
    case 'code_expired':
    case 'code_region_refused':
    case 'code_limit_reached':
      return codeError(code)
    case 'project_unknown':
      return new AppError('project_not_found')
    default:
      return priceError({ kind: 'refused', code, sku }, form)
  }
}
