// The reader of imports, tried on a small repository of its own.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { type Mention, readImportGraph } from './import-graph.ts'

function givenRepository(context: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'ordertrail-imports-'))
  context.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

test('reads every way in which one file can name another', (context) => {
  const root = givenRepository(context, {
    'packages/core/package.json': '{"name":"@x/core","exports":{".":{"ordertrail-source":"./src/index.ts"}}}',
    'packages/core/src/index.ts': "export * from './status.ts'\nexport type { Money } from './money.ts'\n",
    'packages/core/src/money.ts': '// import nothing from status.ts\n',
    'packages/core/src/status.ts':
      "export const word = 'text from a line'\nimport type {\n  Money,\n} from './money.ts'\n",
    'packages/core/src/dist/old.ts': "import './status.ts'\n",
    'examples/demo/start.ts': [
      "import fs from 'node:fs'",
      "import { type Money, word } from '@x/core'",
      "const late = await import('./late.ts')",
      "let shape: typeof import('./late.ts')",
      "new Worker(new URL('./worker.ts', import.meta.url))",
      "spawn('examples/demo/child.ts')",
    ].join('\n'),
    'examples/demo/child.ts': '',
    'examples/demo/late.ts': "import './worker.ts'\n",
    'examples/demo/worker.ts': '',
  })
  const read = readImportGraph(root).mentions.map(({ from, kind, to }: Mention) => `${from} ${kind} ${to}`)
  assert.deepEqual(read.sort(), [
    'examples/demo/late.ts runtime examples/demo/worker.ts',
    'examples/demo/start.ts lazy examples/demo/late.ts',
    'examples/demo/start.ts runtime packages/core/src/index.ts',
    'examples/demo/start.ts text examples/demo/child.ts',
    'examples/demo/start.ts text examples/demo/worker.ts',
    'examples/demo/start.ts type examples/demo/late.ts',
    'packages/core/src/index.ts runtime packages/core/src/status.ts',
    'packages/core/src/index.ts type packages/core/src/money.ts',
    'packages/core/src/status.ts type packages/core/src/money.ts',
  ])
})
