// Texts with the one character that no text may hold.
import { type BadCall, calls, fact, json, keyed, PATHS, soldItem, tokenBody, userOf } from './bad-call.ts'

const NUL = '\u0000'

/** PostgreSQL keeps no NUL in texts, so it must not get that far; it is refused alike on every store. */
export const NUL_BYTES: readonly BadCall[] = calls([
  ['NUL in an SKU', 'POST', `${PATHS.V2}/payment/item/a%00b`, 'player', json({}), 422, 1102],
  ['NUL in an SKU of the catalog', 'GET', `${PATHS.V2}/items/sku/a%00b`, 'nobody', {}, 422, 1102],
  ['NUL in a currency', 'POST', `${PATHS.V2}/payment/item/potion_1/virtual/g%00`, 'player', json({}), 422, 1102],
  ['NUL in an order id', 'GET', `${PATHS.V2}/order/1%00`, 'player', {}, 422, 1102],
  ['NUL in an external id', 'POST', PATHS.BUY, 'player', json({ settings: { external_id: `a${NUL}` } }), 422, 1102],
  ['NUL in a user id', 'POST', PATHS.TOKEN, 'project', json(tokenBody({ user: userOf(`a${NUL}`) })), 422, 1102],
  [
    'NUL in a name',
    'POST',
    PATHS.TOKEN,
    'project',
    json(tokenBody({ user: { ...userOf('p'), email: { value: `a${NUL}@b.co` } } })),
    422,
    1102,
  ],
  ['NUL in the SKU of a token', 'POST', PATHS.TOKEN, 'project', json(tokenBody({ sku: `a${NUL}` })), 422, 1102],
  [
    'NUL in a note',
    'POST',
    `${PATHS.OWN}/orders/10000001/cancel`,
    'project',
    json({ note: `a${NUL}` }),
    422,
    'unprocessable',
  ],
  [
    'NUL in a reference',
    'POST',
    PATHS.EVENTS,
    'project',
    keyed(fact({ provider_reference: `a${NUL}` })),
    422,
    'unprocessable',
  ],
  [
    'NUL in the id of a fact',
    'POST',
    PATHS.EVENTS,
    'project',
    keyed(fact({ event_id: `a${NUL}` })),
    422,
    'unprocessable',
  ],
  ['NUL in the name of a merchant', 'POST', '/v1/merchants', 'admin', json({ name: `a${NUL}` }), 422, 'unprocessable'],
  ['NUL in the type of an event', 'GET', '/events?project_id=44056&types=a%00', 'player', {}, 422, 1102],
  [
    'NUL in a catalog',
    'PUT',
    `${PATHS.OWN}/catalog`,
    'project',
    json({ items: [{ ...soldItem(), name: `a${NUL}` }] }),
    422,
    'catalog_invalid',
  ],
])
