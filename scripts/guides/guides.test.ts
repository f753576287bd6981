// The guides are true: every command in their sh blocks runs, in their order, and succeeds.
import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ORDERTRAIL, runToEnd } from '../../packages/cli/src/testing/spawn-program.ts'
import { readDocument } from '../documents.ts'
import { ROOT } from '../import-graph.ts'
import { type GuidePorts, guideScript } from './guide-script.ts'

/** What the reader of a guide must have seen by its end. */
const GUIDES: readonly (readonly [name: string, seen: readonly RegExp[]])[] = [
  ['emulator', [/order 10000002 {2}done/, /"result":"paid"/, /for the emulator it is/]],
  ['webhooks', [/grant 10000001 player-1/, /^refused$/m, /"outcome":"accepted"/]],
  ['promotions', [/"amount":"3.6"/, /"sku":"gold_100"/]],
  ['statuses', [/order 10000001 is done/, /"status":"done"/, /"notification_type":"order_paid"/]],
  ['production', [/"applied":true/, /"status":"ready"/]],
]

for (const [name, seen] of GUIDES) {
  test(`docs/guides/${name}.md runs word by word`, async (t) => {
    const folder = await givenReader(t)
    const ports = await givenFreePorts()
    const script = guideScript(readDocument(`docs/guides/${name}.md`), ports)
    const { code, stdout, stderr } = await runToEnd(['bash', '-c', script], {
      folder,
      env: environmentOf(folder, ports),
    })
    assert.equal(code, 0, `${stdout}\n${stderr}`)
    for (const pattern of seen) assert.match(stdout, pattern)
  })
}

/** An empty folder of somebody who has installed our packages and has `ordertrail` on PATH. */
async function givenReader(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-guide-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await mkdir(join(folder, 'bin'))
  const program = join(folder, 'bin', 'ordertrail')
  await writeFile(program, `#!/bin/sh\nexec ${ORDERTRAIL.map((word) => `'${word}'`).join(' ')} "$@"\n`)
  await chmod(program, 0o755)
  return folder
}

function environmentOf(folder: string, { store }: GuidePorts): Readonly<Record<string, string>> {
  return {
    PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
    NODE_OPTIONS: '--conditions=ordertrail-source',
    ORDERTRAIL_HOST: '127.0.0.1',
    ORDERTRAIL_PORT: String(store),
    ORDERTRAIL_CLI_URL: `http://127.0.0.1:${store}`,
  }
}

/** The guides name ports, so free ones are looked for before they are taken. */
async function givenFreePorts(): Promise<GuidePorts> {
  const servers = [createServer(), createServer()]
  const [store = 0, listener = 0] = await Promise.all(servers.map(listenAnywhere))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return { store, listener }
}

function listenAnywhere(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
