// What browsers and cold starts load of our packages, weighed as a user's bundler makes it.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { ROOT } from './import-graph.ts'

/** An entry of a package, with the most it may weigh: kB are thousands of bytes. */
export interface Weighed {
  readonly name: string
  readonly file: string
  readonly gzipBytesMax: number
}

/** All that is weighed. */
export const WEIGHED: readonly Weighed[] = [
  { name: '@ordertrail/client/track', file: 'packages/client/src/track.ts', gzipBytesMax: 4_000 },
  { name: '@ordertrail/webhooks', file: 'packages/webhooks/src/index.ts', gzipBytesMax: 6_000 },
]

/** What is loaded only when it is needed is a bundle of its own, and weighed by itself. */
const LATER: Plugin = {
  name: 'later',
  setup: ({ onResolve }) => {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { external: true, path } : undefined))
  },
}

/** Bytes of an entry with all that it imports at once; bundled, minified and compressed. */
export async function gzipBytesOf(file: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    conditions: ['ordertrail-source'],
    plugins: [LATER],
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}
