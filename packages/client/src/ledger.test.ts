// Both ledgers keep the same promises.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLedger, type Ledger, memoryLedger, storageLedger } from './ledger.ts'

function givenStorage(): Ledger {
  const kept = new Map<string, string>()
  return storageLedger({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) })
}

for (const [name, make] of [
  ['memory', memoryLedger],
  ['storage', givenStorage],
] as const) {
  test(`${name}: what was added is there, the oldest of too many is not`, async () => {
    const ledger = make()
    assert.equal(await ledger.has('a'), false)
    await ledger.add('a')
    assert.equal(await ledger.has('a'), true)
  })

  test(`${name}: acts of one name follow each other, also after one that threw; of two names they do not wait`, async () => {
    const ledger = make()
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    const first = ledger.exclusively('x', async () => {
      order.push('first begins')
      await gate.promise
      order.push('first ends')
      throw new Error('first')
    })
    const second = ledger.exclusively('x', async () => order.push('second'))
    await ledger.exclusively('y', async () => order.push('other name'))
    gate.resolve()
    await assert.rejects(first, /first/)
    await second
    assert.deepEqual(order, ['first begins', 'other name', 'first ends', 'second'])
  })
}

test('memory forgets the oldest of more than 10,000', async () => {
  const ledger = memoryLedger()
  for (let key = 0; key <= 10_000; key += 1) await ledger.add(String(key))
  assert.deepEqual([await ledger.has('0'), await ledger.has('1'), await ledger.has('10000')], [false, true, true])
})

test('without storage the default lives in memory', async () => {
  const ledger = defaultLedger()
  await ledger.add('a')
  assert.equal(await ledger.has('a'), true)
})
