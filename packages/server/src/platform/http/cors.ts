// CORS of the store calls: pages of any origin may call them, without cookies.
import type { OutgoingHttpHeaders } from 'node:http'

/** Headers that game pages and engine SDKs send. */
const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'x-unauthorized-id',
  'x-user',
  'x-user-ip',
  'x-steam-userid',
  'X-ENGINE',
  'X-ENGINE-V',
  'X-SDK',
  'X-SDK-V',
  'X-BUILD-PLATFORM',
].join(', ')

const EXPOSED_HEADERS = 'Retry-After, X-Request-Id'

/** Browsers keep a permission for at most two hours. */
const MAX_AGE_SECONDS = '7200'

/** Headers of every answer of a store call. */
export const CORS_HEADERS: OutgoingHttpHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED_HEADERS,
}

/** Headers of the answer to a browser that asks first; `methods` of the path. */
export function preflightHeaders(methods: readonly string[]): OutgoingHttpHeaders {
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': MAX_AGE_SECONDS,
  }
}
