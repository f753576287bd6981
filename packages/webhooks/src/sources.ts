// Which addresses may send webhooks. Off unless asked for: the signature is what proves a sender.
import { bytesOfAddress, isInRange, type Range, rangeOf } from './ip-range.ts'
import type { SourceCheck } from './listener-options.ts'
import type { ReceivedWebhook } from './received-webhook.ts'
import { headerValues } from './webhook-headers.ts'

export type { SourceCheck } from './listener-options.ts'
export type { ReceivedWebhook } from './received-webhook.ts'

/**
 * The addresses that the store's documentation and its official SDK name, as of November 2026. They change now and
 * then: compare them with the documentation of the day before you rely on them.
 */
export const XSOLLA_SOURCES: readonly string[] = [
  '185.30.20.0/22',
  '34.94.43.207',
  '34.94.69.44',
  '34.102.22.197',
  '34.102.38.178',
  '35.236.73.234',
]

/** Who may send. */
export interface SourceOptions {
  /** IPv4 and IPv6 addresses, and ranges of them: `185.30.20.0/22`, `2001:db8::/32`. */
  readonly addresses: readonly string[]
  /**
   * How many proxies of yours stand in front and add to `X-Forwarded-For`; 0 when absent, and the header is then not
   * looked at. Too high a number lets a sender make up its address, too low a one sees the proxy's.
   */
  readonly trustedProxies?: number
}

/**
 * A check for the option `sources`.
 *
 * A webhook from elsewhere is answered 500 and told to `onError`: nothing is lost when the list was too short.
 *
 * @throws {TypeError} when something in the list is no address or range, or the number of proxies is none
 */
export function allowSources({ addresses, trustedProxies = 0 }: SourceOptions): SourceCheck {
  if (!Number.isSafeInteger(trustedProxies) || trustedProxies < 0) {
    throw new TypeError(`trustedProxies must be a whole number from 0, got ${trustedProxies}`)
  }
  const ranges = addresses.map(checkedRange)
  return (webhook) => {
    const source = sourceOf(webhook, trustedProxies)
    if (source === null) {
      return `The source of a webhook cannot be told: check trustedProxies (${trustedProxies}) and what the server passes on`
    }
    const bytes = bytesOfAddress(source)
    const isAllowed = bytes !== null && ranges.some((range) => isInRange(bytes, range))
    return isAllowed ? null : `A webhook came from ${JSON.stringify(source)}, which sources does not allow`
  }
}

function checkedRange(text: string): Range {
  const range = rangeOf(text)
  if (range === null) throw new TypeError(`${JSON.stringify(text)} is no IPv4 or IPv6 address or range`)
  return range
}

/** Each proxy adds whom it heard to the end, so counted from there nobody outside can make up an entry. */
function sourceOf({ headers, remoteAddress }: ReceivedWebhook, trustedProxies: number): string | null {
  if (trustedProxies === 0) return remoteAddress ?? null
  const hops = headerValues(headers, 'x-forwarded-for').flatMap((value) => value.split(','))
  const hop = hops.at(-trustedProxies)?.trim()
  return hop === undefined || hop === '' ? null : withoutPort(hop)
}

/** Some proxies add the port: `192.0.2.1:443`, `[2001:db8::1]:443`. */
function withoutPort(hop: string): string {
  return /^\[(.*)\](:\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop
}
