// The installation's own admin key, and the machine the emulator runs on.
import { sameText } from '../../platform/seal.ts'
import { bearerToken, type Headers, singleHeader } from './basic-credentials.ts'

const LOOPBACK_ADDRESS = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/
const LOOPBACK_HOST = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i
const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i

/** Whether the request carries the admin key. Without a configured key nothing is one. */
export function hasAdminKey(headers: Headers, adminKey: string | null): boolean {
  const token = bearerToken(headers)
  return token !== undefined && adminKey !== null && adminKey !== '' && sameText(token, adminKey)
}

/**
 * Whether a request was made on this machine by a program, or by a page that this machine serves.
 *
 * The peer's address alone does not say so: a page of the internet can make a browser here send requests to loopback, and can
 * give its own name a loopback address. Both show in Host and Origin.
 */
export function isFromThisMachine(headers: Headers, ip: string): boolean {
  if (!LOOPBACK_ADDRESS.test(ip) || !LOOPBACK_HOST.test(singleHeader(headers, 'host') ?? '')) return false
  const origin = headers.origin
  return origin === undefined || (typeof origin === 'string' && LOOPBACK_ORIGIN.test(origin))
}
