// Reads single settings: each parser takes text or a value of the configuration file and says what it wanted when it refuses.
import { parseNetwork } from '../ip-address.ts'
import { type NatsServer, parseNatsServer } from '../nats-server.ts'
import { parseSecretKey } from '../seal.ts'
import type { Parsed } from './setting.ts'

const YES = new Set(['true', '1', 'yes', 'on'])
const NO = new Set(['false', '0', 'no', 'off'])

/** Text of a given value; numbers and booleans of a file count as their text, everything else does not. */
function textOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given.trim()
  return typeof given === 'number' || typeof given === 'boolean' ? String(given) : undefined
}

/** Any text that is not empty. */
export function text(
  wanted: string,
  check: (text: string) => boolean = () => true,
): (given: unknown) => Parsed<string> {
  return (given) => {
    const value = textOf(given)
    return value !== undefined && value !== '' && check(value) ? { ok: true, value } : { ok: false, wanted }
  }
}

/** Text or nothing: an empty text is null. */
function optionalText(wanted: string, check?: (text: string) => boolean): (given: unknown) => Parsed<string | null> {
  const parse = text(wanted, check)
  return (given) => (given === null || textOf(given) === '' ? { ok: true, value: null } : parse(given))
}

/** One of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]): (given: unknown) => Parsed<Word> {
  return (given) => {
    const value = words.find((word) => word === textOf(given))
    return value === undefined ? { ok: false, wanted: `one of ${words.join(', ')}` } : { ok: true, value }
  }
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (given: unknown) => Parsed<number> {
  return (given) => {
    const value = textOf(given) ?? ''
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
    return number >= min && number <= max
      ? { ok: true, value: number }
      : { ok: false, wanted: `a whole number from ${min} to ${max}` }
  }
}

/** true or false, also 1/0, yes/no, on/off. */
export function yesOrNo(given: unknown): Parsed<boolean> {
  const value = textOf(given)?.toLowerCase() ?? ''
  if (YES.has(value)) return { ok: true, value: true }
  return NO.has(value) ? { ok: true, value: false } : { ok: false, wanted: 'true or false' }
}

/** Texts with commas between them, or a list of a file; empty: none. */
export function listOf<Item>(parse: (given: unknown) => Parsed<Item>): (given: unknown) => Parsed<readonly Item[]> {
  return (given) => {
    const parts: readonly unknown[] = Array.isArray(given)
      ? given
      : (textOf(given) ?? '').split(',').filter((part) => part.trim() !== '')
    const items: Item[] = []
    for (const part of parts) {
      const item = parse(part)
      if (!item.ok) return { ok: false, wanted: `a list, each ${item.wanted}` }
      items.push(item.value)
    }
    return { ok: true, value: items }
  }
}

/** A network such as 10.0.0.0/8, or one address. */
export const network: (given: unknown) => Parsed<string> = text(
  'a network such as 10.0.0.0/8 or an address',
  (value) => parseNetwork(value) !== undefined,
)

/** 32 bytes in base64 or hex. */
export function secretKey(given: unknown): Parsed<Uint8Array> {
  const key = parseSecretKey(textOf(given) ?? '')
  return key === undefined ? { ok: false, wanted: '32 random bytes in base64 or hex' } : { ok: true, value: key }
}

/** A PostgreSQL URL as libpq writes it; one that names a socket folder has no host, which URL.parse does not take. */
export function postgresUrl(given: unknown): Parsed<string | null> {
  const wanted = 'a URL such as postgresql://user:password@host:5432/database'
  return optionalText(wanted, (value) => /^postgres(ql)?:\/\/[^/?\s]*(\/[^?\s]*)?(\?\S*)?$/.test(value))(given)
}

/** URL of a NATS server. */
export function natsUrl(given: unknown): Parsed<NatsServer> {
  const server = parseNatsServer(textOf(given) ?? '')
  return server === undefined ? { ok: false, wanted: 'a URL such as nats://host:4222' } : { ok: true, value: server }
}
