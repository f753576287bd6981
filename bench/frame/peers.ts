// The programs that OrderTrail is compared with: installed into bench/ on demand, and loaded by name.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const BENCH = join(import.meta.dirname, '..')
const requireFromBench = createRequire(join(BENCH, 'package.json'))

/** Installs what bench/package.json names, unless it is there in the locked versions already. */
export function installPeers(report: (line: string) => void): void {
  if (isInstalled()) return
  report('Installing the peers of bench/package.json (once) …')
  const npm = process.env.npm_execpath
  const [command, ...before] = npm === undefined ? ['npm'] : [process.execPath, npm]
  const { status } = spawnSync(
    command,
    [...before, 'ci', '--workspaces=false', '--ignore-scripts', '--loglevel=error'],
    {
      cwd: BENCH,
      stdio: ['ignore', 2, 2],
      shell: npm === undefined && process.platform === 'win32',
    },
  )
  if (status !== 0) throw new Error('npm ci failed in bench/; the lines above say why.')
}

function isInstalled(): boolean {
  const installed = packagesOf(join(BENCH, 'node_modules', '.package-lock.json'))
  const wanted = Object.entries(packagesOf(join(BENCH, 'package-lock.json')))
  return wanted.every(([path, { version }]) => !path.includes('node_modules/') || installed[path]?.version === version)
}

function packagesOf(path: string): Readonly<Record<string, { readonly version?: string }>> {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {}
}

/** A peer's module; `Module` says which of its exports are used. The root knows no types of it, for it may be absent. */
export async function loadPeer<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(requireFromBench.resolve(name)).href)) as Module
}

/** Version of a peer as installed. */
export function peerVersion(name: string): string {
  return packagesOf(join(BENCH, 'package-lock.json'))[`node_modules/${name}`]?.version ?? 'unknown'
}
