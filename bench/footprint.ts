// What it takes to run: time until it answers, memory at rest, and what an installation weighs.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PUBLISHED } from '../scripts/packed/packed-folder.ts'
import { type Installation, installAlone, type Manifest, packAll, type WeighedTarball } from './footprint/installed.ts'
import { type StartPlan, type StartUp, startAndRest, startOnce } from './footprint/start-up.ts'
import { type BenchRun, type Figure, isChosen, type Question } from './frame/question.ts'
import { type Databases, ENGINE_TITLES, type EngineName, withDatabases } from './stage/databases.ts'
import { settingsOf } from './stage/server.ts'

const ROOT = join(import.meta.dirname, '..')
const ROUNDS = 7
const ROUNDS_QUICK = 2
/** What users install by name; the rest comes along with these. */
const INSTALLED = ['ordertrail', '@ordertrail/testing', '@ordertrail/webhooks', '@ordertrail/client'] as const
const COMMAND = 'ordertrail'
const MIB = 1024 ** 2
const KIB = 1024

/** What is started. */
const PROGRAMS = {
  'start, SQLite': 'sqlite',
  'start, PostgreSQL': 'postgres',
  dev: 'dev',
} as const satisfies Readonly<Record<string, EngineName | 'dev'>>

type ProgramName = keyof typeof PROGRAMS

const NAMES = Object.keys(PROGRAMS) as readonly ProgramName[]

/** One round: on an empty store with nothing compiled, and again on what that left. */
interface Round {
  readonly firstMs: number
  readonly again: StartUp
}

/** The question. */
export const footprint: Question = {
  title: 'What it takes to run: start, memory at rest, size',
  ask: async (run) => {
    run.report('packing and installing …')
    const tarballs = await packAll(run.folder)
    const installations = await installAll(run, tarballs)
    const command = installations.get(COMMAND)
    if (command === undefined) throw new Error('The command was not installed.')
    const bin = join(command.folder, 'node_modules/ordertrail/dist/bin.js')
    const rounds = await withDatabases(run.folder, (databases) => startAll(run, databases, bin))
    return { figures: [...startFigures(rounds), ...sizeFigures(installations, tarballs)], notes: notesOf(run) }
  },
}

async function installAll(
  { folder }: BenchRun,
  tarballs: readonly WeighedTarball[],
): Promise<ReadonlyMap<string, Installation>> {
  const manifests = await Promise.all(
    PUBLISHED.map(async (name) => {
      const text = await readFile(join(ROOT, 'packages', name, 'package.json'), 'utf8')
      return JSON.parse(text) as Manifest
    }),
  )
  const ofName = new Map(manifests.map((manifest) => [manifest.name, manifest]))
  const installations = new Map<string, Installation>()
  for (const name of INSTALLED) installations.set(name, await installAlone(name, tarballs, ofName, folder))
  return installations
}

async function startAll(run: BenchRun, databases: Databases, bin: string): Promise<ReadonlyMap<ProgramName, Round[]>> {
  const chosen = NAMES.filter((name) => isChosen(run, name))
  const rounds = new Map<ProgramName, Round[]>(chosen.map((name) => [name, []]))
  for (let round = 1; round <= roundsOf(run); round += 1) {
    for (const name of chosen) {
      const plan = await planOf(run, databases, bin, name, round)
      const done = { firstMs: await startOnce(plan), again: await startAndRest(plan) }
      rounds.get(name)?.push(done)
      const [first, again, rest] = [done.firstMs, done.again.readyMs, done.again.restKib / KIB].map(Math.round)
      run.report(`round ${round}: ${name} ${first} ms, again ${again} ms, ${rest} MiB at rest`)
    }
  }
  return rounds
}

/** An empty store, and an empty folder for what Node keeps of compiled code. */
async function planOf(
  { folder }: BenchRun,
  databases: Databases,
  bin: string,
  name: ProgramName,
  round: number,
): Promise<StartPlan> {
  const TMPDIR = join(folder, `${PROGRAMS[name]}-${round}`)
  await mkdir(TMPDIR)
  const what = PROGRAMS[name]
  if (what === 'dev') return { bin, words: ['dev', '--json', '--data', join(TMPDIR, 'data')], env: { TMPDIR } }
  return { bin, words: ['start'], env: { TMPDIR, ...settingsOf(await databases.make(what)) } }
}

function startFigures(all: ReadonlyMap<ProgramName, readonly Round[]>): readonly Figure[] {
  const figure = (suffix: string, unit: string, of: (round: Round) => number): readonly Figure[] =>
    [...all].map(([name, rounds]) => ({ name: `${name}${suffix}`, unit, rounds: rounds.map(of), bar: null }))
  return [
    ...figure(', first start', 'ms', ({ firstMs }) => firstMs),
    ...figure(', again', 'ms', ({ again }) => again.readyMs),
    ...figure(', at rest', 'MiB resident', ({ again }) => again.restKib / KIB),
  ]
}

function sizeFigures(
  installations: ReadonlyMap<string, Installation>,
  tarballs: readonly WeighedTarball[],
): readonly Figure[] {
  const one = (name: string, unit: string, value: number): Figure => ({ name, unit, rounds: [value], bar: null })
  return [
    ...[...installations].map(([name, { bytes }]) => one(`${name}, installed`, 'MiB', bytes / MIB)),
    ...[...installations].map(([name, { packages }]) => one(`${name}, installed`, 'packages', packages)),
    ...tarballs.map(({ package: name, bytes }) => one(`${name}, tarball`, 'KiB', bytes / KIB)),
  ]
}

function roundsOf({ isQuick, rounds }: BenchRun): number {
  return rounds ?? (isQuick ? ROUNDS_QUICK : ROUNDS)
}

function notesOf(run: BenchRun): readonly string[] {
  return [
    `${roundsOf(run)} rounds of the packed command, from the spawn of the process to the first 2xx of /healthz. First: an empty ${ENGINE_TITLES.sqlite} file or ${ENGINE_TITLES.postgres} database, and no compiled code kept by Node. Again: on what that left.`,
    'At rest: resident memory after the second start, when two looks half a second apart differ by 256 KiB at most; nothing is collected by force.',
    'Installed: npm install --omit=dev of the packed package alone in an empty folder; the length of all files below node_modules.',
  ]
}
