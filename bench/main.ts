// `npm run bench -- <name> [options]`: measures the answer to one question.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { backlog } from './backlog.ts'
import { codec } from './codec.ts'
import { deliveries } from './deliveries.ts'
import { endToEnd } from './end-to-end.ts'
import { footprint } from './footprint.ts'
import { lookAtMachine } from './frame/machine.ts'
import type { Question } from './frame/question.ts'
import { type BenchResult, resultDocument, resultTable, writeResults } from './frame/results.ts'
import { growth } from './growth.ts'
import { isolation } from './isolation.ts'
import { realtime } from './realtime.ts'
import { requests } from './requests.ts'
import { start } from './start.ts'
import { transitions } from './transitions.ts'
import { verification } from './verification.ts'

const QUESTIONS: Readonly<Record<string, Question>> = {
  transitions,
  growth,
  deliveries,
  isolation,
  backlog,
  codec,
  realtime,
  'end-to-end': endToEnd,
  requests,
  footprint,
  verification,
  start,
}

const OPTIONS = `  --quick       fewer and shorter rounds: figures to compare with each other, not to publish
  --rounds N    so many rounds, 1 to 100
  --only TEXT   only what has TEXT in its name
  --json        the result as JSON`

interface Asked {
  readonly name: string
  readonly quick: boolean
  readonly json: boolean
  readonly help: boolean
  readonly only: string
  readonly rounds: number | null
}

/** What was asked for. @throws {Error} what of it cannot be */
function readArguments(): Asked {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
    },
  })
  const { rounds = null, ...rest } = values
  if (rounds !== null && !/^([1-9]\d?|100)$/.test(rounds)) throw new Error(`--rounds takes 1 to 100, got ${rounds}.`)
  return { ...rest, rounds: rounds === null ? null : Number(rounds), name: positionals[0] ?? '' }
}

function askedOrNull(): Asked | null {
  try {
    return readArguments()
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n`)
    return null
  }
}

function usage(): string {
  const questions = Object.entries(QUESTIONS).map(([name, { title }]) => `  ${name.padEnd(13)} ${title}`)
  return ['Usage: npm run bench -- <name> [options]', '', ...questions, '', OPTIONS].join('\n')
}

async function main(): Promise<number> {
  const asked = askedOrNull()
  const question = QUESTIONS[asked?.name ?? '']
  if (asked === null || asked.help || question === undefined) {
    console.error(usage())
    return asked?.help === true ? 0 : 1
  }
  const { name } = asked
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-bench-'))
  const machine = lookAtMachine()
  const report = (line: string): void => console.error(line)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const answer = await question.ask({ isQuick: asked.quick, rounds: asked.rounds, only: asked.only, folder, report })
  if (answer.figures.length === 0) {
    console.error(`Nothing in ${name} contains ${JSON.stringify(asked.only)}; leave --only out to see the names.`)
    return 1
  }
  const at = new Date().toISOString()
  show({ question: name, title: question.title, at, isQuick: asked.quick, machine, answer }, asked.json)
  return 0
}

function show(result: BenchResult, isJson: boolean): void {
  const paths = writeResults(result)
  if (isJson) {
    console.log(JSON.stringify(resultDocument(result)))
    return
  }
  const { cores, cpu, node, loadBefore } = result.machine
  console.log(`${result.title}\n${cores} cores of ${cpu}, Node ${node}, load before ${loadBefore.toFixed(1)}\n`)
  console.log(resultTable(result.answer))
  for (const note of result.answer.notes) console.log(`- ${note}`)
  console.log(`\n${paths.join('\n')}`)
}

process.exitCode = await main()
