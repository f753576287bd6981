// User tokens as attackers and careless issuers make them.
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A whole token; `null` parts are left as they are given. */
export interface TokenParts {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

const HOUR_S = 3_600

/** Claims of a good token; `exp` an hour from now. */
export function goodClaims(): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1_000)
  return { iss: 'https://login.example', sub: 'player-1', iat: now, exp: now + HOUR_S }
}

/** A token signed by HMAC; `hash` sha256, sha384 or sha512. */
export function hmacToken(secret: string | Uint8Array, parts: TokenParts = {}, hash = 'sha256'): string {
  const signed = signedPart({ alg: hash.replace('sha', 'HS'), ...parts.header }, parts.claims)
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`
}

/** A token signed by RSA. */
export function rsaToken(key: KeyObject, parts: TokenParts = {}): string {
  const signed = signedPart({ alg: 'RS256', ...parts.header }, parts.claims)
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

/** A token without a signature. */
export function unsignedToken(alg: string, signature = ''): string {
  return `${signedPart({ alg })}.${signature}`
}

/** A fresh pair of RSA keys. */
export function rsaKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

function signedPart(header: object, claims: object = goodClaims()): string {
  return [{ typ: 'JWT', ...header }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
}
