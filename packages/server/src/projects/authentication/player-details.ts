// What tokens and headers tell about a player beside the id; anything odd is left out, never refused.
import type { JWTPayload } from 'jose'
import type { PlayerDetails } from '../../platform/http/index.ts'
import { isPlainText } from './party-id.ts'

const DETAIL_CHARS_MAX = 255
const EMAIL = /^[^\s@]+@[^\s@]+$/
const COUNTRY = /^[A-Z]{2}$/

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 && value.length <= DETAIL_CHARS_MAX && isPlainText(value)
    ? value
    : undefined
}

function matching(value: unknown, form: RegExp): string | undefined {
  const text = textOf(value)
  return text !== undefined && form.test(text) ? text : undefined
}

/** Members that are unknown are absent, not undefined. */
function known(details: { readonly [Name in keyof PlayerDetails]: string | undefined }): PlayerDetails {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined))
}

/** Details in the claims of a user JWT. */
export function detailsOfClaims(claims: JWTPayload): PlayerDetails {
  return known({
    email: matching(claims.email, EMAIL),
    name: textOf(claims.username) ?? textOf(claims.name),
    country: matching(claims.country, COUNTRY),
  })
}

/** The e-mail in an `x-user` header, which is Base64 of it; visitors send it. */
export function detailsOfVisitorHeader(value: string | undefined): PlayerDetails {
  if (value === undefined || value.length > 2 * DETAIL_CHARS_MAX) return {}
  return known({ email: matching(Buffer.from(value, 'base64').toString('utf8'), EMAIL) })
}
