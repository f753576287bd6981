// What kind of address an IP address is; only global unicast may receive webhooks.
import { isInNetwork, type Network, parseIp, parseNetwork } from '../ip-address.ts'

/** `public` is what remains when no special-purpose block matches; `unknown` is no address at all. */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'shared'
  | 'multicast'
  | 'documentation'
  | 'benchmarking'
  | 'translation'
  | 'reserved'
  | 'unknown'

/**
 * Special-purpose blocks, the first match decides.
 *
 * Source: the IANA registries of special-purpose IPv4 and IPv6 addresses. What they call globally reachable but no web
 * server answers on (relays, AS112) is refused too. IPv6 is the other way round: outside 2000::/3 nothing is public.
 */
const BLOCKS: readonly (readonly [cidr: string, is: AddressClass])[] = [
  ['127.0.0.0/8', 'loopback'],
  ['10.0.0.0/8', 'private'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['169.254.0.0/16', 'link_local'],
  ['192.0.2.0/24', 'documentation'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['198.18.0.0/15', 'benchmarking'],
  ['192.88.99.0/24', 'translation'],
  ['224.0.0.0/4', 'multicast'],
  ['0.0.0.0/8', 'reserved'],
  ['192.0.0.0/24', 'reserved'],
  ['192.31.196.0/24', 'reserved'],
  ['192.52.193.0/24', 'reserved'],
  ['192.175.48.0/24', 'reserved'],
  ['240.0.0.0/4', 'reserved'],
  ['::1/128', 'loopback'],
  ['::ffff:0:0/96', 'translation'],
  ['::/96', 'translation'],
  ['64:ff9b::/96', 'translation'],
  ['64:ff9b:1::/48', 'translation'],
  ['2001::/32', 'translation'],
  ['2002::/16', 'translation'],
  ['2001:2::/48', 'benchmarking'],
  ['2001:db8::/32', 'documentation'],
  ['3fff::/20', 'documentation'],
  ['2001::/23', 'reserved'],
  ['2620:4f:8000::/48', 'reserved'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link_local'],
  ['fec0::/10', 'private'],
  ['ff00::/8', 'multicast'],
]

const GLOBAL_UNICAST_V6 = network('2000::/3')
const NETWORKS = BLOCKS.map(([cidr, is]) => ({ is, network: network(cidr) }))

function network(cidr: string): Network {
  const parsed = parseNetwork(cidr)
  if (parsed === undefined) throw new Error(`Not a network: ${cidr}`)
  return parsed
}

/**
 * Class of an address.
 *
 * @param text an address as URL.hostname (without brackets) or a resolver gives it
 */
export function classifyAddress(text: string): AddressClass {
  const bytes = parseIp(text)
  if (bytes === undefined) return 'unknown'
  const block = NETWORKS.find((candidate) => isInNetwork(bytes, candidate.network))
  if (block !== undefined) return block.is
  const isPublic = bytes.length === 4 || isInNetwork(bytes, GLOBAL_UNICAST_V6)
  return isPublic ? 'public' : 'reserved'
}
