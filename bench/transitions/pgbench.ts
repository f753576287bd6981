// PostgreSQL's own load generator running the same statements: what the database allows when the client costs next to nothing.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { queryOnce } from '../stage/databases.ts'
import type { Driven } from '../stage/drive.ts'
import { lockText, type PlainWrites } from './plain-writes.ts'

const DEBIAN_FOLDER = '/usr/lib/postgresql'
const THREADS_MAX = 2

/** The program; null where this machine has none. Debian's package is postgresql. */
export function findPgbench(): string | null {
  const debian = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER).sort().reverse() : []
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...debian.map((one) => join(DEBIAN_FOLDER, one, 'bin')),
  ]
  return folders.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path)) ?? null
}

/** Numbers the orders with `status`, for pgbench knows no lists. */
export async function listForPgbench(url: string, status: string): Promise<void> {
  await queryOnce(
    url,
    `create table bench_list as select row_number() over (order by id, project_id) - 1 as place, project_id, id as order_id
      from orders where status = '${status}'`,
    'create unique index on bench_list (place)',
    'analyze bench_list',
  )
}

// Read with the lock of the order, because \set makes numbers only.
const MORE = [
  'l.project_id',
  'l.order_id',
  `'pgbench-' || l.place as fact_key`,
  'floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now',
  'floor(extract(epoch from clock_timestamp()) * 1000)::bigint + 86400000 as later',
]
const LISTED = `bench_list l join orders o on o.project_id = l.project_id and o.id = l.order_id
  where l.place = :place for update of o`
const FIRST_ID = 6_000_000_000

/** The script: each client takes every so-manieth place of the list. */
export function pgbenchScript({ statements }: PlainWrites): string {
  const lines = statements.map(({ text, gives }) => oneLine(text, gives))
  return [
    '\\set n :n + 1',
    '\\set place :first + (:n - 1) * :clients + :client_id',
    `\\set id ${FIRST_ID} + :place`,
    'begin;',
    oneLine(lockText(LISTED, MORE), true),
    ...lines,
    'commit;',
    '',
  ].join('\n')
}

function oneLine(text: string, gives: boolean): string {
  return `${text.replaceAll(/\s+/g, ' ')}${gives ? ' \\gset' : ';'}`
}

/** One run: `count` orders from the place `first` on. */
export interface PgbenchRun {
  readonly program: string
  readonly url: string
  readonly writes: PlainWrites
  readonly clients: number
  readonly first: number
  readonly count: number
  /** For script and log. */
  readonly folder: string
}

/** Runs pgbench; all that was asked for is done when it resolves. */
export async function runPgbench(run: PgbenchRun): Promise<Driven> {
  const { program, url, writes, clients, first, count } = run
  const folder = mkdtempSync(join(run.folder, 'pgbench-'))
  const script = join(folder, 'script.sql')
  writeFileSync(script, pgbenchScript(writes))
  const defined = { ...writes.constants, epoch: 'abcdef012345', n: 0, first, clients }
  const args = [
    ...['--no-vacuum', '--protocol=prepared', `--file=${script}`, `--client=${clients}`],
    ...[`--jobs=${Math.min(clients, THREADS_MAX)}`, `--transactions=${Math.floor(count / clients)}`],
    ...['--log', `--log-prefix=${join(folder, 'log')}`],
    ...Object.entries(defined).map(([name, value]) => `--define=${name}=${value}`),
    url,
  ]
  const output = await outputOf(program, args)
  const callMs = readdirSync(folder)
    .filter((name) => name.startsWith('log'))
    .flatMap((name) => callTimes(readFileSync(join(folder, name), 'utf8')))
  return { callMs, tookMs: (callMs.length / ratePerSecond(output)) * 1_000 }
}

async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`pgbench ended with ${code}:\n${output.slice(-2_000)}`)
  return output
}

/** Transactions per second without the time to connect. @throws {Error} where pgbench does not tell */
export function ratePerSecond(output: string): number {
  const found = /^tps = ([\d.]+)/m.exec(output)?.[1]
  if (found === undefined) throw new Error(`pgbench told no rate:\n${output.slice(-2_000)}`)
  return Number(found)
}

/** Milliseconds of each transaction in a log: client, number, microseconds, and more. */
export function callTimes(log: string): readonly number[] {
  const lines = log.split('\n').filter((line) => line !== '')
  return lines.map((line) => Number(line.split(' ')[2]) / 1_000)
}
