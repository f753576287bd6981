// A bounded memory of tokens that were verified, so that a polling client costs no signature check each time.
import type { Clock } from '../../platform/clock.ts'
import { sha256Hex } from '../../platform/seal.ts'
import type { ResolvedPlayer } from './resolved-player.ts'

/** Longest time a verified token is believed without looking again. */
const VERIFIED_LIFE_MS = 60_000
/** Most tokens that are remembered: about 10 MB. */
const VERIFIED_TOKENS_MAX = 10_000

interface Verified {
  readonly player: ResolvedPlayer
  readonly believedUntil: number
}

/** Players by the hash of what was verified: the token itself is never kept. */
export class VerifiedTokens {
  readonly #clock: Clock
  readonly #verified = new Map<string, Verified>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Key of a token checked by `rule`; another rule, for instance another secret, is another key. */
  keyOf(rule: string, token: string): string {
    return sha256Hex(`${rule}\n${token}`)
  }

  /** undefined: not known, or to be verified again. */
  get(key: string): ResolvedPlayer | undefined {
    const found = this.#verified.get(key)
    if (found === undefined) return undefined
    this.#verified.delete(key)
    if (this.#clock.monotonic() >= found.believedUntil || isExpired(found.player, this.#clock)) return undefined
    // Put back at the end: the first key of the map is the one used longest ago.
    this.#verified.set(key, found)
    return found.player
  }

  /** Remembers what was verified just now. */
  put(key: string, player: ResolvedPlayer): void {
    this.#verified.set(key, { player, believedUntil: this.#clock.monotonic() + VERIFIED_LIFE_MS })
    if (this.#verified.size <= VERIFIED_TOKENS_MAX) return
    const oldest = this.#verified.keys().next()
    if (oldest.done !== true) this.#verified.delete(oldest.value)
  }
}

/** JWTs end by real time, payment tokens by wall time with its skips. */
function isExpired(player: ResolvedPlayer, clock: Clock): boolean {
  return player.expiresAt <= (player.proof === 'jwt' ? clock.unskippedNow() : clock.now())
}
