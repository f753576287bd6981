// When a game is asked, and what stands in for an answer that does not come.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../../platform/logger.ts'
import { storeUnavailable } from '../../platform/store/index.ts'
import type { AskGame, GameAnswer, Purpose } from './ask-game.ts'
import type { Shopper } from './catalog-question.ts'
import { FRESH_MS, GOOD_MS, KeptOffers } from './kept-offers.ts'
import { NOTHING_OFFERED, type Offers } from './offer.ts'
import { makePersonalCatalogs, type Personalization } from './personal-catalogs.ts'

const GAME: Personalization = {
  url: 'https://game.example/webhooks',
  secrets: ['s'],
  deadlineMs: 3_000,
  defaultCurrency: 'USD',
  currencyByCountry: { DE: 'EUR' },
}

const ANN: Shopper = {
  projectId: 1,
  party: { kind: 'user', id: 'ann' },
  country: 'US',
  currency: null,
  locale: 'en',
}

/** Offers that can be told apart. */
function offersOf(...skus: readonly string[]): Offers {
  return { ...NOTHING_OFFERED, bySku: new Map(skus.map((sku) => [sku, { quantity: null, from: null, until: null }])) }
}

const good = (...skus: readonly string[]): GameAnswer => ({ kind: 'offers', offers: offersOf(...skus), bytes: 100 })
const FAILED: GameAnswer = { kind: 'failed' }

/** A game that answers as `game.answer` says, and catalogs that ask it. */
function givenGame(first: GameAnswer | Promise<GameAnswer>) {
  const asked: (readonly [purpose: Purpose, userId: string | null, currency: string])[] = []
  const clock = { now: 0, monotonic: () => clock.now }
  const game = { answer: first as GameAnswer | Promise<GameAnswer>, listener: GAME as Personalization | null }
  const ask: AskGame = async (_listener, { userId, currency }, purpose) => {
    asked.push([purpose, userId, currency])
    return game.answer
  }
  const catalogs = makePersonalCatalogs({
    personalizationOf: async () => game.listener,
    ask,
    clock,
    logger: silentLogger,
  })
  const shown = async (over: Partial<Shopper> = {}) => {
    const offers = await catalogs.shownTo({ ...ANN, ...over })
    return offers === null ? null : [...offers.bySku.keys()]
  }
  const bought = async () => (await catalogs.forPurchase(1))?.(ANN, null)
  return { asked, clock, game, catalogs, shown, bought }
}

test('reads within a few seconds share one answer', async () => {
  const { asked, clock, game, shown } = givenGame(good('a'))
  assert.deepEqual(await shown(), ['a'])
  game.answer = good('b')
  clock.now = FRESH_MS - 1
  assert.deepEqual(await shown(), ['a'])
  clock.now = FRESH_MS
  assert.deepEqual(await shown(), ['b'])
  assert.equal(asked.length, 2)
})

test('reads at the same time share one question', async () => {
  const { promise, resolve } = Promise.withResolvers<GameAnswer>()
  const { asked, shown } = givenGame(promise)
  const all = Promise.all([shown(), shown(), shown()])
  resolve(good('a'))
  assert.deepEqual(await all, [['a'], ['a'], ['a']])
  assert.equal(asked.length, 1)
})

test('other players, countries, currencies and languages are other questions', async () => {
  const { asked, shown } = givenGame(good('a'))
  await shown()
  await shown({ party: { kind: 'user', id: 'bob' } })
  await shown({ country: 'DE' })
  await shown({ currency: 'JPY' })
  await shown({ locale: 'de' })
  await shown({ projectId: 2 })
  await shown()
  assert.deepEqual(
    asked.map(([, userId, currency]) => [userId, currency]),
    [
      ['ann', 'USD'],
      ['bob', 'USD'],
      ['ann', 'EUR'],
      ['ann', 'JPY'],
      ['ann', 'USD'],
      ['ann', 'USD'],
    ],
  )
})

test('all visitors are one to the game, and are asked about without an id', async () => {
  const { asked, shown } = givenGame(good('a'))
  await shown({ party: { kind: 'visitor', id: 'v1' } })
  await shown({ party: { kind: 'visitor', id: 'v2' } })
  await shown({ party: null })
  assert.deepEqual(asked, [['shown', null, 'USD']])
})

test('what is no country, currency or language is not told to the game', async () => {
  const { asked, shown } = givenGame(good('a'))
  for (const strange of ['', 'xx-'.repeat(20), 'en\r\nx: y', '1'])
    await shown({ country: strange, currency: strange, locale: strange })
  assert.equal(asked.length, 1)
})

test('the last good answer stands in for five minutes, then everything is shown', async () => {
  const { asked, clock, game, shown } = givenGame(good('a'))
  await shown()
  game.answer = FAILED
  clock.now = FRESH_MS
  assert.deepEqual(await shown(), ['a'])
  assert.deepEqual(await shown(), ['a'])
  assert.equal(asked.length, 2, 'a failure counts as asked, so that a silent game does not slow every read')
  clock.now = GOOD_MS - 1
  assert.deepEqual(await shown(), ['a'])
  clock.now = GOOD_MS
  assert.equal(await shown(), null)
  game.answer = good('b')
  clock.now += FRESH_MS
  assert.deepEqual(await shown(), ['b'])
})

test('an answer that offers nothing is an answer', async () => {
  const { shown } = givenGame(good())
  assert.deepEqual(await shown(), [])
})

test('a game that never answered hides nothing', async () => {
  const { shown } = givenGame(FAILED)
  assert.equal(await shown(), null)
})

test('the answer of another address does not stand in', async () => {
  const { clock, game, shown } = givenGame(good('a'))
  await shown()
  game.listener = { ...GAME, url: 'https://game.example/other' }
  game.answer = FAILED
  clock.now = FRESH_MS
  assert.equal(await shown(), null)
})

test('a purchase asks for itself, even just after a read, and the next read asks again', async () => {
  const { asked, shown, bought } = givenGame(good('a'))
  await shown()
  assert.equal((await bought())?.kind, 'offered')
  assert.equal((await bought())?.kind, 'offered')
  await shown()
  assert.deepEqual(
    asked.map(([purpose]) => purpose),
    ['shown', 'purchase', 'purchase', 'shown'],
  )
})

test('a purchase is never answered from what is kept', async () => {
  const { game, shown, bought } = givenGame(good('a'))
  await shown()
  game.answer = FAILED
  assert.deepEqual(await bought(), { kind: 'unconfirmed' })
  assert.deepEqual(await shown(), ['a'])
})

test('nobody is asked where the project does not ask', async () => {
  const { asked, game, catalogs, shown } = givenGame(good('a'))
  game.listener = null
  assert.equal(await shown(), null)
  assert.equal(await catalogs.forPurchase(1), null)
  assert.deepEqual(asked, [])
})

test('where the secret cannot be read everything is shown and nothing can be bought', async () => {
  const catalogs = makePersonalCatalogs({
    personalizationOf: async () => {
      throw new Error('unreadable')
    },
    ask: async () => good('a'),
    clock: { monotonic: () => 0 },
    logger: silentLogger,
  })
  assert.equal(await catalogs.shownTo(ANN), null)
  assert.deepEqual(await (await catalogs.forPurchase(1))?.(ANN, null), { kind: 'unconfirmed' })
})

test('where the store is away nothing is said about the game', async () => {
  const away = storeUnavailable('The store is away.')
  const catalogs = makePersonalCatalogs({
    personalizationOf: () => Promise.reject(away),
    ask: async () => good('a'),
    clock: { monotonic: () => 0 },
    logger: silentLogger,
  })
  await assert.rejects(catalogs.shownTo(ANN), away)
  await assert.rejects(catalogs.forPurchase(1), away)
})

test('memory is bounded by entries and by bytes; the one kept longest goes', () => {
  const clock = { monotonic: () => 0 }
  const few = new KeptOffers({ clock, entriesMax: 2, bytesMax: 1e9 })
  for (const key of ['a', 'b', 'a', 'c']) few.keep(key, good(key), 0)
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => few.lastGood(key) !== null),
    [true, false, true],
  )
  const small = new KeptOffers({ clock, entriesMax: 1e9, bytesMax: 1_500 })
  for (const key of ['a', 'b', 'c']) small.keep(key, good(key), 0)
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => small.lastGood(key) !== null),
    [false, true, true],
  )
  small.keep('huge', { ...good('huge'), bytes: 2_000 } as GameAnswer, 0)
  assert.deepEqual(
    ['b', 'c', 'huge'].map((key) => small.lastGood(key) !== null),
    [false, false, false],
  )
})
