// Streams on SQLite: each publication leads to the one before it.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import test from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { openSqliteStore } from '../platform/sqlite/index.ts'
import { boundSeedRows, filePlace, openIn } from '../platform/store/testing/index.ts'
import { readRange, type StreamRange } from './read-stream.ts'
import { channelOfUser, givenShop, openShop, PROJECT_ID, SHOP_COMMANDS, type Shop } from './testing/given-shop.ts'
import { walkStream } from './walk-stream.ts'

const placeOf = (userId: string) => ({ projectId: PROJECT_ID, channel: channelOfUser(userId) })
const ALL: StreamRange = { after: 0, before: null, limit: 5_000, order: 'oldest_first' }

async function publish(shop: Shop, userId: string, orderId: number): Promise<void> {
  await shop.publish({ userId, orderId, status: 'paid' })
}

/** Offset and order of each publication of a part. */
async function partOf(shop: Shop, userId: string, range: StreamRange): Promise<readonly (readonly [number, number])[]> {
  const part = await readRange(shop.store, placeOf(userId), range)
  return part.map(({ offset, data }) => [offset, JSON.parse(String(data)).order_id])
}

test('any part of any stream is read as it was published, whatever others published between', async (t) => {
  const shop = await givenShop(t, 'sqlite memory')
  const model = new Map<string, number[]>([...'abc'].map((user) => [user, []]))
  const users = fc.sample(fc.constantFrom('a', 'b', 'c'), { numRuns: 60, seed: 7 })
  for (const [orderId, user] of users.entries()) {
    await publish(shop, user, orderId)
    model.get(user)?.push(orderId)
  }
  const offset = fc.integer({ min: 0, max: 30 })
  const range = fc.record({
    after: offset,
    before: fc.option(offset),
    limit: fc.integer({ min: 1, max: 30 }),
    order: fc.constantFrom('oldest_first' as const, 'newest_first' as const),
  })
  const property = fc.asyncProperty(fc.constantFrom('a', 'b', 'c', 'nobody'), range, async (user, asked) => {
    const { after, before, limit, order } = asked
    const stream = (model.get(user) ?? []).map((orderId, index) => [index + 1, orderId] as const)
    const between = stream.filter(([at]) => at > after && at < (before ?? Number.POSITIVE_INFINITY))
    const expected = (order === 'oldest_first' ? between : between.toReversed()).slice(0, limit)
    assert.deepEqual(await partOf(shop, user, asked), expected)
  })
  await fc.assert(property, { numRuns: 200 })
})

test('where rows were lost and their ids are given again, nobody reads what is of another', async (t) => {
  const shop = await givenShop(t, 'sqlite memory')
  for (const orderId of [1, 2, 3]) await publish(shop, 'ann', orderId)
  await shop.deletePublications()
  for (const orderId of [4, 5, 6]) await publish(shop, 'bob', orderId)
  assert.deepEqual(await partOf(shop, 'ann', ALL), [])
  await publish(shop, 'ann', 7)
  assert.deepEqual(await partOf(shop, 'ann', ALL), [[4, 7]])
})

/** Makes a stopped store one of before 0010: without links, and with what later versions dropped. Cuts ann's first publication. */
function unlink(path: string): void {
  const database = new DatabaseSync(path)
  database.exec(`create table indexed (project_id integer not null, channel text not null, stream_offset integer not null,
      order_id integer not null, data text not null, created_at integer not null,
      primary key (project_id, channel, stream_offset)) strict, without rowid;
    insert into indexed select project_id, channel, stream_offset, order_id, data, created_at from publications;
    delete from indexed where channel = '${channelOfUser('ann')}' and stream_offset = 1;
    drop table publications; alter table indexed rename to publications; alter table channels drop column newest_id;
    create index attempts_order on attempts (project_id, order_id, started_at);
    create index orders_party on orders (project_id, party_kind, party_id, id);
    delete from kysely_migration where name >= '0010'`)
  database.close()
}

test('what was published before streams were linked is moved, cut ends and all, and goes on', async (t) => {
  let openings = 0
  const place = filePlace((path) => {
    openings += 1
    if (openings === 2) unlink(path)
    return openSqliteStore({ path, commands: [...SHOP_COMMANDS, boundSeedRows] })
  })
  const opened = await openIn(place)
  t.after(opened.stop)
  const before = await openShop(opened)
  for (const [orderId, user] of [...'abcabbca'].entries())
    await publish(before, { a: 'ann', b: 'bob' }[user] ?? 'cleo', orderId)
  const shop = await before.reopen()
  assert.deepEqual(await partOf(shop, 'ann', ALL), [
    [2, 3],
    [3, 7],
  ])
  assert.deepEqual(await partOf(shop, 'bob', { ...ALL, limit: 2, order: 'newest_first' }), [
    [3, 5],
    [2, 4],
  ])
  await publish(shop, 'cleo', 8)
  await publish(shop, 'ann', 9)
  assert.deepEqual(await partOf(shop, 'cleo', ALL), [
    [1, 2],
    [2, 6],
    [3, 8],
  ])
  assert.deepEqual(await partOf(shop, 'ann', { ...ALL, after: 2 }), [
    [3, 7],
    [4, 9],
  ])
})

test('a walk asks for one publication after the other, and for nothing else', async (t) => {
  const shop = await givenShop(t, 'sqlite memory')
  const walk = sql<{
    detail: string
  }>`explain query plan ${walkStream({ ...placeOf('ann'), floor: 0 })} select id from walk`
  const details = (await walk.execute(shop.store.read)).rows.map(({ detail }) => detail)
  const tables = details.filter((detail) => /^(SCAN|SEARCH) (p|channels)\b/.test(detail))
  assert.equal(tables.length, 3)
  for (const detail of tables)
    assert.match(detail, /INTEGER PRIMARY KEY \(rowid=\?\)|PRIMARY KEY \(project_id=\? AND channel=\?\)/)
})
