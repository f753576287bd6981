// Our packages as users get them: packed into tarballs, and installed from these in a folder far from the repository.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Ended, runToEnd } from '../../packages/cli/src/testing/spawn-program.ts'
import { ROOT } from '../import-graph.ts'

/** Folders under packages/ that are published. */
export const PUBLISHED: readonly string[] = [
  'core',
  'centrifuge-protocol',
  'webhooks',
  'client',
  'react',
  'server',
  'cli',
  'testing',
]

/** One tarball and what npm says is in it, as paths inside the package. */
export interface Tarball {
  readonly package: string
  readonly path: string
  readonly files: readonly string[]
}

/** What users of @ordertrail/testing and @ordertrail/react have beside them, locked; too heavy to be installed for every other task. */
const RUNNERS = join(ROOT, 'scripts/packed/runners')

/** A folder that holds `node_modules` with our packages, the runners of tests, and nothing else of ours. */
export interface PackedFolder {
  readonly path: string
  readonly tarballs: readonly Tarball[]
  /** Runs a command line in the folder, with the running Node before all others on PATH. */
  run(commandLine: readonly string[]): Promise<Ended>
  remove(): Promise<void>
}

/** The environment with the running Node before all others, so that `node` and `npx` mean it; npm finds its registry in the rest. */
export function withThisNode(): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(ORDERTRAIL_|DATABASE_URL$|PORT$|NODE_TEST_)/.test(name),
  )
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`
  return { ...(Object.fromEntries(own) as Record<string, string>), PATH }
}

/**
 * Packs and installs.
 *
 * @throws {Error} with npm's own words when it cannot
 */
export async function packAndInstall(): Promise<PackedFolder> {
  const path = await mkdtemp(join(tmpdir(), 'ordertrail-packed-'))
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5 })
  const run = (commandLine: readonly string[]): Promise<Ended> =>
    runToEnd(commandLine, { folder: path, env: withThisNode() })
  try {
    const tarballs = await pack(path)
    await cp(RUNNERS, path, { recursive: true })
    succeeded(await run(['npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts']))
    succeeded(await run(['npm', 'install', '--no-audit', '--no-fund', ...tarballs.map((tarball) => tarball.path)]))
    return { path, tarballs, run, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/**
 * Packs into a folder.
 *
 * @param names folders under packages/, all that are published when absent
 * @throws {Error} with npm's own words when it cannot
 */
export async function pack(destination: string, names = PUBLISHED): Promise<readonly Tarball[]> {
  const workspaces = names.map((name) => `--workspace=packages/${name}`)
  const line = ['npm', 'pack', '--json', '--loglevel=error', '--pack-destination', destination, ...workspaces]
  const { stdout } = succeeded(await runToEnd(line, { folder: ROOT, env: withThisNode() }))
  const packed: readonly { name: string; filename: string; files: { path: string }[] }[] = JSON.parse(
    // Before its JSON npm lets the prepack scripts speak.
    stdout.slice(stdout.indexOf('[\n')),
  )
  return packed.map(({ name, filename, files }) => ({
    package: name,
    path: join(destination, filename),
    files: files.map((file) => file.path),
  }))
}

/** @throws {Error} with the program's own words when it failed */
export function succeeded(ended: Ended): Ended {
  if (ended.code !== 0) throw new Error(`npm ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`)
  return ended
}
