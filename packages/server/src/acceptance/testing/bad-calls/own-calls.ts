// Calls of our own API that cannot be meant.
import type { CallOptions } from '../call-server.ts'
import { type BadCall, calls, fact, json, keyed, PATHS, raw, soldItem } from './bad-call.ts'

/** Our own calls, which also refuse members that they do not know. */
export const OWN_CALLS: readonly BadCall[] = calls([
  ['a slip in a setting', 'PATCH', PATHS.SETTINGS, 'project', json({ webhok_mode: 'separate' }), 422, 'unprocessable'],
  [
    'a mode that does not exist',
    'PATCH',
    PATHS.SETTINGS,
    'project',
    json({ webhook_mode: 'both' }),
    422,
    'unprocessable',
  ],
  ['an order life of nothing', 'PATCH', PATHS.SETTINGS, 'project', json({ order_life_ms: 0 }), 422, 'unprocessable'],
  ['a schedule that shrinks', 'PATCH', PATHS.SETTINGS, 'project', schedule([0, 5, 3]), 422, 'webhook_schedule_invalid'],
  ['a schedule that starts late', 'PATCH', PATHS.SETTINGS, 'project', schedule([5]), 422, 'webhook_schedule_invalid'],
  [
    'tokens without a signature',
    'PATCH',
    PATHS.SETTINGS,
    'project',
    json({ jwt: { algorithm: 'none' } }),
    422,
    'unprocessable',
  ],
  [
    'a short login secret',
    'PATCH',
    PATHS.SETTINGS,
    'project',
    json({ jwt: { algorithm: 'HS256', secret: 'short' } }),
    422,
    'unprocessable',
  ],
  [
    'keys at a private address',
    'PATCH',
    PATHS.SETTINGS,
    'project',
    json({ jwt: { algorithm: 'RS256', jwks_url: 'https://192.168.0.1/keys' } }),
    422,
    'unprocessable',
  ],
  [
    'a refund of nothing',
    'POST',
    `${PATHS.OWN}/orders/10000001/refunds`,
    'project',
    json({ code: 1, amount: 0 }),
    422,
    'unprocessable',
  ],
  [
    'an unknown reason',
    'POST',
    `${PATHS.OWN}/orders/10000001/refunds`,
    'project',
    json({ code: 14 }),
    422,
    'unprocessable',
  ],
  [
    'a refund of what is not paid',
    'POST',
    `${PATHS.OWN}/orders/10000001/refunds`,
    'project',
    json({ code: 1 }),
    409,
    'refund_not_paid',
  ],
  ['order number 0', 'GET', `${PATHS.OWN}/orders/0`, 'project', {}, 422, 'unprocessable'],
  ['a fact without a key', 'POST', PATHS.EVENTS, 'project', json(fact({})), 400, 'idempotency_key_missing'],
  [
    'a fact of an unknown kind',
    'POST',
    PATHS.EVENTS,
    'project',
    keyed(fact({ type: 'payment.maybe' })),
    422,
    'unprocessable',
  ],
  [
    'a fact in small letters',
    'POST',
    PATHS.EVENTS,
    'project',
    keyed(fact({ amount: { value: 1, currency: 'usd' } })),
    422,
    'unprocessable',
  ],
  [
    'a fact with digits of its own',
    'POST',
    PATHS.EVENTS,
    'project',
    keyed(fact({ amount: { value: 1, currency: 'JPY', exponent: 2 } })),
    422,
    'unprocessable',
  ],
  [
    'a fact with a fraction',
    'POST',
    PATHS.EVENTS,
    'project',
    keyed(fact({ amount: { value: 1.5, currency: 'USD' } })),
    422,
    'unprocessable',
  ],
  [
    'a fact of two orders',
    'POST',
    PATHS.EVENTS,
    'project',
    keyed(fact({ order: { id: 1, external_id: 'x' } })),
    422,
    'unprocessable',
  ],
  ['no facts', 'POST', `${PATHS.EVENTS}:batch`, 'project', keyed({ events: [] }), 422, 'unprocessable'],
  [
    '101 facts',
    'POST',
    `${PATHS.EVENTS}:batch`,
    'project',
    keyed({ events: Array(101).fill(fact({})) }),
    422,
    'unprocessable',
  ],
  [
    'a player named like a visitor',
    'POST',
    `${PATHS.OWN}/user-tokens`,
    'project',
    json({ user_id: 'visitor:1' }),
    422,
    'unprocessable',
  ],
  ['a key with a strange name', 'POST', `${PATHS.OWN}/keys`, 'project', json({ name: 'a b' }), 422, 'unprocessable'],
  ['a key name that is taken', 'POST', `${PATHS.OWN}/keys`, 'project', json({ name: 'dev' }), 409, 'id_taken'],
  ['an unknown filter', 'GET', `${PATHS.OWN}/deliveries?stat=due`, 'project', {}, 422, 'unprocessable'],
  [
    'rotating what is not there',
    'POST',
    `${PATHS.OWN}/webhook-settings:rotate-secret`,
    'project',
    json({}),
    404,
    'webhook_settings_absent',
  ],
  [
    'a catalog that is text',
    'PUT',
    `${PATHS.OWN}/catalog`,
    'project',
    raw('hello', 'text/yaml'),
    422,
    'catalog_invalid',
  ],
  ['a catalog that is empty', 'PUT', `${PATHS.OWN}/catalog`, 'project', raw('', 'text/yaml'), 422, 'catalog_invalid'],
  [
    'a catalog that explodes',
    'PUT',
    `${PATHS.OWN}/catalog`,
    'project',
    raw(yamlBomb(), 'text/yaml'),
    422,
    'catalog_invalid',
  ],
  [
    'a catalog with an item twice',
    'PUT',
    `${PATHS.OWN}/catalog`,
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

function schedule(order_paid: readonly number[]): CallOptions {
  return json({ schedules: { order_paid } })
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
