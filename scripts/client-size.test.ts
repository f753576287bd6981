// House rule: the tracking entry of @ordertrail/client stays small, with all that it imports, as a page would load it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { ROOT } from './import-graph.ts'

const TRACK_BYTES_MAX = 4_000

/** Bytes of an entry, bundled, minified and compressed. */
async function bytesOf(entry: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength
}

test('@ordertrail/client/track is at most 4 kB', async (t) => {
  const bytes = await bytesOf('packages/client/src/track.ts')
  t.diagnostic(`${bytes} bytes, minified and gzipped`)
  assert.ok(bytes <= TRACK_BYTES_MAX, `It has ${bytes} bytes; the bar is ${TRACK_BYTES_MAX}.`)
})
