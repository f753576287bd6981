// The bundles that tests load in place of packages: whole, and taken.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundlePackages } from './bundle-packages.ts'
import { ROOT } from './import-graph.ts'

// Gives the address and the exports of every package.
const LOOK = `
  const names = process.argv.slice(1)
  const seen = names.map(async (name) => [name, [import.meta.resolve(name), Object.keys(await import(name))]])
  console.log(JSON.stringify(Object.fromEntries(await Promise.all(seen))))`

type Seen = Readonly<Record<string, readonly [string, readonly string[]]>>

function look(names: readonly string[], env: NodeJS.ProcessEnv): Seen {
  const preload = join(ROOT, 'scripts/use-bundles.mjs')
  const line = ['--import', preload, '--input-type=module', '-e', LOOK, ...names]
  return JSON.parse(execFileSync(process.execPath, line, { cwd: ROOT, env: { ...process.env, ...env } }).toString())
}

test('an import gets the bundle, with all that the package exports; without bundles it gets the package', async () => {
  const bundles = await bundlePackages()
  const names = Object.keys(bundles)
  const bundled = look(names, { ORDERTRAIL_TEST_BUNDLES: JSON.stringify(bundles) })
  const published = look(names, { ORDERTRAIL_TEST_BUNDLES: undefined })
  for (const name of names) {
    assert.equal(bundled[name]?.[0], bundles[name])
    assert.match(published[name]?.[0] ?? '', /\/node_modules\/[a-z]/)
    assert.deepEqual(bundled[name]?.[1], published[name]?.[1], name)
  }
})
