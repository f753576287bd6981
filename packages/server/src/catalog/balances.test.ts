// Balances of virtual currencies: credits, debits, and that nobody spends what is not there.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bind, oneByOne, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { BALANCE_MAX, type BalanceChange, changeBalances, type RefusedBalanceChange, readBalances } from './balances.ts'

const change = rareCommand<readonly BalanceChange[], readonly RefusedBalanceChange[]>('test.change-balances')
const commands = [bind(change, oneByOne(changeBalances))]

const ANA = { projectId: 1, kind: 'user', id: 'ana' } as const
const BEN = { projectId: 1, kind: 'user', id: 'ben' } as const

function by(
  party: typeof ANA | typeof BEN,
  sku: string,
  delta: number,
  whenShort?: BalanceChange['whenShort'],
): BalanceChange {
  return {
    projectId: 1,
    party: { kind: party.kind, id: party.id },
    sku,
    delta,
    ...(whenShort === undefined ? {} : { whenShort }),
  }
}

eachStore((name, open) => {
  test(`${name}: changes are made in their order, each on what the one before left`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const refused = await store.run(change, [
      by(ANA, 'gold', 100),
      by(ANA, 'gold', -70),
      by(ANA, 'gold', -70),
      by(ANA, 'gold', -30),
    ])
    assert.deepEqual(refused, [{ ...by(ANA, 'gold', -70), index: 2, balance: 30 }])
    assert.deepEqual(await readBalances(store.read, ANA), new Map([['gold', 0]]))
  })

  test(`${name}: what one player has is not another's, nor of another currency`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(change, [by(ANA, 'gold', 5), by(ANA, 'crystal', 7)])
    const visitor = { projectId: 1, party: { kind: 'visitor' as const, id: 'ana' }, sku: 'gold', delta: -1 }
    const refused = await store.run(change, [by(BEN, 'gold', -1), visitor, { ...by(ANA, 'gold', -1), projectId: 2 }])
    assert.deepEqual(
      refused.map(({ index }) => index),
      [0, 1, 2],
    )
    assert.deepEqual(
      await readBalances(store.read, ANA),
      new Map([
        ['crystal', 7],
        ['gold', 5],
      ]),
    )
  })

  test(`${name}: taking back what was partly spent takes what is there`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(change, [by(ANA, 'gold', 100), by(ANA, 'gold', -60)])
    assert.deepEqual(await store.run(change, [by(ANA, 'gold', -100, 'take_what_is_there')]), [])
    assert.deepEqual(await readBalances(store.read, ANA), new Map([['gold', 0]]))
  })

  test(`${name}: a balance that nobody could count any more is refused`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(change, [by(ANA, 'gold', BALANCE_MAX)])
    assert.deepEqual(
      (await store.run(change, [by(ANA, 'gold', 1)])).map(({ balance }) => balance),
      [BALANCE_MAX],
    )
  })

  test(`${name}: no change is no statement`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    assert.deepEqual(await store.run(change, []), [])
  })

  test(`${name}: two players who buy from each other's groups at once neither wait for ever nor lose anything`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(change, [by(ANA, 'gold', 1_000), by(BEN, 'gold', 1_000)])
    const rounds = Array.from({ length: 40 }, (_, index) => {
      const both = [by(ANA, 'gold', -10), by(BEN, 'gold', -10)]
      return store.run(change, index % 2 === 0 ? both : both.toReversed())
    })
    assert.deepEqual((await Promise.all(rounds)).flat(), [])
    assert.deepEqual(
      [await readBalances(store.read, ANA), await readBalances(store.read, BEN)],
      [new Map([['gold', 600]]), new Map([['gold', 600]])],
    )
  })

  test(`${name}: whatever happens, a balance is the sum of what was not refused`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    let run = 0
    const deltas = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(deltas, async (some) => {
        const party = { projectId: 1, kind: 'user', id: `player-${run++}` } as const
        const changes = some.map((delta) => ({ projectId: 1, party, sku: 'gold', delta }))
        const refused = new Set((await store.run(change, changes)).map(({ index }) => index))
        const kept = some.filter((_, index) => !refused.has(index))
        assert.equal(
          (await readBalances(store.read, party)).get('gold') ?? 0,
          kept.reduce((sum, delta) => sum + delta, 0),
        )
      }),
      { numRuns: 50 },
    )
  })
})
