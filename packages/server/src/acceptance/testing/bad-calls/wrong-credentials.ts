// Calls by those who cannot be told, or are somebody else.
import type { CallOptions } from '../call-server.ts'
import { type BadCall, calls, fill, json, PATHS } from './bad-call.ts'

/** Credentials that are absent, wrong or of another kind. */
export const CREDENTIALS: readonly BadCall[] = calls([
  ['no key', 'POST', PATHS.SEARCH, 'nobody', json({}), 401, 1020],
  ['a wrong key', 'POST', PATHS.SEARCH, 'nobody', basic('44056:wrong'), 401, 1020],
  [
    'a right key with a wrong number',
    'POST',
    PATHS.SEARCH,
    'nobody',
    basic('44057:dev_api_key_for_your_own_machine_only'),
    401,
    1020,
  ],
  ['a key without a number', 'POST', PATHS.SEARCH, 'nobody', basic('dev_api_key_for_your_own_machine_only'), 401, 1020],
  ['an empty key', 'POST', PATHS.SEARCH, 'nobody', basic('44056:'), 401, 1020],
  ['Basic that is no Base64', 'POST', PATHS.SEARCH, 'nobody', header('Basic ***'), 401, 1020],
  ['a player for a key', 'POST', PATHS.SEARCH, 'player', json({}), 401, 1020],
  ['no key to us', 'GET', PATHS.SETTINGS, 'nobody', {}, 401, 'basic_auth_failed'],
  ['no token', 'POST', PATHS.BUY, 'nobody', json({}), 401, 1501],
  ['a key for a token', 'POST', PATHS.BUY, 'project', json({}), 401, 1501],
  ['a visitor where a player is wanted', 'POST', PATHS.BUY, 'visitor', json({}), 401, 1501],
  [
    'a short visitor id',
    'PUT',
    PATHS.FILL,
    'nobody',
    { ...fill('sword_1', 1), headers: { 'x-unauthorized-id': 'short' } },
    401,
    1501,
  ],
  [
    'an unknown payment token',
    'GET',
    `${PATHS.V2}/order/10000001`,
    'nobody',
    header(`Bearer pxzst${'A'.repeat(32)}`),
    401,
    1013,
  ],
  ['a token of no form', 'GET', `${PATHS.V2}/order/10000001`, 'nobody', header('Bearer hello'), 401, 1501],
  [
    'a token of 8 KiB and more',
    'GET',
    `${PATHS.V2}/order/10000001`,
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

function header(authorization: string): CallOptions {
  return { headers: { authorization } }
}

function basic(credentials: string): CallOptions {
  return { body: {}, ...header(`Basic ${Buffer.from(credentials).toString('base64')}`) }
}
