// The write side as a whole.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { composeWriteSide } from './write-side.ts'

test('every command is bound once', () => {
  const names = composeWriteSide({ isDev: false }).map(({ command }) => command.name)
  assert.deepEqual([...new Set(names)], names)
  for (const name of names) assert.match(name, /^[a-z-]+\.[a-z-]+$/)
})

test('the hot commands share their transactions, the others do not', () => {
  const grouped = composeWriteSide({ isDev: false }).filter(({ command }) => command.groupMax > 1)
  const names = grouped.map(({ command }) => command.name)
  for (const hot of ['orders.create', 'orders.apply-transition']) assert.ok(names.includes(hot), hot)
})
