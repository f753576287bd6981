// The ways in which something is bought, and what everybody is told about each of them.
import type { CallAs } from './call-server.ts'
import { bodyOf, type Json, type PlacedOrder, placedOf, type Shop } from './given-shop.ts'

/** One way to buy. Where money is paid, `place` leaves the order unpaid. */
export interface SaleKind {
  readonly name: string
  readonly isPaid: boolean
  /** Who asks for the order afterwards. */
  as(shop: Shop): Promise<CallAs>
  place(shop: Shop, as: CallAs): Promise<PlacedOrder>
  /** What the client of the socket sends as `auth`; default: the payment token. */
  readonly isWatchedByJwt: boolean
  /** `user` of order_paid. */
  readonly user: Json
  readonly items: readonly Json[]
  /** Members of `order` of order_paid that tell the kinds apart. */
  readonly order: Json
  /** `content` of Get order. */
  readonly content: Json
}

/** Sixteen characters and more, as a visitor's browser makes up. */
export const VISITOR_ID = 'visitor-0123456789abcdef'

const PLAYER = 'player-1'
const EMAIL = 'ann@example.com'
const COUNTRY = 'US'

const sword = itemLine('sword_1', '4.9900')
const swordContent = moneyContent('4.99', [['sword_1', 1, '4.99']])

/** All of them. */
export const SALE_KINDS: readonly SaleKind[] = [
  {
    name: 'an item',
    isPaid: true,
    as: playerAs,
    isWatchedByJwt: true,
    place: (shop, as) => shop.buy(as, 'sword_1'),
    user: { external_id: PLAYER, email: EMAIL, country: COUNTRY },
    items: [sword],
    order: realOrder('4.9900'),
    content: swordContent,
  },
  {
    name: 'a cart',
    isPaid: true,
    as: playerAs,
    isWatchedByJwt: true,
    async place(shop, as) {
      await shop.store(as, 'PUT', '/cart/item/sword_1', { quantity: 2 })
      await shop.store(as, 'PUT', '/cart/item/shield_1', { quantity: 1 })
      return placedOf(bodyOf(await shop.store(as, 'POST', '/payment/cart', {}), 200))
    },
    user: { external_id: PLAYER, email: EMAIL, country: COUNTRY },
    items: [itemLine('sword_1', '9.9800', 2), itemLine('shield_1', '3.9900')],
    order: realOrder('13.9700'),
    content: moneyContent('13.97', [
      ['sword_1', 2, '9.98'],
      ['shield_1', 1, '3.99'],
    ]),
  },
  {
    name: 'a cart by its id',
    isPaid: true,
    as: playerAs,
    isWatchedByJwt: true,
    async place(shop, as) {
      bodyOf(await shop.store(as, 'PUT', '/cart/saved-1/fill', { items: [{ sku: 'sword_1', quantity: 1 }] }), 200)
      return placedOf(bodyOf(await shop.store(as, 'POST', '/payment/cart/saved-1', {}), 200))
    },
    user: { external_id: PLAYER, email: EMAIL, country: COUNTRY },
    items: [sword],
    order: realOrder('4.9900'),
    content: swordContent,
  },
  {
    name: 'a free item',
    isPaid: false,
    as: playerAs,
    isWatchedByJwt: true,
    place: async (shop, as) => placedOf(bodyOf(await shop.store(as, 'POST', '/free/item/daily_gift', {}), 200)),
    user: { external_id: PLAYER, email: EMAIL, country: COUNTRY },
    items: [itemLine('daily_gift', '0')],
    order: freeOrder(),
    content: freeContent('daily_gift'),
  },
  {
    name: 'a free cart',
    isPaid: false,
    as: playerAs,
    isWatchedByJwt: true,
    async place(shop, as) {
      bodyOf(await shop.store(as, 'PUT', '/cart/fill', { items: [{ sku: 'daily_gift', quantity: 1 }] }), 200)
      return placedOf(bodyOf(await shop.store(as, 'POST', '/free/cart', {}), 200))
    },
    user: { external_id: PLAYER, email: EMAIL, country: COUNTRY },
    items: [itemLine('daily_gift', '0')],
    order: freeOrder(),
    content: freeContent('daily_gift'),
  },
  {
    name: 'an item for a virtual currency',
    isPaid: false,
    as: playerAs,
    isWatchedByJwt: true,
    async place(shop, as) {
      await shop.sell(as, 'gold_100')
      return placedOf(bodyOf(await shop.store(as, 'POST', '/payment/item/potion_1/virtual/gold', {}), 200))
    },
    user: { external_id: PLAYER, email: EMAIL, country: COUNTRY },
    items: [itemLine('potion_1', '25')],
    order: { currency_type: 'virtual', currency: 'gold', amount: '25' },
    content: {
      virtual_price: { amount: '25', amount_without_discount: '25', currency: 'gold' },
      is_free: false,
      items: [
        {
          sku: 'potion_1',
          quantity: 1,
          is_free: false,
          virtual_price: { amount: '25', amount_without_discount: '25', currency: 'gold' },
        },
      ],
    },
  },
  {
    name: "a token of the game's server",
    isPaid: true,
    as: playerAs,
    isWatchedByJwt: false,
    async place(shop) {
      const body = {
        user: { id: { value: PLAYER }, email: { value: EMAIL }, country: { value: COUNTRY } },
        purchase: { items: [{ sku: 'sword_1', quantity: 1 }] },
      }
      const path = `/api/v3/project/${shop.projectId}/admin/payment/token`
      return placedOf(bodyOf(await shop.server.call('POST', path, { as: shop.key, body }), 201))
    },
    user: { external_id: PLAYER, email: EMAIL, country: COUNTRY },
    items: [sword],
    order: realOrder('4.9900'),
    content: swordContent,
  },
  {
    name: 'a cart of a visitor',
    isPaid: true,
    as: async () => ({ visitor: VISITOR_ID }),
    isWatchedByJwt: false,
    async place(shop, as) {
      bodyOf(await shop.store(as, 'PUT', '/cart/fill', { items: [{ sku: 'sword_1', quantity: 1 }] }), 200)
      return placedOf(bodyOf(await shop.store(as, 'POST', '/payment/cart', {}), 200))
    },
    user: { external_id: `visitor:${VISITOR_ID}`, email: '' },
    items: [sword],
    order: realOrder('4.9900'),
    content: swordContent,
  },
]

async function playerAs(shop: Shop): Promise<CallAs> {
  return { bearer: await shop.tokenOf(PLAYER, { email: EMAIL, country: COUNTRY }) }
}

function itemLine(sku: string, amount: string, quantity = 1): Json {
  return { sku, type: 'virtual_good', is_pre_order: false, quantity, amount, promotions: [] }
}

function realOrder(amount: string): Json {
  return { currency_type: 'real', currency: 'USD', amount }
}

function freeOrder(): Json {
  return { currency_type: 'unknown', currency: null, amount: '0' }
}

function moneyContent(amount: string, lines: readonly (readonly [sku: string, quantity: number, amount: string])[]) {
  const price = (text: string) => ({ amount: text, amount_without_discount: text, currency: 'USD' })
  const items = lines.map(([sku, quantity, text]) => ({ sku, quantity, is_free: false, price: price(text) }))
  return { price: price(amount), is_free: false, items }
}

function freeContent(sku: string): Json {
  const price = { amount: '0', amount_without_discount: '0', currency: null }
  return { price, is_free: true, items: [{ sku, quantity: 1, is_free: true, price }] }
}
