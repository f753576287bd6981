// `npm run bench -- <name> [--quick] [--json] [--only <text>]`: measures the answer to one question.
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
})

async function main(): Promise<number> {
  const [name = ''] = positionals
  const question = QUESTIONS[name]
  if (question === undefined) {
    console.error(`Usage: npm run bench -- ${Object.keys(QUESTIONS).join(' | ')} [--quick] [--json] [--only <text>]`)
    return 1
  }
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-bench-'))
  const machine = lookAtMachine()
  const report = (line: string): void => console.error(line)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const answer = await question.ask({ isQuick: values.quick, only: values.only, folder, report })
  if (answer.figures.length === 0) {
    console.error(`Nothing in ${name} contains ${JSON.stringify(values.only)}; leave --only out to see the names.`)
    return 1
  }
  const at = new Date().toISOString()
  show({ question: name, title: question.title, at, isQuick: values.quick, machine, answer })
  return 0
}

function show(result: BenchResult): void {
  const paths = writeResults(result)
  if (values.json) {
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
