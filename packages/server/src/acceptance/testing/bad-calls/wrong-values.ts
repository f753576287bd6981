// Values that documented calls cannot use.
import type { CallOptions } from '../call-server.ts'
import { type BadCall, calls, fill, json, PATHS, tokenBody, userOf } from './bad-call.ts'

/** Values of a wrong type or out of bounds in documented calls. */
export const WRONG_VALUES: readonly BadCall[] = calls([
  ['an array as body', 'POST', PATHS.BUY, 'player', json([]), 422, 1102],
  ['null as body', 'POST', PATHS.BUY, 'player', json(null), 422, 1102],
  ['a text as body', 'POST', PATHS.BUY, 'player', json('{}'), 422, 1102],
  ['a quantity that is text', 'POST', PATHS.BUY, 'player', json({ quantity: '1' }), 422, 1102],
  ['no quantity at all', 'POST', PATHS.BUY, 'player', json({ quantity: 0 }), 422, 1102],
  ['a negative quantity', 'POST', PATHS.BUY, 'player', json({ quantity: -1 }), 422, 1102],
  ['half an item', 'POST', PATHS.BUY, 'player', json({ quantity: 1.5 }), 422, 1102],
  ['more items than there can be', 'POST', PATHS.BUY, 'player', json({ quantity: 1e300 }), 422, 1102],
  ['a currency of two letters', 'POST', PATHS.BUY, 'player', json({ currency: 'US' }), 422, 1102],
  ['settings that are text', 'POST', PATHS.BUY, 'player', json({ settings: 'dark' }), 422, 1102],
  ['a redirect that does not exist', 'POST', PATHS.BUY, 'player', redirect('never'), 422, 1102],
  ['no custom parameter', 'POST', PATHS.BUY, 'player', json({ custom_parameters: {} }), 422, 1102],
  ['201 custom parameters', 'POST', PATHS.BUY, 'player', json({ custom_parameters: manyParameters(201) }), 422, 1102],
  ['a cart without items', 'PUT', PATHS.FILL, 'player', json({}), 422, 1102],
  ['a cart of no items', 'PUT', PATHS.FILL, 'player', json({ items: [] }), 422, 1102],
  ['a negative quantity in a cart', 'PUT', PATHS.FILL, 'player', fill('sword_1', -1), 422, 1102],
  ['an odd cart id', 'PUT', `${PATHS.V2}/cart/a%2Fb/fill`, 'player', fill('sword_1', 1), 422, 1102],
  [
    'a token for nobody',
    'POST',
    PATHS.TOKEN,
    'project',
    json({ purchase: { items: [{ sku: 'sword_1', quantity: 1 }] } }),
    422,
    1102,
  ],
  [
    'a token without a country',
    'POST',
    PATHS.TOKEN,
    'project',
    json(tokenBody({ user: { id: { value: 'p' } } })),
    422,
    1102,
  ],
  [
    'a token with a wrong e-mail',
    'POST',
    PATHS.TOKEN,
    'project',
    json(tokenBody({ user: userOf('p', 'nobody') })),
    422,
    1102,
  ],
  [
    'a token for a visitor',
    'POST',
    PATHS.TOKEN,
    'project',
    json(tokenBody({ user: userOf('visitor:12345') })),
    422,
    1102,
  ],
  ['a page of 11 orders', 'POST', PATHS.SEARCH, 'project', json({ limit: 11 }), 422, 1102],
  ['a page of no orders', 'POST', PATHS.SEARCH, 'project', json({ limit: 0 }), 422, 1102],
  ['a negative offset', 'POST', PATHS.SEARCH, 'project', json({ offset: -1 }), 422, 1102],
  ['a date that is none', 'POST', PATHS.SEARCH, 'project', json({ created_date_from: 'yesterday' }), 422, 1102],
  ['an empty webhook URL', 'PUT', PATHS.WEBHOOK, 'project', webhook({ url: '' }), 422, 1102],
  [
    'a webhook URL without encryption',
    'PUT',
    PATHS.WEBHOOK,
    'project',
    webhook({ url: 'http://example.com/' }),
    422,
    1102,
  ],
  ['a private webhook URL', 'PUT', PATHS.WEBHOOK, 'project', webhook({ url: 'https://10.0.0.1/' }), 422, 1102],
  [
    'a webhook URL of cloud metadata',
    'PUT',
    PATHS.WEBHOOK,
    'project',
    webhook({ url: 'https://169.254.169.254/' }),
    422,
    1102,
  ],
  ['an empty webhook secret', 'PUT', PATHS.WEBHOOK, 'project', webhook({ secret: '' }), 422, 1102],
  ['a switch that is text', 'PUT', PATHS.WEBHOOK, 'project', webhook({ is_enabled: 'yes' }), 422, 1102],
  ['a third version', 'PUT', PATHS.WEBHOOK, 'project', webhook({ version: 3 }), 422, 1102],
  ['an event id that is text', 'POST', '/events/one/processed?project_id=44056', 'player', {}, 422, 1102],
  ['a page of events after text', 'GET', '/events?project_id=44056&after_id=x', 'player', {}, 422, 1102],
])

function redirect(condition: string): CallOptions {
  return json({ settings: { redirect_policy: { redirect_conditions: condition } } })
}

function manyParameters(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]))
}

function webhook(part: object): CallOptions {
  return json({ url: 'http://127.0.0.1:9/', secret: 'a secret', is_enabled: true, ...part })
}
