// House rule: no file that nothing imports. A file that only its own test knows is dead code with a test.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { isTest, type Mention, packageEntries, ROOT, readImportGraph } from './import-graph.ts'

/** Files that start a run by themselves, and examples that a reader takes instead of another. */
const STARTING_POINTS = [
  /^bench\/[^/]+\.ts$/,
  /^scripts\/run\.mjs$/,
  /^examples\/game-backend\/\w+-idempotency-store\.ts$/,
]

/** Neither the test beside a file nor a house rule that speaks of its path is a use of it. */
function isUse(mention: Mention): boolean {
  const { from, kind, to } = mention
  if (from.startsWith('scripts/')) return !isTest(from) || kind !== 'text'
  return !isOwnTest(from, to)
}

function isOwnTest(from: string, to: string): boolean {
  return from === to.replace(/(\.pg)?(\.tsx?)$/, '.test$2') || from === to.replace(/(\.tsx?)$/, '.pg.test$1')
}

/** Files named by package.json scripts, the CI script, and what users read, by their path from the root. */
function namedInCommands(files: readonly string[]): string[] {
  const readers = ['{README,CONTRIBUTING}.md', 'packages/*/README.md', 'docs/guides/*.md', 'examples/**/*.md']
  const texts = globSync(['package.json', 'packages/*/package.json', '.ci/run', ...readers], { cwd: ROOT })
    .filter((path) => !path.includes('node_modules'))
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  return files.filter((file) => texts.some((text) => text.includes(file)))
}

test('each file is imported, or is an entry, a test or a command', () => {
  const { files, mentions } = readImportGraph()
  const known = new Set([
    ...packageEntries().values(),
    ...mentions.filter(isUse).map(({ to }) => to),
    ...namedInCommands(files),
  ])
  const orphans = files.filter((file) => {
    return !known.has(file) && !isTest(file) && !STARTING_POINTS.some((pattern) => pattern.test(file))
  })
  assert.deepEqual(orphans, [], `Nothing imports these; use them or remove them:\n${orphans.join('\n')}`)
})
