import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogOffer } from './catalog-offers.ts'
import { deliver, givenListener, TEMPORARY } from './given-listener.test.fixture.ts'
import { samplePartnerSideCatalog } from './testing.ts'

/** What the sender gets when onPartnerCatalog gives this, and what the developer is told. */
async function answerTo(given: unknown) {
  const { listener, problems } = givenListener({ onPartnerCatalog: () => given as readonly CatalogOffer[] })
  const { status, body } = await deliver(listener, samplePartnerSideCatalog())
  const told = problems.map((problem) => `${problem.kind}: ${problem.sentence}`)
  return { status, offers: status === 200 ? JSON.parse(body) : body, told }
}

test('sends offers as documented, dates as text', async () => {
  const offers: CatalogOffer[] = [
    { sku: 'sword', quantity: 1, date_until: new Date('2030-01-01T00:00:00Z') },
    { item_id: 7, quantity: null, date_from: '2024-08-11T23:59:59+08:00' },
    { sku: 'custom', quantity: 0, name: 'Yours', content: [{ name: 'Gold', description: '', quantity: 3 }] },
    { sku: 'plain' },
  ]
  assert.deepEqual(await answerTo(offers), {
    status: 200,
    offers: [{ ...offers[0], date_until: '2030-01-01T00:00:00.000Z' }, ...offers.slice(1)],
    told: [],
  })
})

const NAMED = 'sku must be text, or item_id a whole number'
const COUNT = 'quantity must be a whole number from 0, or null'
const TIMES = 'date_from and date_until must be Dates, or text such as 2026-08-11T23:59:59+08:00'

for (const { offer, fault } of [
  { offer: null, fault: 'it must be an object' },
  { offer: 'sword', fault: 'it must be an object' },
  { offer: {}, fault: NAMED },
  { offer: { sku: '' }, fault: NAMED },
  { offer: { sku: 7 }, fault: NAMED },
  { offer: { item_id: '7' }, fault: NAMED },
  { offer: { sku: 'a', quantity: -1 }, fault: COUNT },
  { offer: { sku: 'a', quantity: 1.5 }, fault: COUNT },
  { offer: { sku: 'a', quantity: '1' }, fault: COUNT },
  { offer: { sku: 'a', date_from: '2026-08-11T23:59:59' }, fault: TIMES },
  { offer: { sku: 'a', date_until: 'tomorrow' }, fault: TIMES },
  { offer: { sku: 'a', date_until: new Date('never') }, fault: TIMES },
]) {
  test(`leaves out ${JSON.stringify(offer)}, says why, and sends the rest`, async () => {
    assert.deepEqual(await answerTo([{ sku: 'good' }, offer]), {
      status: 200,
      offers: [{ sku: 'good' }],
      told: [`invalid_offer: Offer 1 was left out: ${fault}`],
    })
  })
}

for (const given of [undefined, {}, Array(5_001).fill({ sku: 'a' })]) {
  test(`answers 500 to what is no list of up to 5,000 offers: ${JSON.stringify(given)?.slice(0, 20)}`, async () => {
    const { listener, problems } = givenListener({ onPartnerCatalog: () => given as readonly CatalogOffer[] })
    assert.deepEqual(await deliver(listener, samplePartnerSideCatalog()), TEMPORARY)
    assert.match(String(problems.map((problem) => 'cause' in problem && problem.cause)), /list of up to 5000 offers/)
  })
}
