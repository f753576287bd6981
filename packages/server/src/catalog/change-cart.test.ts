// Changing carts: what is in them, whose they are, and how many there may be.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Party } from '../platform/http/index.ts'
import { bind, oneByOne, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { type Cart, defaultCartId, loadCart, lockCart } from './cart.ts'
import { CARTS_PER_PARTY_MAX, type CartChange, changeCart } from './change-cart.ts'
import { LINES_MAX } from './price-lines.ts'
import { commandsWith } from './testing/given-catalog.ts'

const ANA: Party = { projectId: 1, kind: 'user', id: 'ana' }
const BEN: Party = { projectId: 1, kind: 'user', id: 'ben' }

const takeCart = rareCommand<{ readonly party: Party; readonly cartId: string | null }, Cart>('test.take-cart')
const commands = commandsWith(
  bind(
    takeCart,
    oneByOne(async (tx, { party, cartId }) => {
      const cart = await lockCart(tx, party, cartId)
      await tx.db.updateTable('carts').set({ items: '[]' }).where('party_id', '=', party.id).execute()
      return cart
    }),
  ),
)

test('every party has a default cart of its own, the same at every read', () => {
  const visitor: Party = { ...ANA, kind: 'visitor' }
  const ids = [ANA, BEN, visitor, { ...ANA, projectId: 2 }].map(defaultCartId)
  assert.equal(new Set(ids).size, 4)
  assert.equal(defaultCartId(ANA), ids[0])
  assert.match(ids[0] ?? '', /^[0-9a-f]{32}$/)
})

eachStore((name, open) => {
  test(`${name}: a promo code waits in a cart until it is taken out or the cart is emptied`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const change = async (wanted: CartChange) => {
      await store.run(changeCart, { party: ANA, cartId: null, change: wanted })
      return (await loadCart(store.read, ANA, null)).promoCode
    }
    const enter = (code: string | null) => change({ kind: 'promo_code', code })
    assert.deepEqual(
      [
        await enter(null),
        await enter('ONE'),
        await enter('TWO'),
        await change({ kind: 'put', lines: [{ sku: 'a', quantity: 1 }] }),
        await change({ kind: 'clear' }),
        await enter('ONE'),
        await enter(null),
      ],
      [null, 'ONE', 'TWO', 'TWO', null, 'ONE', null],
    )
  })

  test(`${name}: a line that is put replaces the one of the same item and keeps its place`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const put = (lines: Cart['lines']): Promise<unknown> =>
      store.run(changeCart, { party: ANA, cartId: null, change: { kind: 'put', lines } })
    await put([
      { sku: 'a', quantity: 1 },
      { sku: 'b', quantity: 2 },
    ])
    await put([
      { sku: 'c', quantity: 3 },
      { sku: 'a', quantity: 9 },
    ])
    assert.deepEqual(await loadCart(store.read, ANA, null), {
      cartId: defaultCartId(ANA),
      isDefault: true,
      currency: null,
      country: null,
      promoCode: null,
      lines: [
        { sku: 'a', quantity: 9 },
        { sku: 'b', quantity: 2 },
        { sku: 'c', quantity: 3 },
      ],
    })
  })

  test(`${name}: a quantity of nothing takes the line out, as removing and clearing do`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const lines = ['a', 'b', 'c', 'd'].map((sku) => ({ sku, quantity: 1 }))
    const cart = { party: ANA, cartId: 'mine' }
    await store.run(changeCart, { ...cart, change: { kind: 'put', lines } })
    await store.run(changeCart, { ...cart, change: { kind: 'put', lines: [{ sku: 'a', quantity: 0 }] } })
    const removed = await store.run(changeCart, { ...cart, change: { kind: 'remove', sku: 'b' } })
    assert.deepEqual(removed.kind === 'changed' && [removed.wasThere, removed.cart.lines.map(({ sku }) => sku)], [
      true,
      ['c', 'd'],
    ])
    const again = await store.run(changeCart, { ...cart, change: { kind: 'remove', sku: 'b' } })
    assert.equal(again.kind === 'changed' && again.wasThere, false)
    await store.run(changeCart, { ...cart, change: { kind: 'clear' } })
    assert.deepEqual((await loadCart(store.read, ANA, 'mine')).lines, [])
  })

  test(`${name}: a cart id of somebody else leads to one's own cart`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(changeCart, {
      party: ANA,
      cartId: 'mine',
      change: { kind: 'put', lines: [{ sku: 'a', quantity: 1 }] },
    })
    assert.deepEqual((await loadCart(store.read, BEN, 'mine')).lines, [])
    assert.deepEqual((await loadCart(store.read, BEN, defaultCartId(ANA))).lines, [])
    await store.run(changeCart, { party: BEN, cartId: 'mine', change: { kind: 'clear' } })
    assert.equal((await loadCart(store.read, ANA, 'mine')).lines.length, 1)
  })

  test(`${name}: reading and clearing carts that were never filled writes nothing`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await loadCart(store.read, ANA, null)
    await store.run(changeCart, { party: ANA, cartId: null, change: { kind: 'clear' } })
    await store.run(changeCart, { party: ANA, cartId: 'x', change: { kind: 'remove', sku: 'a' } })
    assert.deepEqual(await store.read.selectFrom('carts').selectAll().execute(), [])
  })

  test(`${name}: the server's currency and country stay with the cart`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const lines = [{ sku: 'a', quantity: 1 }]
    await store.run(changeCart, {
      party: ANA,
      cartId: null,
      change: { kind: 'put', lines, currency: 'EUR', country: 'DE' },
    })
    await store.run(changeCart, { party: ANA, cartId: null, change: { kind: 'put', lines } })
    const { currency, country } = await loadCart(store.read, ANA, null)
    assert.deepEqual([currency, country], ['EUR', 'DE'])
  })

  test(`${name}: carts and their lines have limits, and a refused change changes nothing`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const many = Array.from({ length: LINES_MAX }, (_, index) => ({ sku: `item-${index}`, quantity: 1 }))
    await store.run(changeCart, { party: ANA, cartId: 'cart-0', change: { kind: 'put', lines: many } })
    const line = { kind: 'put', lines: [{ sku: 'one-too-many', quantity: 1 }] } as const
    assert.deepEqual(await store.run(changeCart, { party: ANA, cartId: 'cart-0', change: line }), {
      kind: 'refused',
      code: 'too_many_lines',
    })
    assert.equal((await loadCart(store.read, ANA, 'cart-0')).lines.length, LINES_MAX)
    for (let count = 1; count < CARTS_PER_PARTY_MAX; count++)
      await store.run(changeCart, { party: ANA, cartId: `cart-${count}`, change: line })
    assert.deepEqual(await store.run(changeCart, { party: ANA, cartId: 'another', change: line }), {
      kind: 'refused',
      code: 'too_many_carts',
    })
    assert.equal((await store.run(changeCart, { party: BEN, cartId: 'another', change: line })).kind, 'changed')
  })

  test(`${name}: lines put at the same time are all there`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const skus = Array.from({ length: 30 }, (_, index) => `item-${index}`)
    await Promise.all(
      skus.map((sku) =>
        store.run(changeCart, { party: ANA, cartId: null, change: { kind: 'put', lines: [{ sku, quantity: 1 }] } }),
      ),
    )
    const { lines } = await loadCart(store.read, ANA, null)
    assert.deepEqual(lines.map(({ sku }) => sku).sort(), skus.toSorted())
  })

  test(`${name}: what takes a cart for an order takes it once`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(changeCart, {
      party: ANA,
      cartId: null,
      change: { kind: 'put', lines: [{ sku: 'a', quantity: 1 }] },
    })
    const taken = await Promise.all([1, 2, 3].map(() => store.run(takeCart, { party: ANA, cartId: null })))
    assert.deepEqual(taken.map(({ lines }) => lines.length).sort(), [0, 0, 1])
  })
})
