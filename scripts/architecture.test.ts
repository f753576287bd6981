// House rule: each path named by what explains the code exists.
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { sep } from 'node:path'
import test from 'node:test'
import { pathsNamedIn, readDocument } from './documents.ts'
import { ROOT } from './import-graph.ts'

const NOT_OURS = new Set(['node_modules', 'dist', '.git'])

/** Each file and folder of the repository, with a slash in front. */
function everyPath(): string[] {
  const paths = globSync('{*,.*}/**', { cwd: ROOT, exclude: (name) => NOT_OURS.has(name.split(sep).at(-1) ?? '') })
  return [...paths, ...globSync('*', { cwd: ROOT })].map((path) => `/${path.split(sep).join('/')}`)
}

test('reads files and folders out of prose, code and trees', () => {
  const text = [
    'See `orders/apply-transition.ts` and packages/core, not `application/json` or `/connection/websocket`.',
    '```',
    'platform/   clock.ts config.ts  *.pg.test.ts',
    '```',
    'Decisions are in `docs/decisions/`.',
  ].join('\n')
  const paths = ['clock.ts', 'config.ts', 'docs/decisions', 'orders/apply-transition.ts', 'packages/core']
  assert.deepEqual(pathsNamedIn(text), paths)
})

test('each path named in ARCHITECTURE.md, TERMS.md, the decisions and the proofs exists', () => {
  const documents = [
    'ARCHITECTURE.md',
    'TERMS.md',
    'docs/reliability.md',
    ...globSync('docs/decisions/*.md', { cwd: ROOT }),
  ]
  const existing = everyPath()
  // A document may name a file by the end of its path: orders/apply-transition.ts.
  const isThere = (path: string): boolean => existing.some((one) => one.endsWith(`/${path}`))
  const absent = documents.flatMap((document) =>
    pathsNamedIn(readDocument(document)).flatMap((path) => (isThere(path) ? [] : [`${document}: ${path}`])),
  )
  assert.deepEqual(absent, [], `What does not exist is named:\n${absent.join('\n')}`)
})
