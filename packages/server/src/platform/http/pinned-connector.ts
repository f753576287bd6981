// Opens connections for webhooks: resolves a name once, refuses it if any answer is bad, and connects to the address it checked.

import { lookup as systemLookup } from 'node:dns/promises'
import type { Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { parseIp } from '../ip-address.ts'
import { isError } from '../is-error.ts'
import { checkAddress, type EndpointPolicy, type EndpointTarget, type UrlCheck } from './check-endpoint-url.ts'
import { NO_ANSWER_SENTENCES, NoAnswerError } from './signed-exchange.ts'

/** Addresses of one name that are tried before giving up. */
const ADDRESSES_TRIED_MAX = 3

/** A name server that says nothing for so long has nothing to say; whoever waits for it is told so. */
const LOOKUP_MS_MAX = 5_000

/** Gives the addresses of a name; rejects when there are none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>

/** IPv4 first: a host without IPv6 of its own would otherwise fail on the first answer. */
export const resolveName: Lookup = async (hostname) => {
  const found = await systemLookup(hostname, { all: true, order: 'ipv4first' })
  return found.map(({ address }) => address)
}

/** Lets callers that ask for the same name at the same moment share one look-up, so that a slow name holds one thread only. */
export function shareLookups(lookup: Lookup): Lookup {
  const underWay = new Map<string, Promise<readonly string[]>>()
  return (hostname) => {
    const found = underWay.get(hostname) ?? lookup(hostname).finally(() => underWay.delete(hostname))
    underWay.set(hostname, found)
    return found
  }
}

/** Addresses that may be connected to, or why there are none. */
export type ResolvedHost =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly check: Exclude<UrlCheck, { ok: true }> }

/**
 * Resolves `host` and holds every answer against the policy; one bad answer refuses the whole name, because a name that mixes
 * good and bad answers is how a private address gets behind a check.
 */
export async function resolveHost(
  host: string,
  target: EndpointTarget,
  policy: EndpointPolicy,
  lookup: Lookup,
): Promise<ResolvedHost> {
  const addresses = parseIp(host) === undefined ? await lookUpInTime(host, lookup) : [host]
  if (addresses === null) return { ok: false, check: nameNotFound(host, `within ${LOOKUP_MS_MAX / 1_000} seconds`) }
  if (addresses.length === 0) return { ok: false, check: nameNotFound(host) }
  for (const address of addresses) {
    const check = checkAddress(address, target, policy)
    if (!check.ok) return { ok: false, check: { ...check, sentence: aboutName(host, check.sentence) } }
  }
  return { ok: true, addresses: addresses.slice(0, ADDRESSES_TRIED_MAX) }
}

/** Null: there was no answer in time. */
async function lookUpInTime(host: string, lookup: Lookup): Promise<readonly string[] | null> {
  const { promise: silence, resolve: giveUp } = Promise.withResolvers<null>()
  const timer = setTimeout(() => giveUp(null), LOOKUP_MS_MAX)
  try {
    return await Promise.race([lookup(host).catch(() => []), silence])
  } finally {
    clearTimeout(timer)
  }
}

function nameNotFound(host: string, how = ''): Exclude<UrlCheck, { ok: true }> {
  return { ok: false, reason: 'name_not_found', sentence: `The host name ${host} was not found${how && ` ${how}`}.` }
}

function aboutName(host: string, sentence: string): string {
  return sentence.startsWith(host) ? sentence : `${host}: ${sentence}`
}

/** Connects one socket to one address; undici's own connector. */
type Connect = buildConnector.connector

/**
 * The connector of the signed sender.
 *
 * The socket that comes out of it leads to an address that was checked, and is asked again where it really leads.
 */
export function pinnedConnector(connect: Connect, policy: EndpointPolicy, lookup: Lookup): Connect {
  return (options, callback) => {
    const target = { protocol: options.protocol, port: portOf(options) }
    openChecked(connect, options, target, policy, lookup).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(isError(error) ? error : new Error(String(error)), null),
    )
  }
}

function portOf(options: buildConnector.Options): number {
  if (options.port !== '') return Number(options.port)
  return options.protocol === 'https:' ? 443 : 80
}

async function openChecked(
  connect: Connect,
  options: buildConnector.Options,
  target: EndpointTarget,
  policy: EndpointPolicy,
  lookup: Lookup,
): Promise<Socket> {
  const resolved = await resolveHost(options.hostname, target, policy, lookup)
  if (!resolved.ok) {
    const reason = resolved.check.reason === 'name_not_found' ? 'name_not_found' : 'address_refused'
    throw new NoAnswerError(reason, resolved.check.sentence)
  }
  const socket = await connectToFirst(connect, options, resolved.addresses)
  const peer = socket.remoteAddress ?? ''
  if (checkAddress(peer, target, policy).ok) return socket
  socket.destroy()
  throw new NoAnswerError('address_refused', `${NO_ANSWER_SENTENCES.address_refused} (${peer})`)
}

/** Tries the addresses one after the other; the error of the last one counts. */
async function connectToFirst(
  connect: Connect,
  options: buildConnector.Options,
  addresses: readonly string[],
): Promise<Socket> {
  let failure: unknown
  for (const address of addresses) {
    try {
      return await connectTo(connect, options, address)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/** The name stays in `servername`, so that the certificate is checked against it and not against the address. */
function connectTo(connect: Connect, options: buildConnector.Options, address: string): Promise<Socket> {
  const hasServername = options.protocol === 'https:' && parseIp(options.hostname) === undefined
  const pinned = { ...options, hostname: address, ...(hasServername ? { servername: options.hostname } : {}) }
  return new Promise((resolve, reject) => {
    connect(pinned, (error, socket) => (error === null ? resolve(socket) : reject(error)))
  })
}
