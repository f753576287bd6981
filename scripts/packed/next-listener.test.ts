// `npm run next-listener`: the example for Next.js with our tarballs, built and started by the real Next.js.
// Apart from everything else: it downloads 340 MB and takes a minute.
import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sampleOrderPaid, sampleUserValidation, signWebhook } from '@ordertrail/webhooks/testing'
import { runToEnd, spawnProgram } from '../../packages/cli/src/testing/spawn-program.ts'
import { ROOT } from '../import-graph.ts'
import { pack, succeeded, withThisNode } from './packed-folder.ts'

const EXAMPLES = join(ROOT, 'examples/listeners')
const SECRET = 'dev_webhook_secret_for_your_own_machine_only'
const NEXT = 'node_modules/next/dist/bin/next'

test('the route handler receives signed webhooks in Next.js', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-next-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  await cp(join(EXAMPLES, 'next'), folder, { recursive: true })
  await cp(join(EXAMPLES, 'listener.mjs'), join(folder, 'listener.mjs'))
  const tarballs = await pack(folder, ['core', 'webhooks'])
  const env = { ...withThisNode(), NEXT_TELEMETRY_DISABLED: '1', WEBHOOK_SECRET: SECRET }
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error']
  succeeded(await runToEnd(['npm', 'install', ...quietly, ...tarballs.map(({ path }) => path)], { folder, env }))
  succeeded(await runToEnd(['node', NEXT, 'build'], { folder, env }))
  const program = spawnProgram(['node', NEXT, 'start', '--port', '0'], { folder, env })
  try {
    const [, port] = await program.wrote(/Local:\s+http:\/\/localhost:(\d+)/)
    const statuses: number[] = []
    for (const [body, secret] of [
      [sampleOrderPaid({ userId: 'player-1' }), SECRET],
      [sampleOrderPaid({ userId: 'player-1' }), SECRET],
      [sampleUserValidation({ userId: 'nobody' }), SECRET],
      [sampleUserValidation(), 'another secret'],
    ] as const) {
      const signed = await signWebhook(body, secret)
      statuses.push((await fetch(`http://127.0.0.1:${port}/webhooks`, { method: 'POST', ...signed })).status)
    }
    assert.deepEqual(statuses, [204, 204, 400, 400])
  } finally {
    const { stdout } = await program.end('SIGTERM')
    assert.equal(stdout.match(/^grant \d+ player-1 1 gold_100$/gm)?.length, 1, stdout)
  }
})
