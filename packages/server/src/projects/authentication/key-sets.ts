// Public keys of login services (JWKS): fetched by need, kept a while, and never fetched faster than a cooldown allows.
import { AppError } from '@ordertrail/core'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../../platform/clock.ts'
import type { KeySets } from './user-jwt.ts'

/** Keys are fetched again when they are older. */
export const KEYS_FRESH_MS: number = 10 * 60_000
/** How long known keys stay good while their service does not answer. */
export const KEYS_STALE_MS_MAX: number = 60 * 60_000
/** Least time between two fetches of one URL, so that tokens with made-up key ids cannot make us hammer a login service. */
export const FETCH_COOLDOWN_MS = 30_000
/** Least time between two fetches when there are no keys at all. */
export const FIRST_FETCH_COOLDOWN_MS = 2_000
/** Key sets that are kept. */
const KEY_SETS_MAX = 1_000

/** Fetches a key set; rejects when it cannot. */
export type FetchKeySet = (url: string) => Promise<JSONWebKeySet>

interface KeySet {
  keys: JWTVerifyGetKey | undefined
  fetchedAt: number
  triedAt: number
  underWay: Promise<void> | undefined
}

/** Key sets by URL, with `fetchKeySet` as the only way out. */
export class CachedKeySets implements KeySets {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #fetch: FetchKeySet
  readonly #sets = new Map<string, KeySet>()

  constructor(clock: Pick<Clock, 'monotonic'>, fetchKeySet: FetchKeySet) {
    this.#clock = clock
    this.#fetch = fetchKeySet
  }

  /** The key that a token's header asks for, from the keys at `url` only. */
  keysAt(url: string): JWTVerifyGetKey {
    return async (header, token) => {
      const set = this.#setOf(url)
      if (this.#isFetchDue(set, KEYS_FRESH_MS)) await this.#fetchInto(set, url)
      try {
        return await this.#knownKeys(set, url)(header, token)
      } catch (error) {
        // A key id that is not known may be a key that was made just now.
        if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#isFetchDue(set, FETCH_COOLDOWN_MS)) throw error
        await this.#fetchInto(set, url)
        return await this.#knownKeys(set, url)(header, token)
      }
    }
  }

  #setOf(url: string): KeySet {
    const known = this.#sets.get(url)
    if (known !== undefined) return known
    if (this.#sets.size >= KEY_SETS_MAX) this.#sets.clear()
    const set: KeySet = { keys: undefined, fetchedAt: -Infinity, triedAt: -Infinity, underWay: undefined }
    this.#sets.set(url, set)
    return set
  }

  #isFetchDue(set: KeySet, freshMs: number): boolean {
    const now = this.#clock.monotonic()
    if (set.underWay !== undefined) return true
    const cooldownMs = set.keys === undefined ? FIRST_FETCH_COOLDOWN_MS : FETCH_COOLDOWN_MS
    return now - set.fetchedAt >= freshMs && now - set.triedAt >= cooldownMs
  }

  /** One fetch at a time; a failure leaves what is known as it is. */
  #fetchInto(set: KeySet, url: string): Promise<void> {
    set.underWay ??= this.#fetchOnce(set, url).finally(() => {
      set.underWay = undefined
    })
    return set.underWay
  }

  async #fetchOnce(set: KeySet, url: string): Promise<void> {
    set.triedAt = this.#clock.monotonic()
    try {
      set.keys = createLocalJWKSet(await this.#fetch(url))
      set.fetchedAt = this.#clock.monotonic()
    } catch {
      // The next look at the set says whether what is known is still good enough.
    }
  }

  #knownKeys(set: KeySet, url: string): JWTVerifyGetKey {
    const age = this.#clock.monotonic() - set.fetchedAt
    if (set.keys !== undefined && age < KEYS_STALE_MS_MAX) return set.keys
    throw new AppError('token_keys_unavailable', { details: { url } })
  }
}
