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

test('statements are kept by their text, and given up when there are too many', (t) => {
  const connection = givenConnection(t)
  for (let count = 0; count < 1_100; count++) {
    assert.deepEqual(connection.run(`select ${count} as n`, []), [{ n: count }])
  }
  assert.deepEqual(connection.run('select 0 as n', []), [{ n: 0 }])
})
