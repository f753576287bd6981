// What the bench prints and writes of an answer.
import assert from 'node:assert/strict'
import test from 'node:test'
import { barChart } from './chart.ts'
import type { Figure } from './question.ts'
import { resultTable } from './results.ts'
import { shortNumber } from './statistics.ts'

const FIGURES: readonly Figure[] = [
  { name: 'sent <quickly>', unit: 'per s', rounds: [1_200, 900, 1_000], bar: { kind: 'at_least', value: 1_100 } },
  { name: 'waited', unit: 'ms', rounds: [12.345], bar: null },
]

test('the table shows median, spread and whether the bar is reached', () => {
  assert.deepEqual(resultTable({ figures: FIGURES, notes: [] }).split('\n'), [
    'figure          median  lowest  highest  unit   bar            ',
    'sent <quickly>   1,000     900    1,200  per s  ≥ 1,100  MISSED',
    'waited            12.3    12.3     12.3  ms                    ',
  ])
})

test('a figure that was not measured is a dash', () => {
  assert.equal(shortNumber(Number.NaN), '–')
})

test('the chart is well-formed for any name, with a panel for each unit', () => {
  const svg = barChart('A & B', [...FIGURES, { name: 'none', unit: 'share', rounds: [Number.NaN], bar: null }])
  assert.match(svg, /A &amp; B/)
  assert.match(svg, /sent &lt;quickly>/)
  for (const unit of ['per s', 'ms', 'share']) assert.match(svg, new RegExp(`font-weight="600">${unit}<`))
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/)
})

test('the chart says in words and by its pattern which bars were missed', () => {
  const met = { name: 'kept', unit: 'per s', rounds: [2_000], bar: { kind: 'at_least', value: 1_100 } } as const
  const svg = barChart('Rates', [...FIGURES, met])
  assert.match(svg, /1,000 {2}✗ missed ≥ 1,100/)
  assert.match(svg, /2,000 {2}✓ ≥ 1,100/)
  assert.equal(svg.match(/fill="url\(#missed\)"/g)?.length, 1)
})
