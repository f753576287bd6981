// One call that has to be refused, and what the tables of such calls are written with.
import type { CallAs, CallOptions } from '../call-server.ts'

/** One call that must not succeed. `code`: errorCode of documented calls, `code` of our own. */
export interface BadCall {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly as: CallerName
  readonly options: CallOptions
  readonly status: number
  readonly code: number | string
}

/** Who calls; the file that runs the calls makes them. */
export type CallerName = 'player' | 'visitor' | 'project' | 'admin' | 'nobody'

/** Callers by name. */
export type Callers = Readonly<Record<CallerName, CallAs>>

/** The same as one line of a table. */
export type Line = readonly [
  name: string,
  method: string,
  path: string,
  as: CallerName,
  options: CallOptions,
  status: number,
  code: number | string,
]

/** Paths of the demo project that several tables call. */
export const PATHS = {
  V2: '/api/v2/project/44056',
  OWN: '/v1/projects/44056',
  BUY: '/api/v2/project/44056/payment/item/sword_1',
  FILL: '/api/v2/project/44056/cart/fill',
  WEBHOOK: '/api/v2/project/44056/admin/webhook',
  TOKEN: '/api/v3/project/44056/admin/payment/token',
  SEARCH: '/api/v3/project/44056/admin/order/search',
  SETTINGS: '/v1/projects/44056/settings',
  EVENTS: '/v1/projects/44056/payment-events',
} as const

/** The lines of a table as calls. */
export function calls(lines: readonly Line[]): readonly BadCall[] {
  return lines.map(([name, method, path, as, options, status, code]) => {
    return { name, method, path, as, options, status, code }
  })
}

/** A body as it is, of a content type. */
export function raw(rawBody: string, type = 'application/json'): CallOptions {
  return { rawBody, headers: { 'content-type': type } }
}

/** A body of JSON. */
export function json(body: unknown): CallOptions {
  return { body }
}

/** A cart of one line. */
export function fill(sku: string, quantity: number): CallOptions {
  return json({ items: [{ sku, quantity }] })
}

/** What a token may be asked for. */
interface TokenParts {
  readonly user?: object
  readonly sku?: string
}

/** Body of the call for a token of the game's server; one sword for the user `p` where nothing else is said. */
export function tokenBody({ user = userOf('p'), sku = 'sword_1' }: TokenParts): object {
  return { user, purchase: { items: [{ sku, quantity: 1 }] } }
}

/** A user in such a body. */
export function userOf(id: string, email = 'ann@example.com'): object {
  return { id: { value: id }, email: { value: email }, country: { value: 'US' } }
}

/** A fact of a studio's own payment system about the order 10000001. */
export function fact(part: object): object {
  return {
    type: 'payment.succeeded',
    order: { id: 10_000_001 },
    amount: { value: 499, currency: 'USD' },
    provider: 'own',
    provider_reference: 'p-1',
    occurred_at: '2026-11-21T00:00:00Z',
    ...part,
  }
}

/** A body with an Idempotency-Key of its own. */
export function keyed(body: object): CallOptions {
  return { body, headers: { 'idempotency-key': JSON.stringify(body).slice(-200) } }
}

/** An item of a catalog file. */
export function soldItem(): object {
  return { sku: 'twice', type: 'virtual_good', name: 'Twice', prices: { USD: 1 } }
}
