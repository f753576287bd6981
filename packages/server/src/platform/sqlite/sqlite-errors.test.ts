// What errors of SQLite become, from real ones.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import { AppError } from '@ordertrail/core'
import { openingFailure, sqliteFailure } from './sqlite-errors.ts'

/** A database file with a table, and a path beside it that is free. */
function givenFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-errors-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'shop.db')
  const raw = new DatabaseSync(path)
  raw.exec('create table t (a integer primary key, b text)')
  raw.close()
  return path
}

function open(t: TestContext, path: string, options: ConstructorParameters<typeof DatabaseSync>[1] = {}): DatabaseSync {
  const raw = new DatabaseSync(path, { timeout: 0, ...options })
  t.after(() => raw.isOpen && raw.close())
  return raw
}

function errorOf(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}

function codeOf(error: unknown): string | null {
  return error instanceof AppError ? error.code : null
}

test('a full file is store_full', (t) => {
  const raw = open(t, givenFile(t))
  raw.exec('pragma max_page_count = 2')
  const error = errorOf(() => raw.exec(`insert into t (b) values ('${'x'.repeat(20_000)}')`))
  assert.equal(codeOf(sqliteFailure(error, 'shop.db')), 'store_full')
})

test('a file that may not be written is store_read_only', (t) => {
  const raw = open(t, givenFile(t), { readOnly: true })
  const error = errorOf(() => raw.exec('insert into t (a) values (1)'))
  assert.equal(codeOf(sqliteFailure(error, 'shop.db')), 'store_read_only')
})

test('a file that another program holds is store_unavailable', (t) => {
  const path = givenFile(t)
  open(t, path).exec('begin immediate')
  const error = errorOf(() => open(t, path).exec('begin immediate'))
  assert.equal(codeOf(sqliteFailure(error, path)), 'store_unavailable')
})

test('a closed connection is store_unavailable', (t) => {
  const raw = open(t, givenFile(t))
  raw.close()
  assert.equal(
    codeOf(
      sqliteFailure(
        errorOf(() => raw.exec('select 1')),
        'shop.db',
      ),
    ),
    'store_unavailable',
  )
})

test('a row that was refused stays what SQLite says', (t) => {
  const raw = open(t, givenFile(t))
  raw.exec('insert into t (a) values (1)')
  const error = errorOf(() => raw.exec('insert into t (a) values (1)'))
  assert.equal(sqliteFailure(error, 'shop.db'), error)
})

test('the callers are not told the path, the logs are', (t) => {
  const raw = open(t, givenFile(t), { readOnly: true })
  const failure = sqliteFailure(
    errorOf(() => raw.exec('delete from t')),
    '/srv/shop.db',
  )
  assert.ok(failure instanceof AppError)
  assert.doesNotMatch(failure.message, /srv/)
  assert.deepEqual(failure.details, { path: '/srv/shop.db' })
})

test('at the opening the path is told, whatever went wrong', (t) => {
  const path = join(givenFile(t), '..', 'missing', 'shop.db')
  const failure = openingFailure(
    errorOf(() => open(t, path)),
    path,
  )
  assert.ok(failure instanceof AppError)
  assert.equal(failure.code, 'store_read_only')
  assert.match(failure.message, /missing.shop\.db cannot be opened: unable to open database file/)
  assert.match(
    String(openingFailure(new Error('file is not a database'), path)),
    /shop\.db cannot be opened: file is not/,
  )
})
