// House rule: each command in README.md and CONTRIBUTING.md can be typed.
import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { basename, join } from 'node:path'
import test from 'node:test'
import { commandsNamedIn, readDocument } from './documents.ts'
import { ROOT } from './import-graph.ts'

const NPM_SHORT_NAMES = ['start', 'test']
const NPM_OWN_COMMANDS = ['install', 'ci', 'pack', 'publish']

function scriptNames(): string[] {
  return Object.keys(JSON.parse(readDocument('package.json')).scripts)
}

/** Commands of `ordertrail`: one file each. */
function programCommands(): string[] {
  return globSync('packages/cli/src/commands/**/*.ts', { cwd: ROOT }).map((path) => basename(path, '.ts'))
}

/** @returns why a command cannot be typed; undefined when it can, or when it is none of ours */
function whyNot(command: string): string | undefined {
  const [program, ...words] = command.split(/\s+/)
  const [first = '', second = ''] = words
  if (program === 'npm') return whyNotNpm(first, second)
  if (program === 'npx') return first === 'ordertrail' ? whyNotProgram(second) : undefined
  if (program === 'ordertrail') return whyNotProgram(first)
  const file = program === 'node' ? words.find((word) => /\.(ts|mjs|js)$/.test(word)) : undefined
  return file === undefined || existsSync(join(ROOT, file)) ? undefined : `there is no file ${file}`
}

function whyNotNpm(first: string, second: string): string | undefined {
  if (NPM_OWN_COMMANDS.includes(first)) return undefined
  const script = first === 'run' ? second : first
  const isCallable = scriptNames().includes(script) && (first === 'run' || NPM_SHORT_NAMES.includes(script))
  return isCallable ? undefined : `package.json has no script "${script}" that npm would run so`
}

function whyNotProgram(command: string): string | undefined {
  if (command === '' || command.startsWith('-') || programCommands().includes(command)) return undefined
  return `there is no packages/cli/src/commands/${command}.ts`
}

test('reads commands out of shell blocks and code spans', () => {
  const text =
    'Run `npm test`.\n```sh\n$ npm start   # shows an order\n\nordertrail dev\n```\n```ts\nconst npm = 1\n```\n'
  assert.deepEqual(commandsNamedIn(text), ['npm start', 'ordertrail dev', 'npm test'])
})

test('knows which commands cannot be typed', () => {
  const commands = [
    'npm start',
    'npm run check',
    'npm check',
    'npm run fly',
    'ordertrail fly',
    'node scripts/fly.mjs',
    'git status',
  ]
  assert.deepEqual(
    commands.filter((command) => whyNot(command) !== undefined),
    ['npm check', 'npm run fly', 'ordertrail fly', 'node scripts/fly.mjs'],
  )
})

for (const document of ['README.md', 'CONTRIBUTING.md']) {
  test(`each command in ${document} exists`, () => {
    const broken = commandsNamedIn(readDocument(document)).flatMap((command) => {
      const reason = whyNot(command)
      return reason === undefined ? [] : [`${command}: ${reason}`]
    })
    assert.deepEqual(broken, [], broken.join('\n'))
  })
}
