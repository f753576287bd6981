// House rule: each relative link in our Markdown leads to a file or folder that exists.
import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { linksIn, readDocument } from './documents.ts'
import { ROOT } from './import-graph.ts'

test('reads relative links only, without their anchors', () => {
  const text = '[a](docs/a.md#top) [b](https://example.com/b.md) [c](#here) ![d](d.png "D") `[e](e.md)`'
  assert.deepEqual(linksIn(text), ['docs/a.md', 'd.png'])
})

test('each relative link leads somewhere', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'examples/**/*.md'], { cwd: ROOT })
  const broken = documents
    .filter((document) => !document.includes('node_modules'))
    .flatMap((document) => {
      const absent = linksIn(readDocument(document)).filter((link) => !existsSync(join(ROOT, dirname(document), link)))
      return absent.map((link) => `${document}: ${link}`)
    })
  assert.deepEqual(broken, [], broken.join('\n'))
})
