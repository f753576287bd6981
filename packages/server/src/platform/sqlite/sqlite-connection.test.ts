// Settings and statements of a connection.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'

/** A file with one table. */
function givenConnection(t: TestContext): SqliteConnection {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-connection-'))
  const connection = openSqliteConnection(join(folder, 'shop.db'), 'write')
  t.after(() => {
    connection.close()
    rmSync(folder, { recursive: true })
  })
  connection.run('create table notes (text text)', [])
  return connection
}

// Kill -9 leaves the system's cache alone, so that no test of ours could tell a laxer setting from this one.
test('a commit waits for the disk', (t) => {
  const connection = givenConnection(t)
  assert.deepEqual(connection.run('pragma journal_mode', []), [{ journal_mode: 'wal' }])
  assert.deepEqual(connection.run('pragma synchronous', []), [{ synchronous: 2 }])
})

test('foreign keys are kept', (t) => {
  assert.deepEqual(givenConnection(t).run('pragma foreign_keys', []), [{ foreign_keys: 1 }])
})

test('a failed statement is remembered until it is forgiven', (t) => {
  const connection = givenConnection(t)
  assert.equal(connection.failure, null)
  assert.throws(() => connection.run('select absent_one', []), /no such column/)
  assert.throws(() => connection.run('select absent_two', []), /no such column/)
  assert.match(String(connection.failure), /absent_one/)
})

test('objects as values are refused before SQLite takes them for names and stores NULL', (t) => {
  const connection = givenConnection(t)
  const insert = `insert into notes (text) values (?)`
  assert.throws(() => connection.run(insert, [new Date(0)]), { name: 'TypeError', message: /\[object Date\]/ })
  assert.throws(() => connection.run(insert, [{ text: 'a' }]), { name: 'TypeError' })
})

test('one row is found for each list of values, in their order, and undefined where there is none', (t) => {
  const connection = givenConnection(t)
  connection.runEach('insert into notes (text) values (?)', [['a'], ['b'], ['b']])
  const read = (texts: readonly string[]) =>
    connection.findEach(
      'select text, rowid as place from notes where text = ? order by rowid',
      texts.map((text) => [text]),
    )
  assert.deepEqual(read(['b', 'absent', 'a']), [{ text: 'b', place: 2 }, undefined, { text: 'a', place: 1 }])
  assert.deepEqual(read([]), [])
  // The first row ends the reading: a statement that went on would hold up the commit and the next call.
  assert.deepEqual(read(['b', 'b']), [
    { text: 'b', place: 2 },
    { text: 'b', place: 2 },
  ])
})

test('a search that fails is remembered as well', (t) => {
  const connection = givenConnection(t)
  assert.throws(() => connection.findEach('select abs(?)', [[1], [-9223372036854775808n]]), /overflow/)
  assert.match(String(connection.failure), /overflow/)
})

test('statements are kept by their text, and given up when there are too many', (t) => {
  const connection = givenConnection(t)
  for (let count = 0; count < 1_100; count++) {
    assert.deepEqual(connection.run(`select ${count} as n`, []), [{ n: count }])
  }
  assert.deepEqual(connection.run('select 0 as n', []), [{ n: 0 }])
})
