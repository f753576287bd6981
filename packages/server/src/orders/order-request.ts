// Reads the requests that create orders: who buys, what they said about the order, and how a repeat is known.
import { isIP } from 'node:net'
import { AppError } from '@ordertrail/core'
import type { UserDetails } from '../notifications/index.ts'
import type { Call, Caller } from '../platform/http/index.ts'
import { sha256Hex } from '../platform/seal.ts'
import { isUserId } from '../projects/index.ts'
import type { CreateOrderInput, RequestKey } from './order-wish.ts'

/** Longest request key. */
const REQUEST_KEY_CHARS_MAX = 255

type Headers = Call['headers']
type Player = Extract<Caller, { readonly kind: 'player' }>
type Buyer = Pick<CreateOrderInput, 'party' | 'email' | 'country' | 'userDetails'>
type Wishes = Pick<CreateOrderInput, 'mode' | 'settings' | 'externalId' | 'customParameters' | 'promoCode'>

/** Body of the calls by which players create orders; not every call knows every member. */
export interface OrderBody {
  readonly currency?: string
  readonly locale?: string
  readonly sandbox?: boolean
  readonly quantity?: number
  readonly promo_code?: string
  readonly settings?: Readonly<Record<string, unknown>>
  readonly custom_parameters?: Readonly<Record<string, unknown>> | null
}

/** Body of the call by which a game's server creates an order and a payment token for one of its users. */
export interface TokenBody {
  readonly sandbox?: boolean
  readonly user: {
    readonly id: { readonly value: string }
    readonly name?: { readonly value: string }
    readonly email?: { readonly value: string }
    readonly country?: { readonly value?: string }
    readonly phone?: { readonly value: string }
  }
  readonly purchase: { readonly items: readonly { readonly sku: string; readonly quantity: number }[] }
  readonly settings?: Readonly<Record<string, unknown>> & { readonly currency?: string }
  readonly custom_parameters?: Readonly<Record<string, unknown>> | null
}

/** The player who calls. @throws {AppError} authorization_missing where nobody was proved */
export function playerOf(caller: Caller): Player {
  if (caller.kind !== 'player') throw new AppError('authorization_missing')
  return caller
}

/** What is known of a player who calls by themselves. */
export function buyerOf({ party, details: { email, country, name } }: Player, ip: string): Buyer {
  const details: UserDetails = { name, ip }
  return { party, email: email ?? null, country: country ?? null, userDetails: JSON.stringify(details) }
}

/**
 * What a game's server tells of its user. Without a country it has to say the player's address.
 *
 * @throws {AppError} unprocessable where the id is none that a user may have; country_missing
 */
export function namedBuyer({ user }: TokenBody, projectId: number, headers: Headers): Buyer {
  if (!isUserId(user.id.value)) throw unusable('user.id.value must be plain text that does not begin with "visitor:".')
  const country = user.country?.value?.toUpperCase() ?? null
  const ip = headers['x-user-ip']
  const hasIp = typeof ip === 'string' && isIP(ip.trim()) !== 0
  if (country === null && !hasIp) throw new AppError('country_missing')
  const details: UserDetails = { name: user.name?.value, phone: user.phone?.value, ip: hasIp ? ip.trim() : undefined }
  return {
    party: { projectId, kind: 'user', id: user.id.value },
    email: user.email?.value ?? null,
    country,
    userDetails: JSON.stringify(details),
  }
}

/** What the body says about the order. An empty promo code is none. */
export function wishesOf(body: Omit<OrderBody, 'quantity'>): Wishes {
  const language = body.locale === undefined ? {} : { language: body.locale }
  const settings: Readonly<Record<string, unknown>> = { ...language, ...body.settings }
  const { external_id: externalId } = settings
  return {
    mode: body.sandbox === true ? 'sandbox' : 'default',
    settings: JSON.stringify(settings),
    externalId: typeof externalId === 'string' ? externalId : null,
    customParameters: body.custom_parameters ? JSON.stringify(body.custom_parameters) : null,
    promoCode: body.promo_code || null,
  }
}

/**
 * The header by which a caller makes its request safe to repeat; null: it did not.
 *
 * @param request everything that makes it this request and no other
 * @throws {AppError} unprocessable where the key is empty or too long
 */
export function requestKeyOf(headers: Headers, scope: string, request: readonly unknown[]): RequestKey | null {
  const key = headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && key.length > 0 && key.length <= REQUEST_KEY_CHARS_MAX) {
    return { scope, key, hash: sha256Hex(JSON.stringify(request)) }
  }
  throw unusable(`The Idempotency-Key header must have 1 to ${REQUEST_KEY_CHARS_MAX} characters.`)
}

function unusable(reason: string): AppError {
  return new AppError('unprocessable', { message: reason, details: { reason } })
}
