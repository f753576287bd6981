// House rule: the table of settings in docs/guides/production.md is the one in the code.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readDocument } from './documents.ts'
import { settingsTable } from './settings-table.ts'

test('docs/guides/production.md holds the table of settings', () => {
  const isThere = readDocument('docs/guides/production.md').includes(`\n${settingsTable()}\n`)
  assert.ok(isThere, `Put this table into docs/guides/production.md:\n\n${settingsTable()}\n`)
})
