// Resolves the tokens of players, user JWTs and payment tokens, into who they stand for.
import { AppError } from '@ordertrail/core'
import type { JWTPayload } from 'jose'
import type { Clock } from '../../platform/clock.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Store } from '../../platform/store/index.ts'
import { findPaymentToken, projectOfPaymentToken } from '../payment-tokens.ts'
import type { ProjectDirectory } from '../project-directory.ts'
import type { ProjectFacts } from '../project-facts.ts'
import { CachedKeySets, type FetchKeySet } from './key-sets.ts'
import { userIdOfClaim } from './party-id.ts'
import { detailsOfClaims } from './player-details.ts'
import type { ResolvedPlayer } from './resolved-player.ts'
import { claimedLoginProject, JwtVerifier } from './user-jwt.ts'
import { VerifiedTokens } from './verified-tokens.ts'

/** Longer tokens are not looked at; a user JWT takes 1 to 4 KB. */
export const TOKEN_CHARS_MAX = 8_192

/** Resolves tokens; both calls throw AppError with the documented 401 when a token is refused. */
export interface PlayerTokens {
  resolvePlayerToken(token: string, projectId: number): Promise<ResolvedPlayer>
  /**
   * The same where the request names no project: a payment token has its own; a JWT stands for its player in every project whose
   * login project it names and whose key signed it. Never empty, ascending by project.
   */
  resolvePlayerTokens(token: string, projectId: number | null): Promise<readonly ResolvedPlayer[]>
}

/** What resolving needs. `fetchKeySet` is the only thing that leaves this machine. */
export interface PlayerTokenDeps {
  readonly store: Store
  readonly directory: Pick<ProjectDirectory, 'find' | 'findByLoginProject'>
  readonly seal: Seal
  readonly clock: Clock
  readonly fetchKeySet: FetchKeySet
}

/** Makes the resolver with its bounded memory of verified tokens. */
export function createPlayerTokens({ store, directory, seal, clock, fetchKeySet }: PlayerTokenDeps): PlayerTokens {
  const verified = new VerifiedTokens(clock)
  const verifier = new JwtVerifier(seal, new CachedKeySets(clock, fetchKeySet))

  async function remembered(
    rule: string,
    token: string,
    verify: () => Promise<ResolvedPlayer>,
  ): Promise<ResolvedPlayer> {
    const key = verified.keyOf(rule, token)
    const known = verified.get(key)
    if (known !== undefined) return known
    const player = await verify()
    verified.put(key, player)
    return player
  }

  function fromPaymentToken(token: string, projectId: number): Promise<ResolvedPlayer> {
    if (projectOfPaymentToken(token) !== projectId) throw new AppError('payment_token_not_found')
    return remembered('payment_token', token, async () => {
      const found = await findPaymentToken(store.read, token, clock.now())
      if (found.kind === 'unknown') throw new AppError('payment_token_not_found')
      if (found.kind === 'expired') throw new AppError('token_expired')
      const { party, orderId, expiresAt } = found
      return { party, details: {}, proof: 'payment_token', orderId, knownIds: [party.id], expiresAt }
    })
  }

  function fromJwt(token: string, facts: ProjectFacts): Promise<ResolvedPlayer> {
    const { jwt, loginProjectId, userIdClaim } = facts.settings
    const rule = JSON.stringify([facts.projectId, jwt, loginProjectId, userIdClaim])
    return remembered(rule, token, async () => {
      const result = await verifier.verify(token, facts.settings, clock.unskippedNow())
      if (result.kind === 'refused') throw new AppError(result.code)
      return playerOfClaims(result.claims, facts, result.expiresAt)
    })
  }

  async function resolvePlayerToken(token: string, projectId: number): Promise<ResolvedPlayer> {
    if (token.length > TOKEN_CHARS_MAX) throw new AppError('token_invalid')
    if (projectOfPaymentToken(token) !== undefined) return fromPaymentToken(token, projectId)
    const facts = await directory.find(projectId)
    if (facts === undefined) throw new AppError('token_invalid')
    return fromJwt(token, facts)
  }

  async function resolveByClaim(token: string): Promise<readonly ResolvedPlayer[]> {
    const loginProjectId = token.length > TOKEN_CHARS_MAX ? undefined : claimedLoginProject(token)
    const candidates = loginProjectId === undefined ? [] : await directory.findByLoginProject(loginProjectId)
    const tries = await Promise.allSettled(candidates.map((facts) => fromJwt(token, facts)))
    const players = tries.filter((one) => one.status === 'fulfilled').map((one) => one.value)
    if (players.length > 0) return players
    throw tries.find((one) => one.status === 'rejected')?.reason ?? new AppError('token_invalid')
  }

  return {
    resolvePlayerToken,
    async resolvePlayerTokens(token, projectId) {
      const named = projectId ?? projectOfPaymentToken(token)
      return named === undefined ? resolveByClaim(token) : [await resolvePlayerToken(token, named)]
    },
  }
}

function playerOfClaims(claims: JWTPayload, facts: ProjectFacts, expiresAt: number): ResolvedPlayer {
  const id = userIdOfClaim(claims[facts.settings.userIdClaim])
  if (id === undefined) {
    throw new AppError('token_invalid', {
      message: `The token has no usable claim ${facts.settings.userIdClaim}, which holds the player's id.`,
    })
  }
  const others = [userIdOfClaim(claims.sub), userIdOfClaim(claims.external_account_id)].filter(
    (one) => one !== undefined,
  )
  return {
    party: { projectId: facts.projectId, kind: 'user', id },
    details: detailsOfClaims(claims),
    proof: 'jwt',
    orderId: null,
    knownIds: [...new Set([id, ...others])],
    expiresAt,
  }
}
