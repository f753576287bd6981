// Every store: statements of a transaction that nobody waits for one by one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, oneByOne, type Row, rareCommand, runText, type Store, type Tx, together } from '../index.ts'
import { eachStore } from '../testing/index.ts'

const insertPosted = rareCommand<readonly string[], number>('test.insert-posted')
const failBeside = rareCommand<null, null>('test.fail-beside')

const bindings = [
  bind(insertPosted, oneByOne(insertAndCount)),
  bind(
    failBeside,
    oneByOne(async (tx) => {
      await together([failing(), insertSlowly(tx)])
      return null
    }),
  ),
]

/** Posts a row for each of `keys`, and counts all rows afterwards. */
async function insertAndCount(tx: Tx, keys: readonly string[]): Promise<number> {
  for (const key of keys) await post(tx, key)
  const [row] = await runText<{ readonly count: number }>(
    tx,
    `select count(*) as count from meta where key like 'test-%'`,
    [],
  )
  return Number(row?.count)
}

function post(tx: Tx, key: string): Promise<void> {
  const values = tx.engine === 'postgres' ? '$1, $2' : '?, ?'
  return tx.postText(`insert into meta (key, value) values (${values})`, [`test-${key}`, '1'])
}

async function failing(): Promise<never> {
  throw new Error('no more')
}

/** Goes on when the other has failed already. */
async function insertSlowly(tx: Tx): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  await post(tx, 'late')
}

async function keysOf(store: Store): Promise<readonly string[]> {
  const rows: readonly Pick<Row<'meta'>, 'key'>[] = await store.read
    .selectFrom('meta')
    .where('key', 'like', 'test-%')
    .select('key')
    .orderBy('key')
    .execute()
  return rows.map(({ key }) => key)
}

eachStore((name, open) => {
  test(`${name}: what comes after a posted statement sees what it did`, async (t) => {
    const { store, stop } = await open({ commands: bindings })
    t.after(stop)
    assert.equal(await store.run(insertPosted, ['a', 'b']), 2)
    assert.deepEqual(await keysOf(store), ['test-a', 'test-b'])
  })

  test(`${name}: a posted statement that fails undoes its transaction and tells why`, async (t) => {
    const { store, stop } = await open({ commands: bindings })
    t.after(stop)
    await assert.rejects(store.run(insertPosted, ['a', 'a', 'b']), /unique/i)
    assert.deepEqual(await keysOf(store), [])
    assert.equal(await store.run(insertPosted, ['a', 'b']), 2)
  })

  test(`${name}: what fails beside others waits for them, so that nothing goes on after the end`, async (t) => {
    const { store, stop } = await open({ commands: bindings })
    t.after(stop)
    const failed = assert.rejects(store.run(failBeside, null), /no more/)
    await Promise.all([failed, store.run(insertPosted, ['a'])])
    await Promise.all(['b', 'c', 'd'].map((key) => store.run(insertPosted, [key])))
    assert.deepEqual(await keysOf(store), ['test-a', 'test-b', 'test-c', 'test-d'])
  })
})
