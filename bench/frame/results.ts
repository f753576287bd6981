// An answer as people and programs read it: a table, and one JSON document beside a chart.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { barChart } from './chart.ts'
import type { Machine } from './machine.ts'
import type { Answer, Bar, Figure } from './question.ts'
import { shortNumber, summaryOf } from './statistics.ts'

/** Where results are kept; not part of the repository. */
export const RESULTS_FOLDER: string = join(import.meta.dirname, '..', 'results')

/** One run of a question with all there is to say about it. */
export interface BenchResult {
  readonly question: string
  readonly title: string
  readonly at: string
  readonly isQuick: boolean
  readonly machine: Machine
  readonly answer: Answer
}

/** The document that a program reads: figures with their summaries. */
export function resultDocument({ answer, ...rest }: BenchResult): object {
  return {
    ...rest,
    figures: answer.figures.map((figure) => ({ ...figure, ...summaryOf(figure) })),
    notes: answer.notes,
  }
}

/** Writes `<question>.json` and `<question>.svg`; gives their paths. */
export function writeResults(result: BenchResult): readonly string[] {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const document = join(RESULTS_FOLDER, `${result.question}.json`)
  const chart = join(RESULTS_FOLDER, `${result.question}.svg`)
  writeFileSync(document, `${JSON.stringify(resultDocument(result), null, 2)}\n`)
  writeFileSync(chart, barChart(result.title, result.answer.figures, subtitleOf(result)))
  return [document, chart]
}

function subtitleOf({ question, isQuick, at, machine }: BenchResult): string {
  const command = `npm run bench -- ${question}${isQuick ? ' --quick' : ''}`
  return `${command}, ${at.slice(0, 10)}, ${machine.cores} cores of ${machine.cpu}, Node ${machine.node}, load before ${machine.loadBefore.toFixed(1)}`
}

const HEAD = ['figure', 'median', 'lowest', 'highest', 'unit', 'bar', '']

/** The table for a terminal. */
export function resultTable({ figures }: Answer): string {
  const rows = [HEAD, ...figures.map(tableRow)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column)).join('  ')).join('\n')
}

function tableRow(figure: Figure): readonly string[] {
  const { median, lowest, highest, isBarMet } = summaryOf(figure)
  const verdict = isBarMet === null ? '' : isBarMet ? 'ok' : 'MISSED'
  return [figure.name, ...[median, lowest, highest].map(shortNumber), figure.unit, barText(figure.bar), verdict]
}

function barText(bar: Bar | null): string {
  return bar === null ? '' : `${bar.kind === 'at_least' ? '≥' : '≤'} ${shortNumber(bar.value)}`
}

/** Names to the left, figures to the right. */
function padded(cell: string, width: number, column: number): string {
  return column === 0 || column >= 4 ? cell.padEnd(width) : cell.padStart(width)
}
