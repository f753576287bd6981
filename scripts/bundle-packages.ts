// Packages of hundreds of small modules, each as one file for the tests: loading them took half the time of most test files.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './import-graph.ts'

/** What tests import them by, and the name of the file in its place. */
const BUNDLED: Readonly<Record<string, string>> = {
  'fast-check': 'fast-check',
  jose: 'jose',
  kysely: 'kysely',
  'kysely/migration': 'kysely-migration',
  typebox: 'typebox',
}
const BUNDLES = join(ROOT, 'node_modules/.cache/bundles')

/**
 * Bundles them, once for each set of versions; use-bundles.mjs puts the files in place of the packages. Processes that tests start
 * load the packages as they were published.
 *
 * @returns addresses of files by what is imported
 */
export async function bundlePackages(): Promise<Readonly<Record<string, string>>> {
  const folder = join(BUNDLES, versionsHash())
  if (!existsSync(folder)) await bundleInto(folder)
  const entries = Object.entries(BUNDLED)
  return Object.fromEntries(entries.map(([name, file]) => [name, pathToFileURL(join(folder, `${file}.js`)).href]))
}

/** Renamed at the end: a folder is whole or absent, also with two runs at the same time. */
async function bundleInto(folder: string): Promise<void> {
  const { buildSync } = await import('esbuild')
  const draft = `${folder}-${process.pid}`
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(Object.entries(BUNDLED).map(([name, file]) => [file, name])),
    outdir: draft,
    bundle: true,
    // Kysely and its migrator share classes.
    splitting: true,
    // jose reads the names of its classes.
    keepNames: true,
    format: 'esm',
    platform: 'node',
    conditions: [],
  })
  try {
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true })
    if (!existsSync(folder)) throw error
  }
}

function versionsHash(): string {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename))
  for (const name of ['esbuild', ...Object.keys(BUNDLED)]) {
    const manifest = join(ROOT, 'node_modules', name.split('/')[0] ?? name, 'package.json')
    hash.update(readFileSync(manifest))
  }
  return hash.digest('hex').slice(0, 12)
}
