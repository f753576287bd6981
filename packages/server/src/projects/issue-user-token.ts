// Issues user JWTs with a project's login secret, for developers and for games without a login service of their own.
import { createSecretKey } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Seal } from '../platform/seal.ts'
import type { ProjectFacts } from './project-facts.ts'
import { LOGIN_SECRET_CONTEXT } from './secret-contexts.ts'

/** Whose token, and what else it tells. */
export interface TokenPlayer {
  readonly userId: string
  readonly email?: string
  readonly name?: string
  readonly country?: string
}

/** What a token is made from. `nowMs` is real time: no skip of time makes a token older. */
export interface UserTokenRequest {
  readonly facts: ProjectFacts
  readonly seal: Seal
  readonly player: TokenPlayer
  readonly lifeMs: number
  readonly nowMs: number
}

/** A token, or why this project cannot have one: its tokens are signed elsewhere, or it has no login secret. */
export type IssuedUserToken =
  | { readonly kind: 'issued'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'refused'; readonly reason: 'signed_elsewhere' | 'no_login_secret' }

const ISSUER = 'ordertrail'

/** Signs a token (HS256). The player's id stands in the claim that the project names, and in `sub`. */
export async function issueUserToken({
  facts,
  seal,
  player,
  lifeMs,
  nowMs,
}: UserTokenRequest): Promise<IssuedUserToken> {
  const { jwt, loginProjectId, userIdClaim } = facts.settings
  if (jwt.algorithm !== 'HS256') return { kind: 'refused', reason: 'signed_elsewhere' }
  if (jwt.secret === '') return { kind: 'refused', reason: 'no_login_secret' }
  const issuedAt = Math.floor(nowMs / 1_000)
  const expiresAt = issuedAt + Math.floor(lifeMs / 1_000)
  const claims = {
    iss: ISSUER,
    sub: player.userId,
    [userIdClaim]: player.userId,
    iat: issuedAt,
    exp: expiresAt,
    type: 'server_custom_id',
    publisher_id: facts.merchantId,
    ...(loginProjectId === null ? {} : { xsolla_login_project_id: loginProjectId }),
    ...(player.email === undefined ? {} : { email: player.email }),
    ...(player.name === undefined ? {} : { username: player.name }),
    ...(player.country === undefined ? {} : { country: player.country }),
  }
  const key = createSecretKey(seal.unseal(jwt.secret, LOGIN_SECRET_CONTEXT), 'utf8')
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key)
  return { kind: 'issued', token, expiresAt: expiresAt * 1_000 }
}
