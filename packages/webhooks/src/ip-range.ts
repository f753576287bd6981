// IPv4 and IPv6 addresses as 16 bytes each, and ranges of them. Only spellings that mean one thing are taken.

/** A range of addresses: the first one, and how many bits all of them share with it. */
export interface Range {
  readonly bytes: Uint8Array
  readonly bits: number
}

const BITS = 128
const IPV4_BITS = 32
/** An IPv4 address stands in IPv6 behind these bytes, and so `::ffff:192.0.2.1` equals `192.0.2.1`. */
const IPV4_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
const GROUPS = 8

/** An address, or a range such as `185.30.20.0/22`; null when it is neither. */
export function rangeOf(text: string): Range | null {
  const [address = '', length, ...others] = text.split('/')
  const bytes = bytesOfAddress(address)
  if (bytes === null || others.length > 0) return null
  if (length === undefined) return { bytes, bits: BITS }
  const longest = address.includes(':') ? BITS : IPV4_BITS
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > longest) return null
  return { bytes, bits: BITS - longest + Number(length) }
}

/** Whether an address lies in a range; bits of the range behind its length do not count. */
export function isInRange(address: Uint8Array, { bytes, bits }: Range): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = 0xff << Math.max(0, 8 - (bits - bit))
    if ((((address[bit / 8] ?? 0) ^ (bytes[bit / 8] ?? 0)) & mask & 0xff) !== 0) return false
  }
  return true
}

/** The 16 bytes of an address; null when it is none. A zone (`fe80::1%eth0`) is left out. */
export function bytesOfAddress(text: string): Uint8Array | null {
  if (!text.includes(':')) {
    const octets = octetsOf(text)
    return octets === null ? null : Uint8Array.of(...IPV4_PREFIX, ...octets)
  }
  const groups = groupsOf(text.replace(/%.*$/s, ''))
  return groups === null ? null : Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

/** Without leading zeros, which some read as octal. */
function octetsOf(text: string): readonly number[] | null {
  const octets = text.split('.')
  const isAddress =
    octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256)
  return isAddress ? octets.map(Number) : null
}

function groupsOf(text: string): readonly number[] | null {
  const halves = withoutDots(text)?.split('::') ?? []
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (head === undefined || halves.length > 2) return null
  const gap = tail === undefined ? 0 : GROUPS - head.length - tail.length
  // The gap stands for one group at least.
  if (tail !== undefined && gap < 1) return null
  const groups = [...head, ...Array<string>(gap).fill('0'), ...(tail ?? [])]
  const isAddress = groups.length === GROUPS && groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
  return isAddress ? groups.map((group) => Number.parseInt(group, 16)) : null
}

/** The same address with its last two groups in hex, where they were written as IPv4. */
function withoutDots(text: string): string | null {
  if (!text.includes('.')) return text
  const start = text.lastIndexOf(':') + 1
  const octets = octetsOf(text.slice(start))
  if (octets === null) return null
  const [a = 0, b = 0, c = 0, d = 0] = octets
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}
