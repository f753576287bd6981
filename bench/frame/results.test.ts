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
  const svg = barChart('A & B', FIGURES)
  assert.match(svg, /A &amp; B/)
  assert.match(svg, /sent &lt;quickly>/)
  assert.equal(svg.match(/<rect /g)?.length, 3)
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/)
})
