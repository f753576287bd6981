// Limits of requests per client, by name. They stop floods; one client that polls every three seconds never meets them.
import { AppError } from '@ordertrail/core'
import { parseIp } from '../ip-address.ts'
import type { Caller } from './caller.ts'

/**
 * `address`: everything from one address, wide enough for the players behind one carrier. `player`: one player. `key`: one API key.
 * `refused`: refused credentials from one address.
 */
export type RateLimitName = 'address' | 'player' | 'key' | 'refused'

/** Requests a second in the long run, and how many may come at once. */
interface RateLimit {
  readonly perSecond: number
  readonly burst: number
}

const RATE_LIMITS: Readonly<Record<RateLimitName, RateLimit>> = {
  address: { perSecond: 1_000, burst: 5_000 },
  player: { perSecond: 20, burst: 100 },
  key: { perSecond: 1_000, burst: 2_000 },
  refused: { perSecond: 10, burst: 100 },
}

/** How strict the limits are. */
export type RateLimitMode = 'on' | 'generous' | 'off'
const FACTORS: Readonly<Record<Exclude<RateLimitMode, 'off'>, number>> = { on: 1, generous: 10 }

/** Clients remembered per limit; beyond it the one not seen for longest is forgotten, which lets it begin anew. */
const CLIENTS_MAX = 50_000

/** Sums of intervals are off by less than this. */
const ROUNDING_MS = 1e-6

/** Counts requests. */
export interface RateLimits {
  /** @throws {AppError} rate_limited with `retryAfterSeconds` when this client had too many */
  take(name: RateLimitName, client: string): void
}

/**
 * Limits in the memory of this process.
 *
 * @param now monotonic milliseconds
 */
export function createRateLimits(mode: RateLimitMode, now: () => number = () => performance.now()): RateLimits {
  if (mode === 'off') return { take: () => undefined }
  const factor = FACTORS[mode]
  const buckets: Record<RateLimitName, Bucket> = {
    address: new Bucket(RATE_LIMITS.address, factor),
    player: new Bucket(RATE_LIMITS.player, factor),
    key: new Bucket(RATE_LIMITS.key, factor),
    refused: new Bucket(RATE_LIMITS.refused, factor),
  }
  return {
    take(name, client) {
      const waitMs = buckets[name].take(client, now())
      if (waitMs > 0) throw tooMany(name, Math.ceil(waitMs / 1000))
    },
  }
}

function tooMany(name: RateLimitName, retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', { details: { limit: name, retryAfterSeconds } })
}

/**
 * One limit over many clients, as one number per client: the moment at which all its requests so far would have been due, had they
 * come evenly. It may run ahead of now by the burst.
 */
class Bucket {
  readonly #dueAt = new Map<string, number>()
  readonly #intervalMs: number
  readonly #aheadMsMax: number

  constructor(limit: RateLimit, factor: number) {
    this.#intervalMs = 1000 / (limit.perSecond * factor)
    this.#aheadMsMax = (limit.burst * factor - 1) * this.#intervalMs
  }

  /** @returns 0, or the milliseconds after which the next request is taken */
  take(client: string, now: number): number {
    const due = Math.max(this.#dueAt.get(client) ?? now, now)
    const waitMs = due - now - this.#aheadMsMax
    if (waitMs > ROUNDING_MS) return waitMs
    this.#dueAt.delete(client)
    if (this.#dueAt.size >= CLIENTS_MAX) this.#forgetOldest()
    this.#dueAt.set(client, due + this.#intervalMs)
    return 0
  }

  #forgetOldest(): void {
    for (const oldest of this.#dueAt.keys()) {
      this.#dueAt.delete(oldest)
      return
    }
  }
}

/** The client behind an address: itself for IPv4, its /64 for IPv6, because one customer gets a whole one. */
export function clientOfAddress(ip: string): string {
  if (!ip.includes(':')) return ip
  const bytes = parseIp(ip)
  return bytes === undefined ? ip : Buffer.from(bytes.subarray(0, 8)).toString('hex')
}

/** Which limit a caller is counted under and as whom; undefined: only its address counts. */
export function clientOfCaller(caller: Caller): readonly [RateLimitName, string] | undefined {
  if (caller.kind === 'player') return ['player', `${caller.party.projectId} ${caller.party.kind} ${caller.party.id}`]
  if (caller.kind === 'key') return ['key', `${caller.merchantId} ${caller.projectId ?? ''} ${caller.keyName}`]
  return undefined
}
