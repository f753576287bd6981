// The door to every task (npm start, test, check …): installs what is missing, then goes on under Node 24.
// This file must be understood by Node 20.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR = 24
// Tests that start and kill processes take a tenth of it on a machine of their own; a busy one must not fail them.
const TEST_TIMEOUT_MS = 180_000
const TEST_FILES = [
  'packages/*/src/**/*.test.ts',
  '{examples,chaos}/**/*.test.ts',
  'bench/{frame,growth,stage,transitions}/*.test.ts',
  'scripts/*.test.ts',
  'scripts/guides/*.test.ts',
]
const INSTALL_RECORD = 'node_modules/.package-lock.json'
// Compiled code of every process of a task: without it each test file spends half a second of the processor on the same sources.
const COMPILE_CACHE = 'node_modules/.cache/compiled'

const TEST_RUNNER = [
  '--import',
  './scripts/leak-check.mjs',
  '--import',
  './scripts/use-bundles.mjs',
  '--test',
  '--test-concurrency=2',
  `--test-timeout=${TEST_TIMEOUT_MS}`,
  '--test-global-setup=scripts/test-services.ts',
]
// Apart from the suite: it packs, downloads and installs, which takes a minute or two and a registry.
const PACKED_RUNNER = ['--import', './scripts/leak-check.mjs', '--test', '--test-timeout=600000']
// In CI the spec lines go to stdout and a skipped test is a failure.
const CI_REPORTERS = [
  '--test-reporter=spec',
  '--test-reporter-destination=stdout',
  '--test-reporter=./scripts/no-skips.mjs',
  '--test-reporter-destination=stderr',
]

/**
 * Every task as the list of its steps; a step is the command line given to Node 24.
 *
 * @type {Record<string, (words: string[]) => { name: string, line: string[] }[]>}
 */
const TASKS = {
  start: (words) => [{ name: 'start', line: ['examples/demo/demo.ts', ...words] }],
  test: (words) => [{ name: 'test', line: testLine(words) }],
  check: () => [
    { name: 'types (tsc)', line: ['node_modules/typescript/bin/tsc', '-b'] },
    { name: 'style (biome)', line: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
    { name: 'house rules (scripts/*.test.ts)', line: ['--test', '--test-reporter=dot', 'scripts/*.test.ts'] },
    { name: 'unused code (knip)', line: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  ],
  ordertrail: (words) => [{ name: 'ordertrail', line: ['packages/cli/src/bin.ts', ...words] }],
  packed: (words) => [
    { name: 'packed', line: [...PACKED_RUNNER, 'scripts/packed/installed-packages.test.ts', ...words] },
  ],
  'next-listener': (words) => [
    { name: 'next-listener', line: [...PACKED_RUNNER, 'scripts/packed/next-listener.test.ts', ...words] },
  ],
  chaos: (words) => [{ name: 'chaos', line: ['chaos/main.ts', ...words] }],
  bench: (words) => [{ name: 'bench', line: ['bench/main.ts', ...words] }],
  openapi: () => [{ name: 'openapi', line: ['packages/server/src/write-openapi.ts'] }],
  'webhooks-reference': () => [{ name: 'webhooks-reference', line: ['scripts/write-webhooks-reference.ts'] }],
  build: (words) => [{ name: 'build', line: ['node_modules/typescript/bin/tsc', '-b', ...words] }],
  node: (words) => [{ name: 'node', line: words }],
}

/**
 * Words of `npm test -- …`: files replace the whole set, `--ci` brings the reporters of CI, the rest goes to node.
 *
 * @param {string[]} words
 * @returns {string[]}
 */
function testLine(words) {
  const options = words.filter((word) => word.startsWith('-') && word !== '--ci')
  const files = words.filter((word) => !word.startsWith('-'))
  const reporters = words.includes('--ci') ? CI_REPORTERS : []
  return [...TEST_RUNNER, ...reporters, ...options, ...(files.length > 0 ? files : TEST_FILES)]
}

/**
 * Says why nothing can be run, and ends.
 *
 * @param {string} sentence
 * @returns {never}
 */
function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

/**
 * npm's own record of what it installed, held against the lockfile; what is not meant for this machine may be absent.
 *
 * @returns {boolean} true when node_modules holds what the lockfile wants
 */
function isInstalled() {
  if (!existsSync(INSTALL_RECORD)) return false
  const installed = JSON.parse(readFileSync(INSTALL_RECORD, 'utf8')).packages
  const wanted = Object.entries(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages)
  return wanted.every(([path, { version, integrity, optional, devOptional }]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed[path]
    if (found === undefined) return optional === true || devOptional === true
    return found.version === version && found.integrity === integrity
  })
}

/** Runs `npm ci`. Its output goes to stderr. */
function install() {
  process.stderr.write('Installing the packages of package-lock.json (half a minute, once) …\n')
  const npm = process.env.npm_execpath
  const [command, ...before] = npm === undefined ? ['npm'] : [process.execPath, npm]
  const { status } = spawnSync(command, [...before, 'ci', '--include=optional', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: npm === undefined && process.platform === 'win32',
  })
  if (status !== 0) giveUp('npm ci failed; the lines above say why.')
}

/** @returns {string | undefined} a Node that is new enough: the running one, or the one among our dependencies */
function newEnoughNode() {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath
  const path = installedNode()
  // The package installs on musl too, but its binary needs glibc: ask it before trusting it.
  return path !== undefined && spawnSync(path, ['-v']).status === 0 ? path : undefined
}

/** @returns {string | undefined} the binary of the optional dependency that carries Node for this machine */
function installedNode() {
  const os = process.platform === 'win32' ? 'win' : process.platform
  const prefix = os === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  try {
    const manifest = createRequire(import.meta.url).resolve(`${prefix}-${os}-${process.arch}/package.json`)
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node)
  } catch {
    return undefined
  }
}

/**
 * Runs one command line under Node 24, handing on SIGINT and SIGTERM.
 *
 * @param {string} node
 * @param {string[]} line
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
function run(node, line) {
  const PATH = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`
  const env = { NODE_COMPILE_CACHE: resolve(COMPILE_CACHE), ...process.env, PATH }
  const child = spawn(node, ['--conditions=ordertrail-source', ...line], { stdio: 'inherit', env })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  // A terminal sends Ctrl-C to the child as well, and a second one would mean "at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  return new Promise((done) => {
    child.once('error', (error) => giveUp(`Cannot run ${node}: ${error.message}`))
    child.once('exit', (code) => done(code ?? 1))
  })
}

/**
 * Runs every step even when one before it failed, so that one run shows all there is to mend.
 *
 * @param {string} node
 * @param {{ name: string, line: string[] }[]} steps
 * @returns {Promise<number>}
 */
async function runAll(node, steps) {
  const failed = []
  let exitCode = 0
  for (const { name, line } of steps) {
    const code = await run(node, line)
    if (code === 0) continue
    failed.push(name)
    exitCode ||= code
  }
  if (steps.length > 1) process.stderr.write(failed.length > 0 ? `\nfailed: ${failed.join(', ')}\n` : '\nall passed\n')
  return exitCode
}

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
const [taskName = '', ...words] = process.argv.slice(2)
const task = TASKS[taskName]
if (task === undefined) giveUp(`Unknown task "${taskName}"; there are ${Object.keys(TASKS).join(', ')}.`)
// An install that left out the optional packages has no Node 24 either.
if (!isInstalled() || newEnoughNode() === undefined) install()
const node = newEnoughNode()
if (node === undefined) {
  giveUp(
    `OrderTrail needs Node ${NODE_MAJOR}. This is Node ${process.versions.node}, and npm has no Node ${NODE_MAJOR} ` +
      `for ${process.platform}-${process.arch}: install Node ${NODE_MAJOR} and run this again.`,
  )
}
process.exitCode = await runAll(node, task(words))
