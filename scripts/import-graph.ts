// Who imports whom in this repository, read from the source text. The house rules stand on it.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT: string = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * One mention of a file by another. Both are paths from the root with forward slashes.
 *
 * kind: `runtime` loads it at once, `lazy` by import() when needed, `type` not at all; `text` only names its path
 * in a string, as workers, child processes and package scripts do.
 */
export interface Mention {
  readonly from: string
  readonly to: string
  readonly kind: 'runtime' | 'lazy' | 'type' | 'text'
}

/** All source files, and every mention of one of them by another. */
export interface ImportGraph {
  readonly files: readonly string[]
  readonly mentions: readonly Mention[]
}

const SOURCES = ['packages/*/src/**/*.{ts,tsx}', '{examples,bench,chaos}/**/*.{ts,tsx}', 'scripts/**/*.{ts,mjs}']
// Statements begin their line, so that an import in a comment or a longer text is not taken for one.
const STATEMENT = /^ *(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\s+from\s*)?'([^'\n]+)'/gm
const CALL = /(typeof\s+)?\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g
const TEXT = /['"`](?:--[\w-]+=)?([^'"`\s]+\.(?:ts|tsx|mjs))['"`]/g

/**
 * Reads the graph of a repository.
 *
 * @param root its folder
 * @returns files and mentions; what is imported from outside (npm, node:) is left out
 */
export function readImportGraph(root: string = ROOT): ImportGraph {
  const files = globSync(SOURCES, { cwd: root, exclude: (name) => name === 'node_modules' || name === 'dist' })
    .map((path) => path.split(sep).join('/'))
    .sort()
  const entries = packageEntries(root)
  const mentions = files.flatMap((file) =>
    mentionsOf(file, readFileSync(join(root, file), 'utf8'), new Set(files), entries),
  )
  return { files, mentions }
}

/** @returns source files that a package shows to the world, by the name they are imported by; its programs too */
export function packageEntries(root: string = ROOT): ReadonlyMap<string, string> {
  const entries = new Map<string, string>()
  for (const path of globSync('packages/*/package.json', { cwd: root })) {
    const manifest = JSON.parse(readFileSync(join(root, path), 'utf8'))
    const folder = dirname(path.split(sep).join('/'))
    for (const [subpath, target] of Object.entries<Record<string, string> | string>(manifest.exports ?? {})) {
      if (typeof target === 'string') continue
      entries.set(posix.join(manifest.name, subpath), posix.join(folder, target['ordertrail-source'] ?? ''))
    }
    for (const [program, target] of Object.entries<string>(manifest.bin ?? {})) {
      entries.set(
        `bin:${program}`,
        posix.join(folder, target.replace(/^(\.\/)?dist\//, 'src/').replace(/\.js$/, '.ts')),
      )
    }
  }
  return entries
}

/** @returns true for a test file; what only tests use is no test by itself */
export function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file)
}

/** @returns true for what only tests use: files of a `testing` folder, and `*.test.support.ts` or `*.test.fixture.ts` beside the code */
export function isTestSupport(file: string): boolean {
  return /^packages\/[^/]+\/src\/(.+\/)?testing\//.test(file) || /\.test\.\w+\.tsx?$/.test(file)
}

function mentionsOf(
  from: string,
  source: string,
  files: ReadonlySet<string>,
  entries: ReadonlyMap<string, string>,
): Mention[] {
  const found: { kind: Mention['kind']; specifier: string | undefined }[] = [
    ...Array.from(
      source.matchAll(STATEMENT),
      (match) => ({ kind: match[1] ? 'type' : 'runtime', specifier: match[2] }) as const,
    ),
    ...Array.from(
      source.matchAll(CALL),
      (match) => ({ kind: match[1] ? 'type' : 'lazy', specifier: match[2] }) as const,
    ),
    ...Array.from(source.matchAll(TEXT), (match) => ({ kind: 'text', specifier: match[1] }) as const),
  ]
  const mentions = found.flatMap(({ kind, specifier = '' }) => {
    const to = targetOf(from, specifier, kind, files, entries)
    return to === undefined || to === from ? [] : [{ from, to, kind }]
  })
  // The path in an import is a text too, and says nothing more.
  const imported = new Set(mentions.filter(({ kind }) => kind !== 'text').map(({ to }) => to))
  return mentions.filter(({ kind, to }) => kind !== 'text' || !imported.has(to))
}

/** A relative path, a package of ours, or, in plain text only, a path from the root or from the file's folder. */
function targetOf(
  from: string,
  specifier: string,
  kind: Mention['kind'],
  files: ReadonlySet<string>,
  entries: ReadonlyMap<string, string>,
): string | undefined {
  if (specifier.startsWith('.') || kind === 'text') {
    const path = posix.join(dirname(from), specifier)
    if (files.has(path)) return path
    return kind === 'text' && files.has(posix.normalize(specifier)) ? posix.normalize(specifier) : undefined
  }
  return entries.get(specifier)
}

/** @returns the name of the package's folder, undefined outside packages */
export function packageOf(file: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(file)?.[1]
}
