// Calls that have to be refused, with the documented status and code of each.
import type { CallAs, CallOptions } from './call-server.ts'

/** One call that must not succeed. `code`: errorCode of documented calls, `code` of our own. */
export interface BadCall {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly as: CallerName
  readonly options?: CallOptions
  readonly status: number
  readonly code: number | string
}

/** Who calls; the file that runs the calls makes them. */
export type CallerName = 'player' | 'visitor' | 'project' | 'admin' | 'nobody'

/** Callers by name. */
export type Callers = Readonly<Record<CallerName, CallAs>>

const V2 = '/api/v2/project/44056'
const V3 = '/api/v3/project/44056'
const OWN = '/v1/projects/44056'
const BUY = `${V2}/payment/item/sword_1`
const FILL = `${V2}/cart/fill`
const TOKEN = `${V3}/admin/payment/token`
const SEARCH = `${V3}/admin/order/search`
const WEBHOOK = `${V2}/admin/webhook`
const EVENTS = `${OWN}/payment-events`

const MIB = 1024 * 1024
const NUL = '\u0000'

type Expected = readonly [status: number, code: number | string]
type Line = readonly [name: string, method: string, path: string, as: CallerName, options: CallOptions, ...Expected]

function calls(lines: readonly Line[]): readonly BadCall[] {
  return lines.map(([name, method, path, as, options, status, code]) => ({
    name,
    method,
    path,
    as,
    options,
    status,
    code,
  }))
}

const raw = (rawBody: string, type = 'application/json'): CallOptions => ({
  rawBody,
  headers: { 'content-type': type },
})
const json = (body: unknown): CallOptions => ({ body })

/** Bodies that are no JSON, too large, too deep or of another type. */
export const MALFORMED: readonly BadCall[] = calls([
  ['half an object', 'POST', BUY, 'player', raw('{"quantity":'), 400, 1004],
  ['two documents', 'POST', BUY, 'player', raw('{} {}'), 400, 1004],
  ['a trailing comma', 'POST', BUY, 'player', raw('{"quantity":1,}'), 400, 1004],
  ['single quotes', 'POST', BUY, 'player', raw("{'quantity':1}"), 400, 1004],
  ['NaN', 'POST', BUY, 'player', raw('{"quantity":NaN}'), 400, 1004],
  ['bytes that are none of UTF-8', 'POST', BUY, 'player', { rawBody: Buffer.from([0xff, 0xfe, 0x7b]) }, 400, 1004],
  ['ten thousand levels', 'POST', BUY, 'player', raw(`{"settings":${'['.repeat(10_000)}`), 400, 1004],
  ['a body of more than 1 MiB', 'POST', BUY, 'player', raw(`{"locale":"${'x'.repeat(MIB)}"}`), 413, 0],
  ['plain text', 'POST', BUY, 'player', raw('{}', 'text/plain'), 415, 0],
  ['a form', 'POST', BUY, 'player', raw('quantity=1', 'application/x-www-form-urlencoded'), 415, 0],
  ['JSON under a wrong name', 'POST', BUY, 'player', raw('{}', 'application/jsonp'), 415, 0],
  ['half an object to us', 'PATCH', `${OWN}/settings`, 'project', raw('{'), 400, 'body_malformed'],
  ['a form to us', 'PATCH', `${OWN}/settings`, 'project', raw('a=1', 'text/plain'), 415, 'content_type_refused'],
  ['too much to us', 'PATCH', `${OWN}/settings`, 'project', raw(`"${'x'.repeat(MIB)}"`), 413, 'body_too_large'],
])

/** Values of a wrong type or out of bounds in documented calls. */
export const WRONG_VALUES: readonly BadCall[] = calls([
  ['an array as body', 'POST', BUY, 'player', json([]), 422, 1102],
  ['null as body', 'POST', BUY, 'player', json(null), 422, 1102],
  ['a text as body', 'POST', BUY, 'player', json('{}'), 422, 1102],
  ['a quantity that is text', 'POST', BUY, 'player', json({ quantity: '1' }), 422, 1102],
  ['no quantity at all', 'POST', BUY, 'player', json({ quantity: 0 }), 422, 1102],
  ['a negative quantity', 'POST', BUY, 'player', json({ quantity: -1 }), 422, 1102],
  ['half an item', 'POST', BUY, 'player', json({ quantity: 1.5 }), 422, 1102],
  ['more items than there can be', 'POST', BUY, 'player', json({ quantity: 1e300 }), 422, 1102],
  ['a currency of two letters', 'POST', BUY, 'player', json({ currency: 'US' }), 422, 1102],
  ['settings that are text', 'POST', BUY, 'player', json({ settings: 'dark' }), 422, 1102],
  ['a redirect that does not exist', 'POST', BUY, 'player', redirect('never'), 422, 1102],
  ['no custom parameter', 'POST', BUY, 'player', json({ custom_parameters: {} }), 422, 1102],
  ['201 custom parameters', 'POST', BUY, 'player', json({ custom_parameters: manyParameters(201) }), 422, 1102],
  ['a cart without items', 'PUT', FILL, 'player', json({}), 422, 1102],
  ['a cart of no items', 'PUT', FILL, 'player', json({ items: [] }), 422, 1102],
  ['a negative quantity in a cart', 'PUT', FILL, 'player', fill('sword_1', -1), 422, 1102],
  ['an odd cart id', 'PUT', `${V2}/cart/a%2Fb/fill`, 'player', fill('sword_1', 1), 422, 1102],
  ['a token for nobody', 'POST', TOKEN, 'project', json({ purchase: { items: [sold()] } }), 422, 1102],
  ['a token without a country', 'POST', TOKEN, 'project', json(tokenBody({ user: { id: { value: 'p' } } })), 422, 1102],
  [
    'a token with a wrong e-mail',
    'POST',
    TOKEN,
    'project',
    json(tokenBody({ user: userOf('p', 'nobody') })),
    422,
    1102,
  ],
  ['a token for a visitor', 'POST', TOKEN, 'project', json(tokenBody({ user: userOf('visitor:12345') })), 422, 1102],
  ['a page of 11 orders', 'POST', SEARCH, 'project', json({ limit: 11 }), 422, 1102],
  ['a page of no orders', 'POST', SEARCH, 'project', json({ limit: 0 }), 422, 1102],
  ['a negative offset', 'POST', SEARCH, 'project', json({ offset: -1 }), 422, 1102],
  ['a date that is none', 'POST', SEARCH, 'project', json({ created_date_from: 'yesterday' }), 422, 1102],
  ['an empty webhook URL', 'PUT', WEBHOOK, 'project', webhook({ url: '' }), 422, 1102],
  ['a webhook URL without encryption', 'PUT', WEBHOOK, 'project', webhook({ url: 'http://example.com/' }), 422, 1102],
  ['a private webhook URL', 'PUT', WEBHOOK, 'project', webhook({ url: 'https://10.0.0.1/' }), 422, 1102],
  [
    'a webhook URL of cloud metadata',
    'PUT',
    WEBHOOK,
    'project',
    webhook({ url: 'https://169.254.169.254/' }),
    422,
    1102,
  ],
  ['an empty webhook secret', 'PUT', WEBHOOK, 'project', webhook({ secret: '' }), 422, 1102],
  ['a switch that is text', 'PUT', WEBHOOK, 'project', webhook({ is_enabled: 'yes' }), 422, 1102],
  ['a third version', 'PUT', WEBHOOK, 'project', webhook({ version: 3 }), 422, 1102],
  ['an event id that is text', 'POST', '/events/one/processed?project_id=44056', 'player', {}, 422, 1102],
  ['a page of events after text', 'GET', '/events?project_id=44056&after_id=x', 'player', {}, 422, 1102],
])

/** What does not exist, cannot be bought or belongs to nobody. */
export const ABSENT: readonly BadCall[] = calls([
  ['an unknown item', 'POST', `${V2}/payment/item/no_such`, 'player', json({}), 404, 4001],
  ['an unknown free item', 'POST', `${V2}/free/item/no_such`, 'player', json({}), 404, 4001],
  ['an unknown item in the catalog', 'GET', `${V2}/items/sku/no_such`, 'nobody', {}, 404, 4001],
  ['an unknown item for the cart', 'PUT', `${V2}/cart/item/no_such`, 'player', json({ quantity: 1 }), 404, 4001],
  ['an unknown item in a token', 'POST', TOKEN, 'project', json(tokenBody({ sku: 'no_such' })), 422, 1401],
  ['money for what is free', 'POST', `${V2}/payment/item/daily_gift`, 'player', json({}), 422, 1411],
  ['money of a server for what is free', 'POST', TOKEN, 'project', json(tokenBody({ sku: 'daily_gift' })), 422, 1421],
  ['for free what costs money', 'POST', `${V2}/free/item/sword_1`, 'player', json({}), 422, 1411],
  ['a currency that is not offered', 'POST', BUY, 'player', json({ currency: 'XXX' }), 422, 1411],
  ['an empty cart', 'POST', `${V2}/payment/cart`, 'player', json({}), 422, 1401],
  ['an empty free cart', 'POST', `${V2}/free/cart`, 'player', json({}), 422, 1401],
  ['a cart that nobody filled', 'POST', `${V2}/payment/cart/no_such`, 'player', json({}), 422, 1401],
  ['gold that the player has not', 'POST', `${V2}/payment/item/banner_1/virtual/gold`, 'player', json({}), 422, 5006],
  ['an unknown virtual currency', 'POST', `${V2}/payment/item/potion_1/virtual/ruby`, 'player', json({}), 422, 1411],
  ['a promo code', 'POST', BUY, 'player', json({ promo_code: 'NOPE' }), 404, 9802],
  ['an unknown order', 'GET', `${V2}/order/2147483647`, 'player', {}, 404, 9001],
  ['order 0', 'GET', `${V2}/order/0`, 'player', {}, 404, 9001],
  ['an order that is text', 'GET', `${V2}/order/abc`, 'player', {}, 404, 9001],
  ['an order above 32 bits', 'GET', `${V2}/order/4294967297`, 'player', {}, 404, 9001],
  ['an unknown event', 'POST', '/events/2147483647/processed?project_id=44056', 'player', {}, 404, 0],
  ['a path that is not there', 'GET', '/api/v2/nothing', 'player', {}, 404, 0],
  ['a project that is text', 'GET', '/api/v2/project/abc/order/1', 'player', {}, 404, 0],
  ['an address that is none', 'GET', `${V2}/order/%zz`, 'player', {}, 404, 0],
  ['an unknown order of ours', 'GET', `${OWN}/orders/2147483647`, 'project', {}, 404, 'order_not_found'],
  [
    'refunding nothing',
    'POST',
    `${OWN}/orders/2147483647/refunds`,
    'project',
    json({ code: 1 }),
    404,
    'order_not_found',
  ],
  ['canceling nothing', 'POST', `${OWN}/orders/2147483647/cancel`, 'project', json({}), 404, 'order_not_found'],
  ['fulfilling nothing', 'POST', `${OWN}/orders/2147483647/fulfillment`, 'project', json({}), 404, 'order_not_found'],
  ['resending nothing', 'POST', `${OWN}/orders/2147483647/resend`, 'project', {}, 404, 'order_not_found'],
  ['an unknown delivery', 'POST', `${OWN}/deliveries/99/resend`, 'project', {}, 404, 'delivery_not_found'],
  ['an unknown key', 'DELETE', `${OWN}/keys/nobody`, 'project', {}, 404, 'api_key_not_found'],
  ['an unknown project', 'GET', '/v1/projects/2147483647', 'admin', {}, 404, 'project_not_found'],
  [
    'a project of nobody',
    'POST',
    '/v1/merchants/2147483647/projects',
    'admin',
    json({ name: 'x' }),
    404,
    'merchant_not_found',
  ],
])

/** Our own calls, which also refuse members that they do not know. */
export const OWN_CALLS: readonly BadCall[] = calls([
  [
    'a slip in a setting',
    'PATCH',
    `${OWN}/settings`,
    'project',
    json({ webhok_mode: 'separate' }),
    422,
    'unprocessable',
  ],
  [
    'a mode that does not exist',
    'PATCH',
    `${OWN}/settings`,
    'project',
    json({ webhook_mode: 'both' }),
    422,
    'unprocessable',
  ],
  ['an order life of nothing', 'PATCH', `${OWN}/settings`, 'project', json({ order_life_ms: 0 }), 422, 'unprocessable'],
  [
    'a schedule that shrinks',
    'PATCH',
    `${OWN}/settings`,
    'project',
    schedule([0, 5, 3]),
    422,
    'webhook_schedule_invalid',
  ],
  [
    'a schedule that starts late',
    'PATCH',
    `${OWN}/settings`,
    'project',
    schedule([5]),
    422,
    'webhook_schedule_invalid',
  ],
  [
    'tokens without a signature',
    'PATCH',
    `${OWN}/settings`,
    'project',
    json({ jwt: { algorithm: 'none' } }),
    422,
    'unprocessable',
  ],
  [
    'a short login secret',
    'PATCH',
    `${OWN}/settings`,
    'project',
    json({ jwt: { algorithm: 'HS256', secret: 'short' } }),
    422,
    'unprocessable',
  ],
  [
    'keys at a private address',
    'PATCH',
    `${OWN}/settings`,
    'project',
    json({ jwt: { algorithm: 'RS256', jwks_url: 'https://192.168.0.1/keys' } }),
    422,
    'unprocessable',
  ],
  [
    'a refund of nothing',
    'POST',
    `${OWN}/orders/10000001/refunds`,
    'project',
    json({ code: 1, amount: 0 }),
    422,
    'unprocessable',
  ],
  ['an unknown reason', 'POST', `${OWN}/orders/10000001/refunds`, 'project', json({ code: 14 }), 422, 'unprocessable'],
  [
    'a refund of what is not paid',
    'POST',
    `${OWN}/orders/10000001/refunds`,
    'project',
    json({ code: 1 }),
    409,
    'refund_not_paid',
  ],
  ['order number 0', 'GET', `${OWN}/orders/0`, 'project', {}, 422, 'unprocessable'],
  ['a fact without a key', 'POST', EVENTS, 'project', json(fact({})), 400, 'idempotency_key_missing'],
  [
    'a fact of an unknown kind',
    'POST',
    EVENTS,
    'project',
    keyed(fact({ type: 'payment.maybe' })),
    422,
    'unprocessable',
  ],
  [
    'a fact in small letters',
    'POST',
    EVENTS,
    'project',
    keyed(fact({ amount: { value: 1, currency: 'usd' } })),
    422,
    'unprocessable',
  ],
  [
    'a fact with digits of its own',
    'POST',
    EVENTS,
    'project',
    keyed(fact({ amount: { value: 1, currency: 'JPY', exponent: 2 } })),
    422,
    'unprocessable',
  ],
  [
    'a fact with a fraction',
    'POST',
    EVENTS,
    'project',
    keyed(fact({ amount: { value: 1.5, currency: 'USD' } })),
    422,
    'unprocessable',
  ],
  [
    'a fact of two orders',
    'POST',
    EVENTS,
    'project',
    keyed(fact({ order: { id: 1, external_id: 'x' } })),
    422,
    'unprocessable',
  ],
  ['no facts', 'POST', `${EVENTS}:batch`, 'project', keyed({ events: [] }), 422, 'unprocessable'],
  [
    '101 facts',
    'POST',
    `${EVENTS}:batch`,
    'project',
    keyed({ events: Array(101).fill(fact({})) }),
    422,
    'unprocessable',
  ],
  [
    'a player named like a visitor',
    'POST',
    `${OWN}/user-tokens`,
    'project',
    json({ user_id: 'visitor:1' }),
    422,
    'unprocessable',
  ],
  ['a key with a strange name', 'POST', `${OWN}/keys`, 'project', json({ name: 'a b' }), 422, 'unprocessable'],
  ['a key name that is taken', 'POST', `${OWN}/keys`, 'project', json({ name: 'dev' }), 409, 'id_taken'],
  ['an unknown filter', 'GET', `${OWN}/deliveries?stat=due`, 'project', {}, 422, 'unprocessable'],
  [
    'rotating what is not there',
    'POST',
    `${OWN}/webhook-settings:rotate-secret`,
    'project',
    json({}),
    404,
    'webhook_settings_absent',
  ],
  ['a catalog that is text', 'PUT', `${OWN}/catalog`, 'project', raw('hello', 'text/yaml'), 422, 'catalog_invalid'],
  ['a catalog that is empty', 'PUT', `${OWN}/catalog`, 'project', raw('', 'text/yaml'), 422, 'catalog_invalid'],
  ['a catalog that explodes', 'PUT', `${OWN}/catalog`, 'project', raw(yamlBomb(), 'text/yaml'), 422, 'catalog_invalid'],
  [
    'a catalog with an item twice',
    'PUT',
    `${OWN}/catalog`,
    'project',
    json({ items: [soldItem(), soldItem()] }),
    422,
    'catalog_invalid',
  ],
  ['time that runs backwards', 'POST', '/v1/dev/time:skip', 'admin', json({ ms: -1 }), 422, 'unprocessable'],
  [
    'an unknown payment link',
    'POST',
    '/paystation4/api/pay',
    'nobody',
    json({ token: `pxzst${'A'.repeat(32)}`, outcome: 'paid' }),
    401,
    'payment_token_not_found',
  ],
  [
    'an outcome that does not exist',
    'POST',
    '/paystation4/api/pay',
    'nobody',
    json({ token: 'x', outcome: 'won' }),
    422,
    'unprocessable',
  ],
])

/** PostgreSQL keeps no NUL in texts, so it must not get that far; it is refused alike on every store. */
export const NUL_BYTES: readonly BadCall[] = calls([
  ['NUL in an SKU', 'POST', `${V2}/payment/item/a%00b`, 'player', json({}), 422, 1102],
  ['NUL in an SKU of the catalog', 'GET', `${V2}/items/sku/a%00b`, 'nobody', {}, 422, 1102],
  ['NUL in a currency', 'POST', `${V2}/payment/item/potion_1/virtual/g%00`, 'player', json({}), 422, 1102],
  ['NUL in an order id', 'GET', `${V2}/order/1%00`, 'player', {}, 422, 1102],
  ['NUL in an external id', 'POST', BUY, 'player', json({ settings: { external_id: `a${NUL}` } }), 422, 1102],
  ['NUL in a user id', 'POST', TOKEN, 'project', json(tokenBody({ user: userOf(`a${NUL}`) })), 422, 1102],
  [
    'NUL in a name',
    'POST',
    TOKEN,
    'project',
    json(tokenBody({ user: { ...userOf('p'), email: { value: `a${NUL}@b.co` } } })),
    422,
    1102,
  ],
  ['NUL in the SKU of a token', 'POST', TOKEN, 'project', json(tokenBody({ sku: `a${NUL}` })), 422, 1102],
  [
    'NUL in a note',
    'POST',
    `${OWN}/orders/10000001/cancel`,
    'project',
    json({ note: `a${NUL}` }),
    422,
    'unprocessable',
  ],
  [
    'NUL in a reference',
    'POST',
    EVENTS,
    'project',
    keyed(fact({ provider_reference: `a${NUL}` })),
    422,
    'unprocessable',
  ],
  ['NUL in the id of a fact', 'POST', EVENTS, 'project', keyed(fact({ event_id: `a${NUL}` })), 422, 'unprocessable'],
  ['NUL in the name of a merchant', 'POST', '/v1/merchants', 'admin', json({ name: `a${NUL}` }), 422, 'unprocessable'],
  ['NUL in the type of an event', 'GET', '/events?project_id=44056&types=a%00', 'player', {}, 422, 1102],
  [
    'NUL in a catalog',
    'PUT',
    `${OWN}/catalog`,
    'project',
    json({ items: [{ ...soldItem(), name: `a${NUL}` }] }),
    422,
    'catalog_invalid',
  ],
])

/** Credentials that are absent, wrong or of another kind. */
export const CREDENTIALS: readonly BadCall[] = calls([
  ['no key', 'POST', SEARCH, 'nobody', json({}), 401, 1020],
  ['a wrong key', 'POST', SEARCH, 'nobody', basic('44056:wrong'), 401, 1020],
  [
    'a right key with a wrong number',
    'POST',
    SEARCH,
    'nobody',
    basic('44057:dev_api_key_for_your_own_machine_only'),
    401,
    1020,
  ],
  ['a key without a number', 'POST', SEARCH, 'nobody', basic('dev_api_key_for_your_own_machine_only'), 401, 1020],
  ['an empty key', 'POST', SEARCH, 'nobody', basic('44056:'), 401, 1020],
  ['Basic that is no Base64', 'POST', SEARCH, 'nobody', header('Basic ***'), 401, 1020],
  ['a player for a key', 'POST', SEARCH, 'player', json({}), 401, 1020],
  ['no key to us', 'GET', `${OWN}/settings`, 'nobody', {}, 401, 'basic_auth_failed'],
  ['no token', 'POST', BUY, 'nobody', json({}), 401, 1501],
  ['a key for a token', 'POST', BUY, 'project', json({}), 401, 1501],
  ['a visitor where a player is wanted', 'POST', BUY, 'visitor', json({}), 401, 1501],
  [
    'a short visitor id',
    'PUT',
    FILL,
    'nobody',
    { ...fill('sword_1', 1), headers: { 'x-unauthorized-id': 'short' } },
    401,
    1501,
  ],
  [
    'an unknown payment token',
    'GET',
    `${V2}/order/10000001`,
    'nobody',
    header(`Bearer pxzst${'A'.repeat(32)}`),
    401,
    1013,
  ],
  ['a token of no form', 'GET', `${V2}/order/10000001`, 'nobody', header('Bearer hello'), 401, 1501],
  [
    'a token of 8 KiB and more',
    'GET',
    `${V2}/order/10000001`,
    'nobody',
    header(`Bearer ${'a'.repeat(9_000)}`),
    401,
    1501,
  ],
  ['events for nobody', 'GET', '/events?project_id=44056', 'nobody', {}, 401, 1501],
  [
    'a project that does not exist',
    'POST',
    '/api/v2/project/2147483647/payment/item/sword_1',
    'player',
    json({}),
    401,
    1501,
  ],
])

function redirect(condition: string): CallOptions {
  return json({ settings: { redirect_policy: { redirect_conditions: condition } } })
}

function manyParameters(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]))
}

function fill(sku: string, quantity: number): CallOptions {
  return json({ items: [{ sku, quantity }] })
}

function sold(sku = 'sword_1'): object {
  return { sku, quantity: 1 }
}

function userOf(id: string, email = 'ann@example.com'): object {
  return { id: { value: id }, email: { value: email }, country: { value: 'US' } }
}

function tokenBody({ user = userOf('p'), sku }: { readonly user?: object; readonly sku?: string }): object {
  return { user, purchase: { items: [sold(sku)] } }
}

function webhook(part: object): CallOptions {
  return json({ url: 'http://127.0.0.1:9/', secret: 'a secret', is_enabled: true, ...part })
}

function schedule(order_paid: readonly number[]): CallOptions {
  return json({ schedules: { order_paid } })
}

function fact(part: object): object {
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

function keyed(body: object): CallOptions {
  return { body, headers: { 'idempotency-key': JSON.stringify(body).slice(-200) } }
}

function soldItem(): object {
  return { sku: 'twice', type: 'virtual_good', name: 'Twice', prices: { USD: 1 } }
}

/** Nine levels of nine aliases each: small as text, a billion when it is read carelessly. */
function yamlBomb(): string {
  const lines = ['a0: &a0 [x]']
  for (let level = 1; level <= 9; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    )
  }
  return `${lines.join('\n')}\nitems: *a9\n`
}

function header(authorization: string): CallOptions {
  return { headers: { authorization } }
}

function basic(credentials: string): CallOptions {
  return { body: {}, ...header(`Basic ${Buffer.from(credentials).toString('base64')}`) }
}
