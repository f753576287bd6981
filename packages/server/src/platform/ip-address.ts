// IP addresses as bytes: parsing of canonical text, and networks in CIDR form.
import { isIPv4, isIPv6 } from 'node:net'

const IPV6_GROUPS = 8

/** A network: its first bytes count up to `prefixBits`. 4 bytes are IPv4, 16 are IPv6. */
export interface Network {
  readonly bytes: Uint8Array
  readonly prefixBits: number
}

/**
 * Bytes of an address.
 *
 * @param text dotted decimal IPv4, or IPv6 without brackets and without a zone; any other spelling is no address here
 * @returns 4 or 16 bytes, undefined when `text` is not an address
 */
export function parseIp(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number)
  if (isIPv6(text) && !text.includes('%')) return ipv6Bytes(text)
  return undefined
}

/** `text` is known to be well-formed, so only its two halves around `::` matter. */
function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.split('::')
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  const gap = new Array<number>(IPV6_GROUPS - left.length - right.length).fill(0)
  return Uint8Array.from([...left, ...gap, ...right].flatMap((group) => [group >> 8, group & 0xff]))
}

/** 16-bit groups of one half; a dotted IPv4 ending counts as two. */
function groupsOf(half: string): number[] {
  if (half === '') return []
  return half.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [(a << 8) | b, (c << 8) | d]
  })
}

/**
 * A network from `address/bits`; an address alone is a network of one.
 *
 * @returns undefined when it is neither, or when the bits do not fit the address
 */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const bytes = parseIp(address)
  if (bytes === undefined || rest.length > 0) return undefined
  if (bits === undefined) return { bytes, prefixBits: bytes.length * 8 }
  const prefixBits = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  return prefixBits <= bytes.length * 8 ? { bytes, prefixBits } : undefined
}

/** Whether `address` lies in `network`; IPv4 never lies in an IPv6 network, mapped forms included. */
export function isInNetwork(address: Uint8Array, network: Network): boolean {
  if (address.length !== network.bytes.length) return false
  return address.every((byte, index) => {
    const mask = maskByte(network.prefixBits - index * 8)
    return (byte & mask) === ((network.bytes[index] ?? 0) & mask)
  })
}

/** Mask of one byte when `bitsLeft` bits of the prefix remain. */
function maskByte(bitsLeft: number): number {
  if (bitsLeft >= 8) return 0xff
  return bitsLeft <= 0 ? 0 : (0xff00 >> bitsLeft) & 0xff
}
