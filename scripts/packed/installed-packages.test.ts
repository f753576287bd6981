// What users install is what we tested: the tarballs hold all they need, and the emulator starts from them.
import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runToEnd, spawnProgram } from '../../packages/cli/src/testing/spawn-program.ts'
import { README_RUNNERS, writeReadmeFiles } from '../../packages/testing/src/testing/readme-files.ts'
import { ROOT } from '../import-graph.ts'
import { type PackedFolder, PUBLISHED, packAndInstall, withThisNode } from './packed-folder.ts'

const NODE_MAJOR_MIN = 24
const NOT_FOR_USERS = /\.test\.|\/testing\/|\/acceptance\/|\.map$|\.tsbuildinfo$|^src\/|(?<!\.d)\.ts$/
const LIBRARIES = [
  '@ordertrail/core',
  '@ordertrail/centrifuge-protocol',
  '@ordertrail/webhooks',
  '@ordertrail/webhooks/node',
  '@ordertrail/webhooks/fetch',
  '@ordertrail/webhooks/fastify',
  '@ordertrail/webhooks/nest',
  '@ordertrail/webhooks/sources',
  '@ordertrail/webhooks/testing',
  '@ordertrail/client',
  '@ordertrail/client/track',
  '@ordertrail/react',
]

let packed: PackedFolder
before(async () => {
  packed = await packAndInstall()
})
after(() => packed?.remove())

for (const name of PUBLISHED) {
  test(`the tarball of ${name} holds all that its package.json names, and nothing for us only`, async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, 'packages', name, 'package.json'), 'utf8'))
    const files = packed.tarballs.find((tarball) => tarball.package === manifest.name)?.files ?? []
    const wanted = ['package.json', 'README.md', 'LICENSE', ...targetsOf(manifest)]
    assert.deepEqual(
      wanted.filter((file) => !files.includes(file)),
      [],
      'missing',
    )
    assert.deepEqual(
      files.filter((file) => NOT_FOR_USERS.test(file)),
      [],
      'not for users',
    )
    assert.match(manifest.engines.node, /^>=\d+$/)
  })
}

test('the emulator starts, sells and stops', async () => {
  const data = join(packed.path, 'data')
  const flags = ['dev', '--json', '--port', '0', '--data', data]
  const program = spawnProgram(['node', join(packed.path, 'node_modules/.bin/ordertrail'), ...flags], {
    folder: packed.path,
    env: withThisNode(),
  })
  try {
    const [url] = await program.wrote(/http:\/\/127\.0\.0\.1:\d+/)
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
    const bought = await packed.run(['npx', 'ordertrail', 'orders', 'create', '--pay', '--url', url])
    // What npx itself says on standard error depends on the user's npm.
    assert.deepEqual([bought.code, bought.stdout], [0, 'order 10000001  done  gold_100  player-1\n'])
    assert.deepEqual(await program.end('SIGTERM'), {
      code: 0,
      stdout: `{"event":"ready","url":"${url}"}\n`,
      stderr: '',
    })
    await assertFree(Number(new URL(url).port))
  } finally {
    await program.end('SIGKILL')
  }
})

for (const [runner, line, passed] of [
  ['vitest', ['npx', 'vitest', 'run', ...README_RUNNERS.vitest], /Tests {2}2 passed/],
  ['jest', ['npx', 'jest', ...README_RUNNERS.jest], /Tests: +1 passed/],
  ['node:test', ['node', '--test', ...README_RUNNERS.node], /pass 3\n/],
] as const) {
  test(`the examples of @ordertrail/testing pass under ${runner}`, async () => {
    const folder = join(packed.path, 'readme')
    await writeReadmeFiles(await readFile(join(ROOT, 'packages/testing/README.md'), 'utf8'), folder)
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
    const env = { ...withThisNode(), NODE_OPTIONS: '--experimental-vm-modules', NO_COLOR: '1' }
    const { code, stdout, stderr } = await runToEnd(line, { folder, env })
    assert.equal(code, 0, stdout + stderr)
    assert.match(stdout + stderr, passed)
  })
}

test('the hooks of @ordertrail/react work with the oldest React they promise', async () => {
  const folder = join(packed.path, 'react-18')
  await cp(join(ROOT, 'scripts/packed/react-18'), folder, { recursive: true })
  const installed = await runToEnd(['npm', 'ci', '--no-audit', '--no-fund'], { folder, env: withThisNode() })
  assert.equal(installed.code, 0, installed.stderr)
  const line = ['node', '--conditions=ordertrail-source', '--test', 'packages/react/src/hooks.browser.test.ts']
  const env = { ...withThisNode(), ORDERTRAIL_TEST_REACT: join(folder, 'node_modules') }
  const { code, stdout } = await runToEnd(line, { folder: ROOT, env })
  assert.equal(code, 0, stdout)
  assert.match(stdout, /skipped 0/)
})

test('an older Node is told what is needed', async () => {
  const bin = join(packed.path, 'node_modules/ordertrail/dist/bin.js')
  const asOlder = [
    '--import',
    "data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.20.2' })",
  ]
  const lines = [[process.execPath, ...asOlder, bin, 'dev'], ...olderNodes().map((node) => [node, bin, 'dev'])]
  for (const line of lines) {
    const { code, stdout, stderr } = await runToEnd(line)
    assert.deepEqual([code, stdout], [1, ''], line[0])
    assert.match(stderr, /^ordertrail needs Node 24 or newer; this is Node \d+\.\d+\.\d+\.\n$/)
  }
})

test('the libraries load, on the Node that npm runs with too', async () => {
  const program = LIBRARIES.map((name) => `await import('${name}')`).join('\n')
  await writeFile(join(packed.path, 'load.js'), program)
  for (const node of [process.execPath, ...olderNodes()]) {
    const ended = await runToEnd([node, 'load.js'], { folder: packed.path })
    assert.deepEqual(ended, { code: 0, stdout: '', stderr: '' }, node)
  }
})

test('the types of every entry hold by themselves', async () => {
  const names = [
    ...LIBRARIES,
    '@ordertrail/server',
    '@ordertrail/server/dev-project',
    '@ordertrail/server/dev-tools',
    '@ordertrail/testing',
    '@ordertrail/testing/msw',
    'ordertrail',
  ]
  const program = names.map((name, index) => `export * as entry${index} from '${name}'`).join('\n')
  await writeFile(join(packed.path, 'types.ts'), `${program}\n`)
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const nodeTypes = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node']
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', ...nodeTypes]
  const ended = await packed.run([process.execPath, tsc, ...options, 'types.ts'])
  assert.deepEqual([ended.code, ended.stdout], [0, ''])
})

/** Every file that exports and bin lead to, but for the sources, which stay in the repository. */
function targetsOf(manifest: { readonly exports: object; readonly bin?: Readonly<Record<string, string>> }): string[] {
  const conditions: Record<string, string>[] = Object.values(manifest.exports)
  const shown = conditions.flatMap((entry) =>
    Object.entries(entry).flatMap(([condition, file]) => (condition === 'ordertrail-source' ? [] : [file.slice(2)])),
  )
  return [...shown, ...Object.values(manifest.bin ?? {})]
}

/** The Node that npm itself runs with, where it is older than ours. */
function olderNodes(): readonly string[] {
  const node = process.env.npm_node_execpath
  const version = process.env.npm_config_user_agent?.match(/node\/v(\d+)/)?.[1]
  return node !== undefined && Number(version) < NODE_MAJOR_MIN ? [node] : []
}

async function assertFree(port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  await new Promise((resolve) => server.close(resolve))
}
