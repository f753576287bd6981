// Where webhooks may be sent: one rule for the URL that is saved and for the address that is connected to.

import { isInNetwork, parseIp, parseNetwork } from '../ip-address.ts'
import { type AddressClass, classifyAddress } from './address-class.ts'

/** Longest URL that is accepted. */
const ENDPOINT_URL_CHARS_MAX = 2048

const HTTPS_PORT = 443
const HTTP_PORT = 80

/** What an installation allows beyond public https. */
export interface EndpointPolicy {
  /** Plain http, and https, to this machine at any port; only `ordertrail dev` says so. */
  readonly allowLoopbackHttp: boolean
  /** Ports besides 443. */
  readonly portsAllowed?: readonly number[]
  /** Networks in CIDR form, for instance of one's own containers: any scheme and port is allowed there. */
  readonly networksAllowed?: readonly string[]
}

/** Why a URL is refused. Stable. */
export type UrlRefusal =
  | 'url_malformed'
  | 'url_too_long'
  | 'scheme_not_allowed'
  | 'credentials_in_url'
  | 'fragment_in_url'
  | 'host_spelling'
  | 'port_not_allowed'
  | 'address_not_public'
  | 'name_not_found'

/** A verdict and, when refused, the sentence for the person who typed the URL. */
export type UrlCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: UrlRefusal; readonly sentence: string }

const OK: UrlCheck = { ok: true }

function refuse(reason: UrlRefusal, sentence: string): UrlCheck {
  return { ok: false, reason, sentence }
}

/**
 * Whether webhooks may be sent to `url`, as far as its text tells: a name still has to resolve to allowed addresses.
 *
 * Used when settings are saved and again before each request, so a URL that saves is one that sends.
 */
export function checkEndpointUrl(url: string, policy: EndpointPolicy): UrlCheck {
  if (url.length > ENDPOINT_URL_CHARS_MAX) {
    return refuse(
      'url_too_long',
      `The URL has ${url.length} characters; at most ${ENDPOINT_URL_CHARS_MAX} are allowed.`,
    )
  }
  const parsed = parseUrl(url)
  // What cannot be read is not repeated either: sentences are logged, and secrets travel in queries.
  if (parsed === undefined) return refuse('url_malformed', 'The URL must read https://host/path, without blanks.')
  return (
    checkScheme(parsed, policy) ?? checkFragment(url) ?? checkSpelling(url, parsed) ?? checkHost(parsed, policy) ?? OK
  )
}

/** Blanks, control characters and backslashes are refused rather than repaired: a parser's repair hides the real target. */
function parseUrl(url: string): URL | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
  return /[\u0000-\u0020\u007f\\]/.test(url) ? undefined : (URL.parse(url) ?? undefined)
}

function checkScheme(url: URL, policy: EndpointPolicy): UrlCheck | undefined {
  if (url.username !== '' || url.password !== '') {
    return refuse('credentials_in_url', 'The URL must not carry a user name or password; requests are signed instead.')
  }
  if (url.protocol === 'https:') return undefined
  if (url.protocol === 'http:' && mayUseHttp(url, policy)) return undefined
  const exception = policy.allowLoopbackHttp
    ? ' (plain http is allowed to this machine, for example http://localhost:3000)'
    : ''
  return refuse('scheme_not_allowed', `The URL must begin with https://${exception}, got ${url.protocol}//${url.host}.`)
}

/** A fragment never leaves a browser, so a URL that has one is not what its author thinks. */
function checkFragment(url: string): UrlCheck | undefined {
  if (!url.includes('#')) return undefined
  return refuse('fragment_in_url', 'The URL must not have a part behind #, because that part is never sent.')
}

/** With allowed networks a name may stand for one of them, which only its addresses can tell. */
function mayUseHttp(url: URL, policy: EndpointPolicy): boolean {
  const host = hostOf(url)
  if (isLoopbackHost(host)) return policy.allowLoopbackHttp || isAllowedNetwork(host, policy)
  const isName = parseIp(host) === undefined
  return isName ? (policy.networksAllowed ?? []).length > 0 : isAllowedNetwork(host, policy)
}

/** Octal, hexadecimal, integer, shortened and percent-encoded IPv4, full-width digits, a trailing dot, an empty port or user. */
function checkSpelling(text: string, url: URL): UrlCheck | undefined {
  const authority = /^[a-z]+:\/\/([^/?#]+)/i.exec(text)?.[1]
  if (authority === undefined) return refuse('url_malformed', `The URL must read ${url.protocol}//host/path.`)
  const host = authority.replace(/:\d*$/, '').toLowerCase()
  const isOddIpv4 = parseIp(url.hostname) !== undefined && host !== url.hostname
  if (!isOddIpv4 && !url.hostname.endsWith('.') && !/[%@]|:$/.test(authority)) return undefined
  return refuse(
    'host_spelling',
    `Write the host of the URL plainly: ${authority} means ${url.host.replace(/\.$/, '')}.`,
  )
}

/** A name says nothing of its address yet; with allowed networks only the address can tell which ports are allowed. */
function checkHost(url: URL, policy: EndpointPolicy): UrlCheck | undefined {
  const host = hostOf(url)
  const target = targetOf(url)
  if (parseIp(host) !== undefined) return checkAddress(host, target, policy)
  if (isLoopbackHost(host)) return checkAddress('127.0.0.1', target, policy)
  return (policy.networksAllowed ?? []).length > 0 ? undefined : checkPort(target, policy)
}

/** The part of a URL that, with an address, decides whether a connection may be opened. */
export interface EndpointTarget {
  readonly protocol: string
  readonly port: number
}

/** @returns scheme and port of `url`, the port of the scheme where it names none */
export function targetOf(url: URL): EndpointTarget {
  const schemePort = url.protocol === 'https:' ? HTTPS_PORT : HTTP_PORT
  return { protocol: url.protocol, port: url.port === '' ? schemePort : Number(url.port) }
}

function checkPort(target: EndpointTarget, policy: EndpointPolicy): UrlCheck | undefined {
  const ports = [HTTPS_PORT, ...(policy.portsAllowed ?? [])]
  if (ports.includes(target.port)) return undefined
  return refuse('port_not_allowed', `The port must be ${ports.join(' or ')}, got ${target.port}.`)
}

/**
 * Whether a connection may be opened to `address`; asked for every address a name resolves to, and again of the open socket.
 *
 * Plain http and free ports are for this machine and allowed networks only.
 */
export function checkAddress(address: string, target: EndpointTarget, policy: EndpointPolicy): UrlCheck {
  if (isAllowedNetwork(address, policy)) return OK
  const is = classifyAddress(address)
  if (is === 'loopback' && policy.allowLoopbackHttp) return OK
  if (is !== 'public') {
    return refuse('address_not_public', `${address} is ${CLASS_SENTENCES[is]}; webhooks go to public addresses only.`)
  }
  if (target.protocol === 'https:') return checkPort(target, policy) ?? OK
  return refuse('scheme_not_allowed', `Plain http to ${address} is not allowed; use https.`)
}

const CLASS_SENTENCES: Readonly<Record<Exclude<AddressClass, 'public'>, string>> = {
  loopback: 'a loopback address',
  private: 'a private address',
  link_local: 'a link-local address',
  shared: 'an address of a carrier (shared address space)',
  multicast: 'a multicast address',
  documentation: 'an address for documentation',
  benchmarking: 'an address for benchmarks',
  translation: 'an address that stands for another one (mapped or translated)',
  reserved: 'a reserved address',
  unknown: 'not an address',
}

function isAllowedNetwork(address: string, policy: EndpointPolicy): boolean {
  const bytes = parseIp(address)
  if (bytes === undefined) return false
  return (policy.networksAllowed ?? []).some((cidr) => {
    const network = parseNetwork(cidr)
    return network !== undefined && isInNetwork(bytes, network)
  })
}

/** Host name or address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || classifyAddress(host) === 'loopback'
}
