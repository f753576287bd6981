// Checks user JWTs by what the project has configured; nothing in a token's header chooses how.
import { createSecretKey, type webcrypto } from 'node:crypto'
import type { ErrorCode } from '@ordertrail/core'
import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Seal } from '../../platform/seal.ts'
import type { JwtSettings, ProjectSettings } from '../project-settings.ts'
import { LOGIN_SECRET_CONTEXT } from '../secret-contexts.ts'

/** How far the clocks of issuer and server may differ. */
const CLOCK_SKEW_S = 5
/** Imported keys that are kept; one per project that is in use. */
const IMPORTED_KEYS_MAX = 1_000

/** Why a token is refused. */
export type TokenRefusal = Extract<ErrorCode, 'token_invalid' | 'token_expired' | 'token_wrong_project'>

/** Claims that may be believed, or why none may. */
export type VerifiedJwt =
  | { readonly kind: 'verified'; readonly claims: JWTPayload; readonly expiresAt: number }
  | { readonly kind: 'refused'; readonly code: TokenRefusal }

/** Public keys by URL. Getting one throws AppError token_keys_unavailable when they cannot be had right now. */
export interface KeySets {
  keysAt(url: string): JWTVerifyGetKey
}

const INVALID: VerifiedJwt = { kind: 'refused', code: 'token_invalid' }

/** Verifies tokens; keys of secrets stay imported. */
export class JwtVerifier {
  readonly #seal: Seal
  readonly #keySets: KeySets
  readonly #secretKeys = new Map<string, webcrypto.CryptoKey>()

  constructor(seal: Seal, keySets: KeySets) {
    this.#seal = seal
    this.#keySets = keySets
  }

  /**
   * Believes `token` when the project's own key signed it, it has not expired, and it belongs to the project's login project.
   *
   * @param now real time in milliseconds; skipped time has no say in a token's life
   * @throws {AppError} when the project's keys cannot be had right now, which says nothing about the token
   */
  async verify(token: string, settings: ProjectSettings, now: number): Promise<VerifiedJwt> {
    const claims = await this.#verifiedClaims(token, settings.jwt, now).catch(refusalOf)
    if (claims === 'token_invalid' || claims === 'token_expired') return { kind: 'refused', code: claims }
    const { exp } = claims
    if (exp === undefined) return INVALID
    if (!belongsTo(settings.loginProjectId, claims)) return { kind: 'refused', code: 'token_wrong_project' }
    return { kind: 'verified', claims, expiresAt: exp * 1_000 }
  }

  async #verifiedClaims(token: string, jwt: JwtSettings, now: number): Promise<JWTPayload | 'token_invalid'> {
    const checks = {
      algorithms: [jwt.algorithm],
      requiredClaims: ['exp'],
      currentDate: new Date(now),
      clockTolerance: CLOCK_SKEW_S,
    }
    if (jwt.algorithm !== 'HS256') return (await jwtVerify(token, this.#keySets.keysAt(jwt.jwksUrl), checks)).payload
    if (jwt.secret === '') return 'token_invalid'
    return (await jwtVerify(token, this.#secretKey(jwt.secret), checks)).payload
  }

  /** In the form that the library uses as it is: of any other it makes a key for each token, which costs more than the check. */
  #secretKey(sealed: string): webcrypto.CryptoKey {
    const known = this.#secretKeys.get(sealed)
    if (known !== undefined) return known
    const secret = createSecretKey(this.#seal.unseal(sealed, LOGIN_SECRET_CONTEXT), 'utf8')
    const key = secret.toCryptoKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
    if (this.#secretKeys.size >= IMPORTED_KEYS_MAX) this.#secretKeys.clear()
    this.#secretKeys.set(sealed, key)
    return key
  }
}

/** Everything the JWT library throws is the token's fault; the rest is ours and goes on. */
function refusalOf(error: unknown): 'token_invalid' | 'token_expired' {
  if (error instanceof errors.JWTExpired) return 'token_expired'
  if (error instanceof errors.JOSEError) return 'token_invalid'
  throw error
}

function belongsTo(loginProjectId: string | null, claims: JWTPayload): boolean {
  return loginProjectId === null || claims.xsolla_login_project_id === loginProjectId
}

/** The login project a token names, before anything is verified: good for finding whose key to try, for nothing else. */
export function claimedLoginProject(token: string): string | undefined {
  try {
    const claimed = decodeJwt(token).xsolla_login_project_id
    return typeof claimed === 'string' ? claimed : undefined
  } catch {
    return undefined
  }
}
