// Our packages as users install them: packed, and each of them alone in an empty folder with what it needs in production.
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runToEnd } from '../../packages/cli/src/testing/spawn-program.ts'
import { pack, succeeded, type Tarball, withThisNode } from '../../scripts/packed/packed-folder.ts'

/** One installation. Bytes are those of the files, not of the blocks they lie in; `packages` counts ours as well. */
export interface Installation {
  readonly folder: string
  readonly bytes: number
  readonly packages: number
}

/** A tarball and how long it is. */
export interface WeighedTarball extends Tarball {
  readonly bytes: number
}

/**
 * Packs everything that is published.
 *
 * @throws {Error} with npm's own words when it cannot
 */
export async function packAll(folder: string): Promise<readonly WeighedTarball[]> {
  const tarballs = await pack(folder)
  return Promise.all(tarballs.map(async (tarball) => ({ ...tarball, bytes: (await stat(tarball.path)).size })))
}

/**
 * Installs one of our packages with its production dependencies, ours from the tarballs and the rest from the registry.
 *
 * @throws {Error} with npm's own words when it cannot
 */
export async function installAlone(
  name: string,
  tarballs: readonly Tarball[],
  manifests: ReadonlyMap<string, Manifest>,
  parent: string,
): Promise<Installation> {
  const folder = join(parent, `with-${name.replaceAll(/\W/g, '-')}`)
  await mkdir(folder)
  const wanted = closureOf(name, manifests)
  const paths = tarballs.filter((tarball) => wanted.has(tarball.package)).map(({ path }) => path)
  const line = ['npm', 'install', '--omit=dev', '--no-audit', '--no-fund', '--prefix', folder, ...paths]
  succeeded(await runToEnd(line, { folder, env: withThisNode() }))
  const modules = join(folder, 'node_modules')
  const lock = JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8')) as { readonly packages: object }
  return { folder, bytes: await bytesBelow(modules), packages: Object.keys(lock.packages).length }
}

/** What is needed of a package.json here. */
export interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** `name` and all of our packages that it needs. */
function closureOf(name: string, manifests: ReadonlyMap<string, Manifest>): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (one: string): void => {
    if (found.has(one) || !manifests.has(one)) return
    found.add(one)
    for (const needed of Object.keys(manifests.get(one)?.dependencies ?? {})) add(needed)
  }
  add(name)
  return found
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
