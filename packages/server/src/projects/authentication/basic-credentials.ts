// Reads Authorization headers: the two schemes that are used here, and nothing repaired.

/** Headers as an endpoint gets them, names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>

/** `number` is a project or merchant id; `key` is the whole rest. */
export interface BasicCredentials {
  readonly number: number
  readonly key: string
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i
const BEARER = /^Bearer +([^\s,]+)$/i
const NUMBER = /^[1-9][0-9]{0,14}$/
/** Longer headers are not decoded. */
const BASIC_CHARS_MAX = 1_024

/** A header that was sent once; undefined: absent, or sent twice. */
export function singleHeader(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** The credentials of a Basic header; undefined: absent or not of the form `number:key`. */
export function basicCredentials(headers: Headers): BasicCredentials | undefined {
  const value = singleHeader(headers, 'authorization')
  if (value === undefined || value.length > BASIC_CHARS_MAX) return undefined
  const encoded = BASIC.exec(value)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const number = text.slice(0, Math.max(colon, 0))
  return NUMBER.test(number) ? { number: Number(number), key: text.slice(colon + 1) } : undefined
}

/** The token of a Bearer header; undefined: absent or another scheme. */
export function bearerToken(headers: Headers): string | undefined {
  const value = singleHeader(headers, 'authorization')
  return value === undefined ? undefined : BEARER.exec(value)?.[1]
}
