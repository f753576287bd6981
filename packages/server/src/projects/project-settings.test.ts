// Settings: their defaults, how stored text becomes them, and what is refused.
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseProjectSettings } from './parse-project-settings.ts'
import { defaultProjectSettings, type ProjectSettings, patchedSettings } from './project-settings.ts'
import { settingsFaults } from './settings-schema.ts'

test('defaults are settings without a fault', () => {
  assert.deepEqual(settingsFaults(defaultProjectSettings), [])
})

test('no user token is accepted by the default settings', () => {
  assert.deepEqual(defaultProjectSettings.jwt, { algorithm: 'HS256', secret: '' })
})

test('settings that an older version wrote take defaults for what it did not know', () => {
  assert.deepEqual(parseProjectSettings('{"fulfilment":"api","toggles":{"cardBrand":true}}'), {
    ...defaultProjectSettings,
    fulfilment: 'api',
    toggles: { ...defaultProjectSettings.toggles, cardBrand: true },
  })
})

test('a patch of one toggle keeps the others', () => {
  const before = patchedSettings(defaultProjectSettings, { toggles: { cardBrand: true } })
  assert.deepEqual(patchedSettings(before, { toggles: { orderObject: true } }).toggles, {
    ...defaultProjectSettings.toggles,
    cardBrand: true,
    orderObject: true,
  })
})

test('stored text that is no settings is a fault of the store', () => {
  assert.throws(() => parseProjectSettings('{"fulfilment":"maybe"}'), /damaged at \/fulfilment/)
})

const REFUSED: readonly (readonly [string, Partial<Record<keyof ProjectSettings, unknown>>, string])[] = [
  ['a fulfilment that is none', { fulfilment: 'later' }, '/fulfilment'],
  ['an order life below a minute', { orderLifeMs: 59_999 }, '/orderLifeMs'],
  ['an order life above 30 days', { orderLifeMs: 30 * 86_400_000 + 1 }, '/orderLifeMs'],
  ['a currency in small letters', { defaultCurrency: 'usd' }, '/defaultCurrency'],
  ['a country that is none', { currencyByCountry: { Germany: 'EUR' } }, '/currencyByCountry'],
  ['an origin with a path', { allowedOrigins: ['https://game.example/shop'] }, '/allowedOrigins/0'],
  ['a login project that would be a pattern', { loginProjectId: '%' }, '/loginProjectId'],
  ['an algorithm that is none', { jwt: { algorithm: 'none', secret: '' } }, '/jwt/algorithm'],
  ['a JWKS algorithm with a secret', { jwt: { algorithm: 'RS256', secret: 'x' } }, '/jwt'],
  ['a schedule that does not begin at once', { schedules: { order_paid: [5, 10] } }, '/schedules/order_paid'],
  ['a schedule that does not grow', { schedules: { order_paid: [0, 5, 5] } }, '/schedules/order_paid'],
  ['a schedule of an unknown type', { schedules: { order_lost: [0] } }, '/schedules'],
  ['an unknown member', { colour: 'red' } as never, ''],
]

for (const [name, patch, path] of REFUSED) {
  test(`refuses ${name}`, () => {
    const faults = settingsFaults({ ...defaultProjectSettings, ...patch } as ProjectSettings)
    assert.ok(
      faults.some((fault) => fault.path.startsWith(path)),
      JSON.stringify(faults),
    )
  })
}
