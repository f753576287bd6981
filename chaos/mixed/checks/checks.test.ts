// The checks of a mixed run see what they are there for: a whole order passes, and each way of spoiling it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnsOf, type Row, type TableName } from '../../../packages/server/src/platform/store/index.ts'
import { type HeardWebhook, hashOfBody } from '../game-backend.ts'
import type { Player } from '../players.ts'
import type { Sale } from '../sale.ts'
import { SHOP_PLANS, type Shop } from '../shops.ts'
import { checkPolled, checkTracked } from './check-followers.ts'
import { checkMoney } from './check-money.ts'
import { checkSale } from './check-sale.ts'
import { checkChannels, checkStatuses } from './check-statuses.ts'
import { checkWebhooks } from './check-webhooks.ts'
import type { OrderFacts, StoreFacts } from './store-facts.ts'

const IDS = { project_id: 1, order_id: 10 } as const
const SHOP: Shop = {
  ...(SHOP_PLANS.find(({ name }) => name === 'separate') as Shop),
  projectId: 1,
  credentials: '',
  loginSecret: '',
  webhookSecret: '',
}
const PLAYER: Player = { shop: SHOP, userId: 'ann', token: '', way: 'tracks' }

/** A row with zeros and empty texts where nothing is said. */
function row<Table extends TableName>(table: Table, values: Partial<Row<Table>>): Row<Table> {
  const empty = { int: 0, 'int?': null, text: '', 'text?': null } as const
  const blank = Object.entries(columnsOf(table)).map(([name, kind]) => [name, empty[kind as keyof typeof empty]])
  return { ...Object.fromEntries(blank), ...values }
}

const webhook = (type: string, line: number) =>
  row('deliveries', {
    ...IDS,
    id: line,
    notification_id: 100 + line,
    type,
    line,
    state: 'accepted',
    offsets: '[0,1,2]',
    attempt_count: 1,
  })
const attempt = (line: number, over: Partial<Row<'attempts'>> = {}) =>
  row('attempts', {
    ...IDS,
    delivery_id: line,
    number: 1,
    kind: 'automatic',
    position: 0,
    outcome: 'accepted',
    status: 204,
    started_at: line * 1_000,
    ...over,
  })
const move = (number: number, from: string | null, to: string) =>
  row('status_transitions', { ...IDS, number, from_status: from, to_status: to, outcome: 'applied' })
const told = (offset: number, status: string) =>
  row('publications', { ...IDS, channel: 'c', stream_offset: offset, data: JSON.stringify({ order_id: 10, status }) })
const post = (type: string, line: number, over: Partial<HeardWebhook> = {}): HeardWebhook => ({
  type,
  orderId: 10,
  shop: 'separate',
  webhookId: `msg_${100 + line}`,
  bodyHash: hashOfBody(`body ${line}`),
  at: line * 1_000 + 10,
  status: 204,
  answeredAt: line * 1_000 + 20,
  ...over,
})

const paymentOf = (reference: string, id: number) =>
  row('payments', { ...IDS, id, provider: 'chaos', provider_reference: reference, state: 'succeeded', amount: 499 })

/** An order of the shop `separate` that was paid, told and so is done. */
const DONE: OrderFacts = {
  key: '1:10',
  shop: SHOP,
  itemCount: 1,
  order: row('orders', {
    project_id: 1,
    id: 10,
    status: 'done',
    currency_kind: 'real',
    amount: 499,
    party_id: 'ann',
    accepted_payment_id: 7,
    timeline_length: 3,
  }),
  timeline: [move(1, null, 'new'), move(2, 'new', 'paid'), move(3, 'paid', 'done')],
  publications: [told(1, 'new'), told(2, 'paid'), told(3, 'done')],
  payments: [row('payments', { ...IDS, id: 7, state: 'succeeded', amount: 499, provider_reference: 'p' })],
  refunds: [],
  notifications: [1, 2].map((line) => row('notifications', { ...IDS, id: 100 + line, body: `body ${line}` })),
  deliveries: [webhook('payment', 1), webhook('order_paid', 2)],
  attempts: [attempt(1), attempt(2)],
  events: [],
}
const HEARD = [post('payment', 1), post('order_paid', 2)]
const SALE: Sale = {
  player: PLAYER,
  key: 'k',
  kind: 'real',
  round: 1,
  orderId: 10,
  token: '',
  asked: new Set(['place', 'pay']),
  confirmed: new Set(['place', 'pay']),
}

function allOf(facts: OrderFacts, heard: readonly HeardWebhook[] = HEARD): readonly string[] {
  const webhooks = checkWebhooks(facts, { heard, hasOneClock: true, isResendAsked: false })
  return [...checkStatuses(facts), ...checkMoney(facts), ...webhooks, ...checkSale(SALE, facts)]
}

const order = (over: Partial<Row<'orders'>>) => ({ ...DONE, order: { ...DONE.order, ...over } })
const CANCELED: OrderFacts = {
  ...DONE,
  timeline: [...DONE.timeline, { ...move(4, 'done', 'canceled'), at: 5_000 }],
  deliveries: [webhook('payment', 1), { ...webhook('order_paid', 2), first_attempt_at: 8_000 }],
}
const retried = (over: Partial<Row<'attempts'>>): OrderFacts => ({
  ...DONE,
  deliveries: [{ ...webhook('payment', 1), attempt_count: 2 }, webhook('order_paid', 2)],
  attempts: [
    attempt(1, { outcome: 'retry', status: 500 }),
    attempt(1, { number: 2, position: 1, ...over }),
    attempt(2),
  ],
})
const twice = [post('payment', 1, { status: 500 }), post('payment', 1, { at: 61_000 }), post('order_paid', 2)]

/** What is spoilt, and a word of the sentence that says so. */
const SPOILT: readonly (readonly [what: string, found: readonly string[], sentence: RegExp])[] = [
  ['a status without its facts', allOf(order({ status: 'paid' })), /timeline ends with done/],
  ['a status that nothing explains', allOf({ ...DONE, deliveries: [] }), /must be paid/],
  ['a missing publication', allOf({ ...DONE, publications: DONE.publications.slice(1) }), /channel tells paid done/],
  ['a hole in the timeline', allOf({ ...DONE, timeline: DONE.timeline.slice(1) }), /timeline with the numbers 2 3/],
  [
    'a move that is none',
    allOf({ ...DONE, timeline: [...DONE.timeline, move(4, 'done', 'paid')] }),
    /moved .*done→paid/,
  ],
  ['lines without their order', allOf({ ...DONE, itemCount: 0 }), /has 0 lines/],
  ['no payment', allOf({ ...DONE, payments: [] }), /without an accepted payment/],
  ['one payment twice', allOf({ ...DONE, payments: [...DONE.payments, ...DONE.payments] }), /one payment twice/],
  ['a fact that counts twice', allOf({ ...DONE, payments: [paymentOf('a', 7), paymentOf('b', 8)] }), /has 2 payments/],
  ['a webhook too few', allOf({ ...DONE, deliveries: DONE.deliveries.slice(1) }), /owes payment order_paid/],
  ['a webhook of another order', allOf(DONE, [...HEARD, post('refund', 9)]), /heard and never committed/],
  ['another body', allOf(DONE, [post('payment', 1, { bodyHash: 'x' }), ...HEARD.slice(1)]), /another body/],
  ['another game', allOf(DONE, [post('payment', 1, { shop: 'events' }), ...HEARD.slice(1)]), /sent to the game events/],
  ['more POSTs than attempts', allOf(DONE, [...HEARD, post('order_paid', 2)]), /2 POSTs were heard, 1 were/],
  ['an attempt without its line', allOf({ ...DONE, attempts: DONE.attempts.slice(1) }), /1 attempts were begun, 0 are/],
  [
    'an acceptance that nobody gave',
    allOf(DONE, [post('payment', 1, { status: 500 }), ...HEARD.slice(1)]),
    /do not say/,
  ],
  ['order_paid before payment', allOf(DONE, HEARD.toReversed()), /before payment was accepted/],
  ['two at once', allOf(DONE, [post('payment', 1, { answeredAt: 9_000 }), ...HEARD.slice(1)]), /payment had ended/],
  ['heard before it was sent', allOf(DONE, [post('payment', 1, { at: 900 }), ...HEARD.slice(1)]), /before its attempt/],
  ['a grant after the cancellation', allOf(CANCELED), /3000 ms after the cancellation/],
  ['an attempt too early', allOf(retried({ started_at: 31_000 }), twice), /position 1 was used 30000 ms/],
  ['an attempt at a position that is over', allOf(retried({ started_at: 130_000 }), twice), /used 129000 ms/],
  ['one position twice', allOf(retried({ started_at: 61_000, position: 0 }), twice), /positions 0 0/],
  [
    'a confirmed payment that is lost',
    checkSale({ ...SALE, confirmed: new Set(['pay', 'refund']) }, DONE),
    /lost its refund/,
  ],
  ['what nobody asked for', checkSale({ ...SALE, asked: new Set(), confirmed: new Set() }, DONE), /nobody asked/],
  ['an order that is gone', checkSale(SALE, undefined), /is gone/],
  ['a tracker that never ended', checkTracked({ sale: SALE, statuses: [], outcome: null }, DONE), /ended with nothing/],
  [
    'a status that went back',
    checkPolled({ sale: SALE, statuses: ['done', 'paid'], outcome: null }, DONE),
    /told done paid/,
  ],
]

test('an order of which everything is right passes', () => {
  assert.deepEqual(allOf(DONE), [])
  assert.deepEqual(
    allOf(retried({ started_at: 61_000 }), [...twice.slice(0, 2), post('order_paid', 2, { at: 62_000 })]),
    [],
  )
  assert.deepEqual(checkPolled({ sale: SALE, statuses: ['new', 'done'], outcome: null }, DONE), [])
})

for (const [what, found, sentence] of SPOILT) {
  test(`tells of ${what}`, () => assert.match(found.join('\n'), sentence))
}

test('tells of a channel with a hole', () => {
  const channels = [row('channels', { project_id: 1, channel: 'c', last_offset: 3, party_id: 'ann' })]
  const store = (publications: StoreFacts['publications']) => ({ channels, publications }) as unknown as StoreFacts
  assert.deepEqual(checkChannels(store(DONE.publications)), [])
  assert.match(checkChannels(store(DONE.publications.toSpliced(1, 1))).join(), /is at 3 and has 2 rows/)
})
