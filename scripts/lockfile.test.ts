// House rule: the lockfile has no holes. Where the registry lacked a platform's package on the day of the install,
// npm leaves it out of the lockfile in silence, and `npm ci` refuses that lockfile on every machine.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { ROOT } from './import-graph.ts'

type Packages = Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>

function lockfileHoles(packages: Packages): string[] {
  const installed = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)))
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) => {
    const absent = Object.keys(optionalDependencies).filter((name) => !installed.has(name))
    return absent.map((name) => `${path === '' ? 'the root' : path} wants ${name}`)
  })
}

test('sees an optional dependency that has no entry', () => {
  const packages = {
    'node_modules/tool': { optionalDependencies: { 'tool-linux': '1.0.0', '@tool/win': '1.0.0' } },
    'node_modules/tool-linux': {},
  }
  assert.deepEqual(lockfileHoles(packages), ['node_modules/tool wants @tool/win'])
})

test('each optional dependency has its own entry in package-lock.json', () => {
  const { packages }: { packages: Packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const holes = lockfileHoles(packages)
  assert.deepEqual(holes, [], `Pin an older version of what wants them, and install again:\n${holes.join('\n')}`)
})
