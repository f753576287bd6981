// `npm run check`: what browsers and cold starts load of our packages stays small. Measured as a user's bundler makes it.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { ROOT } from './import-graph.ts'

/** An entry of a package, with the most it may weigh: kB are thousands of bytes. */
interface Weighed {
  readonly name: string
  readonly file: string
  readonly gzipBytesMax: number
}

const WEIGHED: readonly Weighed[] = [
  { name: '@ordertrail/webhooks', file: 'packages/webhooks/src/index.ts', gzipBytesMax: 6_000 },
]

/** What is loaded only when it is needed is a bundle of its own, and weighed by itself. */
const LATER: Plugin = {
  name: 'later',
  setup: ({ onResolve }) => {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { external: true, path } : undefined))
  },
}

async function gzipBytesOf(file: string): Promise<number> {
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

let isTooLarge = false
for (const { name, file, gzipBytesMax } of WEIGHED) {
  const bytes = await gzipBytesOf(file)
  isTooLarge ||= bytes > gzipBytesMax
  console.log(`${name}: ${bytes} of at most ${gzipBytesMax} bytes, minified and gzipped`)
}
if (isTooLarge) {
  console.error('A package has grown over its bar in scripts/bundle-size.ts.')
  process.exitCode = 1
}
